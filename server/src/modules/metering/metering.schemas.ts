import type { EventProperties, PropertyValue } from '@farthing/core/metering';
import { amountCodec, NotADecimal, preciseCodec, Quantity, quantityCodec, RawNumber } from '@farthing/core/money';
import { z } from 'zod';
import { stringifyJson } from '../../kernel/http/json.ts';
import { flag, idInput, instant, text, uuid } from '../../kernel/wire.ts';
import { readTimestamp } from './readTimestamp.ts';

export const maxProperties = 100;
export const maxPropertyBytes = 16_384;

/** RFC 3339, or a number of epoch seconds or milliseconds (E3). */
const timestamp = z
  .unknown()
  .transform((value, context) => {
    const read = readTimestamp(value);
    if (read !== null) return read;
    const message = 'Expected an RFC 3339 date-time with an offset, or epoch seconds or milliseconds, from 1970 to 9998.';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .meta({ override: { anyOf: [{ type: 'string' }, { type: 'number' }] }, description: 'RFC 3339, or a number: below 10¹¹ epoch seconds, else milliseconds.' });

/** Paths of numbers beyond what is read anywhere as a decimal (M8): stored, they would spoil an aggregate later. */
function badNumbers(value: PropertyValue, path: readonly (string | number)[] = []): { path: readonly (string | number)[]; reason: string }[] {
  if (typeof value === 'number' || value instanceof RawNumber) {
    try {
      Quantity.parse(value);
      return [];
    } catch (error) {
      if (error instanceof NotADecimal) return [{ path, reason: error.reason }];
      throw error;
    }
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, PropertyValue]) => badNumbers(inner, [...path, key]));
}

const properties = z
  .record(z.string().min(1).max(255), z.unknown())
  .superRefine((value, context) => {
    if (Object.keys(value).length > maxProperties)
      context.addIssue({ code: 'custom', message: `Expected at most ${maxProperties} properties.` });
    if (Buffer.byteLength(stringifyJson(value)) > maxPropertyBytes)
      context.addIssue({ code: 'custom', message: `Expected at most ${maxPropertyBytes} bytes of JSON.` });
    for (const { path, reason } of badNumbers(value as EventProperties))
      context.addIssue({ code: 'custom', path: [...path], message: `A number ${reason}.` });
  })
  .transform((value) => value as EventProperties)
  .meta({ override: { type: 'object', additionalProperties: true, maxProperties }, description: `At most ${maxProperties}, together at most 16 KiB. Texts, numbers and booleans are counted, filtered and grouped by; what is nested is kept.` });

const name = text(1, 255);

export const EventCreate = z
  .strictObject({
    transaction_id: name.meta({ description: 'Counted once for ever: a repeat with the same content is a duplicate, with other content a conflict.' }),
    external_customer_id: name,
    code: name.meta({ description: 'Of the billable metric.' }),
    timestamp: timestamp.optional(),
    external_subscription_id: name.nullable().optional().meta({ description: 'Counts for this subscription only; without it, for each of the customer’s that prices the metric.' }),
    properties: properties.optional(),
  })
  .meta({ id: 'EventCreate' });

const attributeName = /^[a-z0-9]{1,100}$/;

export const CloudEvent = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: name,
    source: name.refine((value) => !/\s/.test(value), 'Expected a URI reference, without spaces.'),
    type: name.meta({ description: 'The code of the billable metric.' }),
    subject: name.meta({ description: 'The external_customer_id.' }),
    time: timestamp.optional(),
    subscription: name.optional().meta({ description: 'Extension: the external_subscription_id.' }),
    data: properties.nullable().optional(),
  })
  .superRefine((value, context) => {
    for (const key of Object.keys(value)) {
      if (key === 'data_base64') context.addIssue({ code: 'custom', path: [key], message: 'Send data as a JSON object.' });
      else if (!attributeName.test(key)) context.addIssue({ code: 'unrecognized_keys', keys: [key], input: value });
    }
  })
  .meta({ id: 'CloudEvent', description: 'CloudEvents 1.0 in structured mode. Its transaction_id is the source, a space and the id; further attributes are ignored.' });

export const DataRecord = z
  .strictObject({
    customer_external_id: name,
    code: name,
    time_from: timestamp,
    quantity: quantityCodec.optional().meta({ description: 'Default 1.' }),
    time_to: timestamp.optional(),
    service_id: name.optional(),
    external_id: name.optional().meta({ description: 'The transaction_id. Without it, a record with the same content is a duplicate.' }),
  })
  .refine((value) => value.time_to === undefined || Temporal.Instant.compare(value.time_from, value.time_to) <= 0, {
    path: ['time_to'],
    message: 'Must not be before time_from.',
  })
  .meta({ id: 'DataRecord' });

