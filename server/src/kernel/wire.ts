import { z } from 'zod';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** The prefixed form of an id ("cus_018f…"): the same 128 bits, so no column stores it. */
export function publicId(prefix: string, id: string): string {
  return `${prefix}_${id.replaceAll('-', '')}`;
}

/** Reads an id in either form; null when it is neither. */
export function parseId(prefix: string, text: string): string | null {
  const bare = text.startsWith(`${prefix}_`) ? text.slice(prefix.length + 1) : text;
  const dashed = bare.replace(/^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/i, '$1-$2-$3-$4-$5');
  if (bare !== text && dashed === bare) return null;
  return uuidPattern.test(dashed) ? dashed.toLowerCase() : null;
}

/** An id in a request: a UUID or its prefixed form; decoded to the UUID. */
export function idInput(prefix: string) {
  return z
    .string()
    .max(64)
    .transform((text, context) => {
      const id = parseId(prefix, text);
      if (id !== null) return id;
      context.addIssue({ code: 'custom', message: `Expected a UUID or an id of the form ${prefix}_….` });
      return z.NEVER;
    })
    .meta({ description: `A UUID, or its prefixed form ${prefix}_…` });
}

/** An id of any kind of resource: a UUID or a prefixed form, whatever the prefix. */
export const anyId = z
  .string()
  .max(64)
  .transform((given, context) => {
    const id = parseId(given.slice(0, Math.max(0, given.lastIndexOf('_'))), given);
    if (id !== null) return id;
    context.addIssue({ code: 'custom', message: 'Expected a UUID or a prefixed id.' });
    return z.NEVER;
  })
  .meta({ description: 'A UUID or a prefixed id.' });

/** An id in a reply. */
export const uuid = z.string().meta({ format: 'uuid' });

const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i;

function parseInstant(text: string): Temporal.Instant | null {
  if (!instantPattern.test(text)) return null;
  try {
    // Cut to the microseconds that are stored: the database would round up, past the edge of a period that it lies before.
    const instant = Temporal.Instant.from(text.toUpperCase()).round({ smallestUnit: 'microsecond', roundingMode: 'floor' });
    return instant.epochMilliseconds >= earliest && instant.epochMilliseconds <= latest ? instant : null;
  } catch {
    return null;
  }
}

// Beyond these years a mistyped date is likelier than a contract, and PostgreSQL and calendars would still agree within them.
const earliest = Temporal.Instant.from('1970-01-01T00:00:00Z').epochMilliseconds;
const latest = Temporal.Instant.from('9999-01-01T00:00:00Z').epochMilliseconds;

/** RFC 3339 text <-> Temporal.Instant; replies are in UTC. */
export const instant = z
  .codec(z.string().max(40), z.custom<Temporal.Instant>((value) => value instanceof Temporal.Instant), {
    decode: (text, context) => {
      const value = parseInstant(text);
      if (value !== null) return value;
      context.issues.push({ code: 'custom', input: text, message: 'Expected an RFC 3339 date-time with an offset, from 1970 to 9998.' });
      return z.NEVER;
    },
    encode: (value) => value.toString(),
  })
  .meta({ override: { type: 'string', format: 'date-time' } });

// PostgreSQL refuses U+0000 and UTF-16 halves cannot be written as UTF-8: refused here with the field's path.
const unstorable = /\u0000|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Text for people, with limits; never U+0000 or half a surrogate pair. */
export function text(min: number, max: number) {
  return z
    .string()
    .min(min)
    .max(max)
    .refine((value) => !unstorable.test(value), 'Must not contain U+0000 or unpaired surrogates.');
}

/** A code that names a resource in paths. */
export function code(max: number) {
  return text(1, max).refine(
    (value) => value.trim() === value && !value.includes('/'),
    'Must not begin or end with a space or contain "/".',
  );
}

/** True in a query string. */
export const flag = z
  .enum(['true', 'false', '1', '0'])
  .transform((value) => value === 'true' || value === '1')
  .meta({ override: { type: 'boolean' } });

/** A free-form JSON object of bounded size. */
export function jsonObject(maxBytes = 16_384) {
  return z
    .record(z.string().max(255), z.unknown())
    .refine((value) => JSON.stringify(value).length <= maxBytes, `Must be at most ${maxBytes} bytes as JSON.`);
}

/** An IANA time zone. */
export const timeZone = text(1, 50).refine((zone) => {
  try {
    // Offsets such as "+02:00" are not zones: they know no daylight saving.
    return /^[A-Za-z]/.test(zone) && new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}, 'Unknown time zone; expected an IANA name such as Europe/Paris.');
