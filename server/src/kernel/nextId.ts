import { randomUUIDv7 } from 'node:crypto';

let last: string = randomUUIDv7();

/**
 * An id that sorts after every one this process made before: events, and rows of which a transaction makes several, are of one instant and
 * are read back in the order of their ids; plain UUIDv7s of one millisecond are in none.
 */
export function nextId(): string {
  const fresh = randomUUIDv7();
  last = fresh > last ? fresh : after(last);
  return last;
}

/** The id that follows; all that a carry could run through are 62 random bits. */
function after(id: string): string {
  const digits = (BigInt(`0x${id.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
