import { hash } from 'node:crypto';
import type { EventProperties, PropertyValue } from '@farthing/core/metering';
import { Quantity, RawNumber } from '@farthing/core/money';
import type { EventTime } from './eventTime.ts';

/** What makes two events the same besides their transaction id and their time. */
interface Content {
  readonly externalCustomerId: string;
  readonly externalSubscriptionId: string | null;
  readonly code: string;
  readonly properties: EventProperties;
}

/**
 * Tells a harmless repeat from a conflict (E1): 16 bytes of SHA-256, in hexadecimal, over the content, whatever the order of keys and
 * the spelling of numbers.
 */
export function hashContent(content: Content, timestamp: EventTime | null): string {
  const { externalCustomerId, externalSubscriptionId, code, properties } = content;
  const time = timestamp === null ? 'null' : `"${timestamp.text}"`;
  const subscription = externalSubscriptionId === null ? 'null' : JSON.stringify(externalSubscriptionId);
  const parts = `${JSON.stringify(externalCustomerId)},${subscription},${JSON.stringify(code)},${time},${canonicalObject(properties)}`;
  return hash('sha256', parts).slice(0, 32);
}

/**
 * The id of an event, by which a transaction id is counted once for ever: 122 bits of SHA-256 over the length-prefixed tenant and
 * transaction id, as a UUID of version 8.
 */
export function eventId(tenantId: string, transactionId: string): string {
  const hex = hash('sha256', `${tenantId.length}:${tenantId}${Buffer.byteLength(transactionId)}:${transactionId}`);
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) & 3);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** JSON with sorted keys and every number in plain notation: 1, 1.0 and 1e0 are one text, the string "1" is another. */
function canonical(value: PropertyValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return plainNumber(value);
  if (typeof value === 'bigint' || value instanceof RawNumber) return Quantity.toString(Quantity.parse(value));
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map((element: PropertyValue) => canonical(element)).join(',')}]`;
  return canonicalObject(value as EventProperties);
}

function canonicalObject(value: EventProperties): string {
  let text = '{';
  for (const key of Object.keys(value).sort()) text += `${text === '{' ? '' : ','}${quotedKey(key)}:${canonical(value[key] as PropertyValue)}`;
  return `${text}}`;
}

/** A program sends few different keys. */
const quotedKeys = new Map<string, string>();
const mostQuotedKeys = 1000;

function quotedKey(key: string): string {
  const known = quotedKeys.get(key);
  if (known !== undefined) return known;
  const quoted = JSON.stringify(key);
  if (quotedKeys.size < mostQuotedKeys && key.length < 100) quotedKeys.set(key, quoted);
  return quoted;
}

/** What JavaScript writes without an exponent is the plain notation already. */
function plainNumber(value: number): string {
  const text = String(value);
  return text.includes('e') ? Quantity.toString(Quantity.parse(value)) : text;
}