/** One event in any of its forms: which one it is, and whether it is right, is judged event by event. */
export const EventInput = z
  .unknown()
  .refine((value) => typeof value === 'object' && value !== null, 'Expected an event.')
  .meta({ shownAs: z.union([EventCreate, CloudEvent]) });

const events = z.array(z.unknown().meta({ shownAs: z.union([EventCreate, CloudEvent, DataRecord]) })).min(1).max(1000);

export const EventBatchCreate = z
  .union([z.strictObject({ events }), events])
  .meta({ id: 'EventBatchCreate', description: 'A bare array is a batch of CloudEvents; every form is taken in both.' });

export const DataRecordBatch = z
  .strictObject({ records: z.array(z.unknown().meta({ shownAs: DataRecord })).min(1).max(1000) })
  .meta({ id: 'DataRecordBatch' });

export const batchQuery = z.strictObject({
  atomic: flag.optional().meta({ description: 'All or nothing: refused (422) with every event at fault when one is not taken.' }),
});

export const EventResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    transaction_id: z.string(),
    external_customer_id: z.string(),
    external_subscription_id: z.string().nullable(),
    code: z.string(),
    timestamp: instant,
    properties: z.record(z.string(), z.unknown()),
    status: z.enum(['ingested', 'unmatched']).meta({ description: 'What was known when it came in; an unmatched event counts as soon as something covers its timestamp.' }),
    reason: z.string().nullable(),
    amended: z.boolean().meta({ description: 'Canceled, or replaced by another event: it counts nowhere.' }),
    created_at: instant,
  })
  .meta({ id: 'EventResponse' });

export const EventResult = z
  .object({
    transaction_id: z.string().nullable(),
    status: z.enum(['ingested', 'duplicate', 'conflict', 'rejected', 'unmatched']),
    code: z.string().nullable(),
    path: z.string().nullable(),
    message: z.string().nullable(),
  })
  .meta({ id: 'EventResult' });

export const EventBatchResponse = z
  .object({
    ingested: z.int().meta({ description: 'Stored by this call, the unmatched ones included.' }),
    duplicates: z.int(),
    events: z.array(EventResponse).meta({ description: 'Every event that is stored, also from before, in the order sent.' }),
    results: z.array(EventResult).meta({ description: 'One for each event, in the order sent.' }),
  })
  .meta({ id: 'EventBatchResponse' });

export const eventFilters = {
  transaction_id: name.optional(),
  external_customer_id: name.optional(),
  external_subscription_id: name.optional(),
  code: name.optional(),
  status: z.enum(['ingested', 'unmatched']).optional(),
  from_timestamp: instant.optional().meta({ description: 'From this instant on.' }),
  to_timestamp: instant.optional().meta({ description: 'Before this instant.' }),
};

export const eventParams = z.object({ event_id: idInput('evt') });

export const volumeQuery = z.strictObject({
  from_timestamp: instant.optional().meta({ description: 'Default: 24 hours before to_timestamp.' }),
  to_timestamp: instant.optional().meta({ description: 'Default: now. At most 31 days after from_timestamp.' }),
});

export const EventVolumeResponse = z
  .object({
    data_points: z.array(
      z.object({ timestamp: z.string().meta({ description: 'The hour, in UTC: YYYY-MM-DD HH:00.' }), count: z.int() }).meta({ id: 'EventVolumePoint' }),
    ),
  })
  .meta({ id: 'EventVolumeResponse' });

export const EstimateFeesRequest = z
  .strictObject({
    subscription_id: name.meta({ description: 'An id, its prefixed form sub_…, or the external_id.' }),
    code: name,
    properties: properties.optional(),
  })
  .meta({ id: 'EstimateFeesRequest' });

export const EstimateFeesResponse = z
  .object({
    charge_model: z.string().nullable().meta({ description: 'Null where the plan does not price the metric.' }),
    metric_code: z.string(),
    units: quantityCodec.meta({ description: 'By how much the event changes the usage of the period.' }),
    amount_cents: amountCodec,
    precise_amount_cents: preciseCodec,
    unit_amount_cents: preciseCodec,
    currency: z.string(),
  })
  .meta({ id: 'EstimateFeesResponse' });
