import type { EventProperties, PropertyValue } from '@farthing/core/metering';
import { Ajv } from 'ajv';
import { maxProperties, maxPropertyBytes } from '../metering.schemas.ts';
import { readEventTime } from '../readTimestamp.ts';
import type { SentEvent } from '../readEvent.ts';

interface PlainEvent {
  readonly transaction_id: string;
  readonly external_customer_id: string;
  readonly code: string;
  readonly timestamp?: unknown;
  readonly external_subscription_id?: string | null;
  readonly properties?: EventProperties;
}

const name = { type: 'string', minLength: 1, maxLength: 255 };

// Lengths are counted in UTF-16 units, as by the schemas of all other operations.
// The schema below is not held against that of schemas: compiling the latter is a tenth of the time in which the product starts.
const isPlainEvent = new Ajv({ unicode: false, allowUnionTypes: true, logger: false, meta: false, validateSchema: false }).compile<PlainEvent>({
  type: 'object',
  additionalProperties: false,
  required: ['transaction_id', 'external_customer_id', 'code'],
  properties: {
    transaction_id: name,
    external_customer_id: name,
    code: name,
    timestamp: {},
    external_subscription_id: { ...name, type: ['string', 'null'] },
    properties: { type: 'object', maxProperties },
  },
});

/** Of the doubles that need no second look: none has more digits or a larger exponent than a decimal may (M8). */
const largestPlain = 1e15;
const smallestPlain = 1e-6;

function isOrdinary(value: PropertyValue): boolean {
  if (typeof value === 'number') {
    const magnitude = Math.abs(value);
    return magnitude === 0 || (magnitude >= smallestPlain && magnitude <= largestPlain);
  }
  return typeof value === 'string' || typeof value === 'boolean' || value === null;
}

function propertiesTextOf(properties: EventProperties): string | null {
  for (const key in properties) if (key === '' || key.length > 255 || !isOrdinary(properties[key] as PropertyValue)) return null;
  const text = JSON.stringify(properties);
  return text.length * 3 <= maxPropertyBytes || Buffer.byteLength(text) <= maxPropertyBytes ? text : null;
}

/**
 * Reads the events nearly everybody sends: ours, with properties of ordinary texts, numbers and booleans. Null for everything else,
 * also for what is wrong: the whole schemas judge that, and say what is wrong with it.
 */
export function readPlainEvent(value: unknown): SentEvent | null {
  if (!isPlainEvent(value)) return null;
  const { properties = {} } = value;
  const propertiesText = propertiesTextOf(properties);
  const timestamp = value.timestamp === undefined ? null : readEventTime(value.timestamp);
  if (propertiesText === null || (timestamp === null && value.timestamp !== undefined)) return null;
  return {
    transactionId: value.transaction_id,
    externalCustomerId: value.external_customer_id,
    externalSubscriptionId: value.external_subscription_id ?? null,
    code: value.code,
    timestamp,
    properties,
    propertiesText,
  };
}
