import { randomUUIDv7 } from 'node:crypto';

let last: string = randomUUIDv7();

/**
 * An id that sorts after every one this process made before: what happens in one transaction is read back in the order of ids, and plain
 * UUIDv7s of one millisecond are in none.
 */
export function nextEventId(): string {
  const fresh = randomUUIDv7();
  last = fresh > last ? fresh : after(last);
  return last;
}

/** The id that follows; all that a carry could run through are 62 random bits. */
function after(id: string): string {
  const digits = (BigInt(`0x${id.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
