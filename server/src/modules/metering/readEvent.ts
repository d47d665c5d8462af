import type { EventProperties } from '@farthing/core/metering';
import { Quantity } from '@farthing/core/money';
import type { z } from 'zod';
import { stringifyJson } from '../../kernel/http/json.ts';
import { decode } from '../../kernel/http/validate.ts';
import { type FieldError, Problem } from '../../kernel/problem.ts';
import { EventTime } from './eventTime.ts';
import { hashContent } from './hashEvent.ts';
import { readPlainEvent } from './intake/readPlainEvent.ts';
import { CloudEvent, DataRecord, EventCreate } from './metering.schemas.ts';

/** An event in the one form everything goes on with. */
export interface SentEvent {
  readonly transactionId: string;
  readonly externalCustomerId: string;
  readonly externalSubscriptionId: string | null;
  readonly code: string;
  /** Null: the tenant's now. */
  readonly timestamp: EventTime | null;
  readonly properties: EventProperties;
  /** The same as JSON. */
  readonly propertiesText: string;
}

export type EventReading =
  | {
      readonly ok: true;
      readonly event: SentEvent;
      /** What the sender calls a field: "properties.amount" is "data.amount" in a CloudEvent. */
      readonly nameOf: (path: string) => string;
    }
  | { readonly ok: false; readonly transactionId: string | null; readonly errors: readonly FieldError[] };

interface Shape<S extends z.ZodType> {
  readonly schema: S;
  readonly toEvent: (value: z.output<S>) => Omit<SentEvent, 'propertiesText'>;
  /** Field of EventCreate -> the sender's name of it. */
  readonly names: Readonly<Record<string, string>>;
  /** The sender's field that identifies the event. */
  readonly id: string;
}

const timeOf = (instant: Temporal.Instant | undefined) => (instant === undefined ? null : EventTime.of(instant));

const plain: Shape<typeof EventCreate> = {
  schema: EventCreate,
  id: 'transaction_id',
  names: {},
  toEvent: (value) => ({
    transactionId: value.transaction_id,
    externalCustomerId: value.external_customer_id,
    externalSubscriptionId: value.external_subscription_id ?? null,
    code: value.code,
    timestamp: timeOf(value.timestamp),
    properties: value.properties ?? {},
  }),
};

const cloudEvent: Shape<typeof CloudEvent> = {
  schema: CloudEvent,
  id: 'id',
  names: {
    transaction_id: 'id',
    external_customer_id: 'subject',
    external_subscription_id: 'subscription',
    code: 'type',
    timestamp: 'time',
    properties: 'data',
  },
  toEvent: (value) => ({
    // A source has no space, so no two pairs of source and id are joined to the same text.
    transactionId: `${value.source} ${value.id}`,
    externalCustomerId: value.subject,
    externalSubscriptionId: value.subscription ?? null,
    code: value.type,
    timestamp: timeOf(value.time),
    properties: value.data ?? {},
  }),
};

const dataRecord: Shape<typeof DataRecord> = {
  schema: DataRecord,
  id: 'external_id',
  names: {
    transaction_id: 'external_id',
    external_customer_id: 'customer_external_id',
    timestamp: 'time_from',
    'properties.quantity': 'quantity',
    'properties.time_to': 'time_to',
    'properties.service_id': 'service_id',
  },
  toEvent: (value) => {
    const event = {
      externalCustomerId: value.customer_external_id,
      externalSubscriptionId: null,
      code: value.code,
      timestamp: EventTime.of(value.time_from),
      properties: {
        quantity: Quantity.toString(value.quantity ?? Quantity.one),
        ...(value.time_to === undefined ? {} : { time_to: value.time_to.toString() }),
        ...(value.service_id === undefined ? {} : { service_id: value.service_id }),
      },
    };
    return { ...event, transactionId: value.external_id ?? `dr_${hashContent(event, event.timestamp)}` };
  },
};

/** Reads one event, whichever of the three forms it has; nothing thrown, so that one bad event fails no other (E2). */
export function readEvent(value: unknown): EventReading {
  const ordinary = readPlainEvent(value);
  if (ordinary !== null) return { ok: true, event: ordinary, nameOf: asSent };
  if (typeof value !== 'object' || value === null) return readAs(plain, value);
  if ('specversion' in value) return readAs(cloudEvent, value);
  return 'customer_external_id' in value ? readAs(dataRecord, value) : readAs(plain, value);
}

/** Reads one data record. */
export function readRecord(value: unknown): EventReading {
  return readAs(dataRecord, value);
}

function readAs<S extends z.ZodType>({ schema, toEvent, names, id }: Shape<S>, value: unknown): EventReading {
  try {
    const event = toEvent(decode(schema, value));
    return { ok: true, event: { ...event, propertiesText: stringifyJson(event.properties) }, nameOf: (path) => renamed(names, path) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const given: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, id) : null;
    return { ok: false, transactionId: typeof given === 'string' ? given : null, errors: error.errors };
  }
}

const asSent = (path: string): string => path;

function renamed(names: Readonly<Record<string, string>>, path: string): string {
  const whole = names[path];
  if (whole !== undefined) return whole;
  const [first = '', ...rest] = path.split('.');
  return [names[first] ?? first, ...rest].join('.');
}
