import { stringifyJson } from '../http/json.ts';

/** Text for a jsonb column whose value is an array or a scalar; plain objects need no wrapping. */
export function json(value: unknown): string {
  return stringifyJson(value);
}

/** Turns our values into what the driver may send. Unknown classes are refused: a silent toString could lose digits. */
export function toParameter(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(toParameter);
  if (value instanceof Temporal.Instant || value instanceof Temporal.PlainDate) return value.toString();
  if (value instanceof Uint8Array) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return stringifyJson(value);
  throw new TypeError(`A ${value.constructor.name} cannot be a query parameter; turn it into text first.`);
}
