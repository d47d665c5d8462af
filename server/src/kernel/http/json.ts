import { RawNumber } from '@farthing/core/money';
import { type InexactNumber, type JsonLimits, type JsonRefusalCode, scanJson } from './jsonScan.ts';

declare global {
  interface JSON {
    /** A value that JSON.stringify writes as this very text (ECMAScript's "JSON.parse source text access"). */
    rawJSON(text: string): object;
  }
}

type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: JsonRefusalCode; readonly message: string; readonly path?: string };

type Container = Record<string | number, unknown>;

// A path goes back to the sender and into logs; what he chose as keys must not make it long.
const SHOWN_KEY_LENGTH = 64;

const showPath = (path: readonly (string | number)[]): string =>
  path.map((key) => (typeof key === 'string' ? key.slice(0, SHOWN_KEY_LENGTH).toWellFormed() : key)).join('.');

/** Puts the exact literal in the place of every number that the parser had to round. */
function restore(document: unknown[], inexact: readonly InexactNumber[]): void {
  let path: InexactNumber['container'] | null = null;
  let container: unknown = document;
  for (const number of inexact) {
    if (number.container !== path) {
      path = number.container;
      container = path.reduce<unknown>((within, key) => (within as Container)[key], document);
    }
    (container as Container)[number.key] = new RawNumber(number.source);
  }
}

function refuseSyntax(error: unknown): JsonReading {
  const place = error instanceof Error ? /line \d+ column \d+/.exec(error.message)?.[0] : undefined;
  const message = `The text is not valid JSON${place === undefined ? '' : ` (${place})`}.`;
  return { ok: false, code: 'invalid_json', message };
}

/**
 * Reads the JSON of a request body, strictly: duplicate and harmful keys, excessive nesting or numbers of members, U+0000
 * and halves of surrogate pairs are refused with the dotted path of the place. A number that a double would change becomes
 * a RawNumber with the digits as sent (M2); every other value is as JSON.parse gives it. Takes time linear in the text.
 */
export function parseJson(text: string, limits: JsonLimits): JsonReading {
  const judged = scanJson(text, limits);
  if ('code' in judged && judged.code !== 'invalid_json') {
    const { code, message, path } = judged;
    return path.length === 0 ? { ok: false, code, message } : { ok: false, code, message, path: showPath(path) };
  }
  try {
    const document: unknown[] = [JSON.parse(text)];
    if ('code' in judged) return refuseSyntax(null);
    restore(document, judged);
    return { ok: true, value: document[0] };
  } catch (error) {
    return refuseSyntax(error);
  }
}

/** Writes a value as JSON; a RawNumber as the digits it was sent with. Throws TypeError for what JSON cannot express. */
export function stringifyJson(value: unknown): string {
  const text: string | undefined = JSON.stringify(value, (_key, member: unknown) =>
    member instanceof RawNumber ? JSON.rawJSON(member.source) : member,
  );
  if (text === undefined) throw new TypeError('JSON has no way to write this value.');
  return text;
}
