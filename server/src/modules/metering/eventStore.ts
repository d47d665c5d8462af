import type { AggregationType, EventProperties, FoldState, MeteredEvent } from '@farthing/core/metering';
import type { EventTexts } from '@farthing/core/rating';
import type { EventTime } from './eventTime.ts';
import type { ListReply, PageRequest } from '../../kernel/http/page.ts';

/** Why an event was stored although nothing counted it then. */
export type UnmatchedReason = 'unknown_metric' | 'unknown_customer' | 'unknown_subscription' | 'not_priced';

/** An event ready to be stored: read, checked, its value taken. */
export interface NewEvent {
  readonly tenantId: string;
  /** Of the tenant and the transaction id, so that the same event has the same id for ever. */
  readonly id: string;
  /** Of the content as sent, in hexadecimal. */
  readonly contentHash: string;
  readonly transactionId: string;
  readonly externalCustomerId: string;
  readonly externalSubscriptionId: string | null;
  readonly code: string;
  readonly timestamp: EventTime;
  /** JSON. */
  readonly propertiesText: string;
  /** Decimal in plain notation. */
  readonly value: string | null;
  readonly uniqueValue: string | null;
  readonly operation: 'add' | 'remove';
  readonly reason: UnmatchedReason | null;
  readonly receivedAt: EventTime;
  /** No new event is: only what is stored can be amended. */
  readonly amended: false;
}

/** An event as it is kept; nothing but `amended` ever changes. */
export interface StoredEvent {
  readonly id: string;
  readonly content_hash: Buffer;
  readonly transaction_id: string;
  readonly external_customer_id: string;
  readonly external_subscription_id: string | null;
  readonly code: string;
  readonly timestamp: Temporal.Instant;
  readonly properties: unknown;
  readonly status: 'ingested' | 'unmatched';
  readonly reason: string | null;
  /** Whether an amendment took its place, so that it counts nowhere. */
  readonly amended: boolean;
  readonly received_at: Temporal.Instant;
}

/** The events of one subscription and metric (E4): those that name the subscription, and those that name none. */
export interface EventSelection {
  readonly externalCustomerId: string;
  readonly externalSubscriptionId: string;
  readonly code: string;
}

/** A property by which events are told apart when they are priced. */
export interface PricedKey {
  readonly key: string;
  /** The only values that matter; any other may be told as one and the same. Null: every value matters. */
  readonly values: readonly string[] | null;
}

export interface AggregateRequest extends EventSelection {
  readonly aggregationType: AggregationType;
  readonly keys: readonly PricedKey[];
  /** Whether what is dated before `start` is aggregated too, as what a recurring metric carries in (P5). */
  readonly carries: boolean;
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
}

/** The aggregate of the events that have the same values of the priced keys. */
export interface PartialAggregate {
  readonly texts: EventTexts;
  /** Events from `start` on that the aggregation takes: those that have the metric's field. */
  readonly events: bigint;
  readonly inside: FoldState;
  /** Of the events before `start`. */
  readonly before: FoldState;
  /** Whether one of the events was stored before its metric was known, so that its value must be read from its properties. */
  readonly unread: boolean;
  /** Whether events that are not kept any more have a part in it that cannot be told exactly. */
  readonly untold: boolean;
}

/** The charge of a subscription of which each event may have a fee. */
interface BilledBy {
  readonly subscriptionId: string;
  readonly chargeId: string;
  /** Leaves out those that have one. */
  readonly onlyUnbilled: boolean;
}

export interface ScanRequest extends EventSelection {
  /** Absent: whether events are billed is not asked. */
  readonly billedBy?: BilledBy;
  readonly keys: readonly PricedKey[];
  /** Whether the properties are needed of every event, not only of those stored before their metric was known. */
  readonly properties: boolean;
  /** Null: from the first event on. */
  readonly from: Temporal.Instant | null;
  readonly end: Temporal.Instant;
}

export interface ScannedEvent {
  readonly event: MeteredEvent;
  readonly texts: EventTexts;
  readonly properties: EventProperties | null;
  readonly unread: boolean;
  /** Whether it has a fee of the charge that was asked for. */
  readonly billed: boolean;
}

export interface EventFilters {
  readonly id?: string | undefined;
  readonly external_customer_id?: string | undefined;
  readonly external_subscription_id?: string | undefined;
  readonly code?: string | undefined;
  readonly status?: 'ingested' | 'unmatched' | undefined;
  readonly from_timestamp?: Temporal.Instant | undefined;
  readonly to_timestamp?: Temporal.Instant | undefined;
}

/** One hour of UTC and how many events are dated in it. */
export interface HourVolume {
  readonly hour: Temporal.Instant;
  readonly events: number;
}

/** What usage is read from: everything stored for the tenant, seen at one moment. */
export interface EventReader {
  /** One statement for a metric, whatever charges and filters price it. */
  aggregate(request: AggregateRequest): Promise<readonly PartialAggregate[]>;
  /** In pages of bounded size, in order of time and then of arrival. */
  scan(request: ScanRequest): AsyncIterable<readonly ScannedEvent[]>;
  /** Whether events of this time are not kept any more, so that they cannot be scanned. */
  hasExpired(stretch: EventSelection & { readonly from: Temporal.Instant | null; readonly end: Temporal.Instant }): Promise<boolean>;
  find(id: string): Promise<StoredEvent | undefined>;
  list(page: PageRequest & EventFilters): Promise<ListReply<StoredEvent>>;
  /** Hours without events are left out. */
  volume(from: Temporal.Instant, to: Temporal.Instant): Promise<readonly HourVolume[]>;
}
