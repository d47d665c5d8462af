import { Quantity } from '../../money/index.ts';
import { BadFoldState } from '../fold.ts';
import type { JsonValue } from '../json.ts';

/** The fields of a stored state. Throws BadFoldState when it is no object. */
export function fieldsOf(kind: string, json: JsonValue): Readonly<Record<string, JsonValue>> {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) throw new BadFoldState(kind);
  return json as Readonly<Record<string, JsonValue>>;
}

export function readQuantity(kind: string, json: JsonValue | undefined): Quantity {
  return attempt(kind, json, Quantity.restore);
}

export function readInteger(kind: string, json: JsonValue | undefined): bigint {
  return attempt(kind, json, BigInt);
}

export function readInstant(kind: string, json: JsonValue | undefined): Temporal.Instant {
  return attempt(kind, json, (text) => Temporal.Instant.from(text));
}

/** Whatever the parser refuses is one and the same fault here: the column does not hold this kind of state. */
function attempt<T>(kind: string, json: JsonValue | undefined, parse: (text: string) => T): T {
  if (typeof json !== 'string' || json === '') throw new BadFoldState(kind);
  try {
    return parse(json);
  } catch {
    throw new BadFoldState(kind);
  }
}
