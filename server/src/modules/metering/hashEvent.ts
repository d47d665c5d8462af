import { createHash, hash } from 'node:crypto';
import type { EventProperties, PropertyValue } from '@farthing/core/metering';
import { Quantity, RawNumber } from '@farthing/core/money';

/** What makes two events the same besides their transaction id and their time. */
interface Content {
  readonly externalCustomerId: string;
  readonly externalSubscriptionId: string | null;
  readonly code: string;
  readonly properties: EventProperties;
}

/** Tells a harmless repeat from a conflict (E1): 16 bytes of SHA-256 over the content, whatever the order of keys and the spelling of numbers. */
export function hashContent(content: Content, timestamp: Temporal.Instant | null): Buffer {
  const { externalCustomerId, externalSubscriptionId, code, properties } = content;
  const parts = [externalCustomerId, externalSubscriptionId, code, timestamp?.toString() ?? null].map((part) => JSON.stringify(part));
  return createHash('sha256').update([...parts, canonical(properties)].join(',')).digest().subarray(0, 16);
}

/**
 * The id of an event, by which a transaction id is counted once for ever: 122 bits of SHA-256 over the length-prefixed tenant and
 * transaction id, as a UUID of version 8.
 */
export function eventId(tenantId: string, transactionId: string): string {
  const prefixed = [tenantId, transactionId].map((part) => `${Buffer.byteLength(part)}:${part}`).join('');
  const hex = hash('sha256', prefixed);
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) & 3);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** JSON with sorted keys and every number in plain notation: 1, 1.0 and 1e0 are one text, the string "1" is another. */
function canonical(value: PropertyValue): string {
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof RawNumber) return Quantity.toString(Quantity.parse(value));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((element: PropertyValue) => canonical(element)).join(',')}]`;
  const members = Object.entries(value as EventProperties).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}
