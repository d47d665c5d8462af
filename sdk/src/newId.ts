/** Two digits for each byte. */
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Random bytes are asked for many at a time: asking costs more than making them. */
const random = new Uint8Array(4096);
let taken = random.length;

function randomHex(bytes: number): string {
  if (taken + bytes > random.length) {
    crypto.getRandomValues(random);
    taken = 0;
  }
  let text = '';
  for (const end = taken + bytes; taken < end; taken++) text += hex[random[taken] ?? 0];
  return text;
}

/** A UUID of version 7: the milliseconds since 1970, then 74 random bits. Ids sort by when they were made. */
export function newId(now: number): string {
  const time = Math.floor(now).toString(16).padStart(12, '0');
  const chance = randomHex(10);
  // The variant takes the place of two of the random bits: 8, 9, a or b.
  const variant = (8 + (Number.parseInt(chance.charAt(4), 16) & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(0, 3)}-${variant}${chance.slice(5, 8)}-${chance.slice(8)}`;
}
