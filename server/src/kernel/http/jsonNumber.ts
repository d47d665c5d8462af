/** Where the significant digits of a number literal lie, and the power of ten that the last of them counts. */
interface Shape {
  readonly first: number;
  readonly last: number;
  readonly significant: number;
  readonly exponent: number;
}

const ZERO = 0x30;
const NINE = 0x39;
const POINT = 0x2e;

// Every decimal of at most 15 significant digits comes back from a double as the same decimal, as long as the double is
// not so small or so large that it loses bits; 290 keeps clear of both ends.
const SAFE_DIGITS = 15;
const SAFE_MAGNITUDE = 290;
const MOST_SHORTEST_DIGITS = 17;

function shapeOf(literal: string): Shape {
  let seen = 0;
  let integerDigits = -1;
  let first = -1;
  let last = -1;
  let firstRank = 0;
  let lastRank = 0;
  let power = 0;
  for (let i = 0; i < literal.length; i += 1) {
    const c = literal.charCodeAt(i);
    if (c >= ZERO && c <= NINE) {
      seen += 1;
      if (c !== ZERO) {
        if (first < 0) {
          first = i;
          firstRank = seen;
        }
        last = i;
        lastRank = seen;
      }
    } else if (c === POINT) {
      integerDigits = seen;
    } else if ((c | 0x20) === 0x65) {
      power = Number(literal.slice(i + 1));
      break;
    }
  }
  const exponent = power + (integerDigits < 0 ? seen : integerDigits) - lastRank;
  return { first, last, significant: first < 0 ? 0 : lastRank - firstRank + 1, exponent };
}

const digitsOf = (literal: string, shape: Shape): string =>
  literal.slice(shape.first, shape.last + 1).replace('.', '');

/**
 * Whether a double keeps the decimal value of a JSON number literal: it is finite and its shortest decimal form names the
 * same value (`1.10` and `0.1` yes; `9007199254740993`, `1e400` and `0.1234567890123456789` no). Linear in the literal. (M2)
 */
export function isKeptByDouble(literal: string): boolean {
  const shape = shapeOf(literal);
  if (shape.significant === 0) return true;
  const magnitude = shape.exponent + shape.significant;
  if (shape.significant <= SAFE_DIGITS && Math.abs(magnitude) <= SAFE_MAGNITUDE) return true;
  if (shape.significant > MOST_SHORTEST_DIGITS || Math.abs(magnitude) > 400) return false;
  const digits = digitsOf(literal, shape);
  const value = Number(`${digits}e${shape.exponent}`);
  if (value === 0 || !Number.isFinite(value)) return false;
  const shortest = String(value);
  // The same digits at another power of ten would be off tenfold, which rounding never is.
  return digitsOf(shortest, shapeOf(shortest)) === digits;
}
