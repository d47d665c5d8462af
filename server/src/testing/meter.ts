import { type AggregationType, foldFor, type MeteredEvent } from '@farthing/core/metering';
import { Quantity } from '@farthing/core/money';
import type pg from 'pg';
import { kyselyOver } from '../kernel/db/kysely.ts';
import { createPool, meterRole } from '../kernel/db/pool.ts';
import { transact } from '../kernel/db/transaction.ts';
import { aggregateEvents } from '../modules/metering/aggregate.sql.ts';
import type { AggregateRequest, PartialAggregate } from '../modules/metering/eventStore.ts';
import { cloneDatabase } from './database.ts';

/** An event as a test of roll-ups says it. */
export interface EventSketch {
  readonly customer: string;
  readonly subscription: string | null;
  readonly code: string;
  readonly at: Temporal.Instant;
  readonly value: string | null;
  readonly unique: string | null;
  readonly remove: boolean;
  readonly properties: Readonly<Record<string, string | number>>;
  readonly unknown: boolean;
}

/** A database with one tenant, seen as the meter, as the application and as its owner. */
export interface MeterWorld {
  readonly adminUrl: string;
  readonly meter: pg.Pool;
  readonly app: pg.Pool;
  readonly admin: pg.Pool;
  tenant(): Promise<string>;
  close(): Promise<void>;
}

/** Deleted events are kept aside, so that what they made can be made again. */
const rememberDeleted = `
  create table deleted_events (like usage_events);
  grant select on deleted_events to farthing_app;
  create function remember() returns trigger language plpgsql security definer as $$ begin insert into deleted_events select (old).*; return null; end $$;
  create trigger remember after delete on usage_events_all for each row execute function remember()`;

export async function meterWorld(): Promise<MeterWorld> {
  const database = await cloneDatabase();
  const onError = () => {};
  const meter = createPool(database.adminUrl, { max: 8, role: meterRole, onError });
  const app = createPool(database.appUrl, { max: 4, onError });
  const admin = createPool(database.adminUrl, { max: 4, onError });
  await admin.query(rememberDeleted);
  return {
    adminUrl: database.adminUrl,
    meter,
    app,
    admin,
    async tenant() {
      const [id, organization] = [crypto.randomUUID(), crypto.randomUUID()];
      await admin.query(
        `insert into organizations (id, name, slug, default_currency, timezone, created_at, updated_at) values ($1, 'x', $2, 'USD', 'UTC', now(), now())`,
        [organization, organization],
      );
      await admin.query(`insert into tenants (id, organization_id, environment, created_at) values ($1, $2, 'live', now())`, [id, organization]);
      return id;
    },
    async close() {
      for (const pool of [meter, app, admin]) await pool.end();
      await database.drop();
    },
  };
}

/** Stores events as intake does, in the transaction of the connection. */
export async function storeEvents(client: pg.ClientBase, tenantId: string, events: readonly EventSketch[]): Promise<void> {
  const column = (of: (event: EventSketch) => unknown) => events.map(of);
  await client.query(
    `insert into usage_events_all (tenant_id, id, content_hash, transaction_id, external_customer_id, external_subscription_id, code, "timestamp",
       properties, value, unique_value, operation, reason, received_at)
     select $1::uuid, gen_random_uuid(), '\\x00', 'x', customer, subscription, code, at, properties, value, unique_value, operation, reason, now()
     from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::jsonb[], $7::numeric[], $8::text[], $9::text[], $10::text[])
       as e (customer, subscription, code, at, properties, value, unique_value, operation, reason)`,
    [tenantId, column((e) => e.customer), column((e) => e.subscription), column((e) => e.code), column((e) => e.at.toString()),
      column((e) => JSON.stringify(e.properties)), column((e) => e.value), column((e) => e.unique), column((e) => (e.remove ? 'remove' : 'add')),
      column((e) => (e.unknown ? 'unknown_metric' : null))],
  );
}

interface StoredRow {
  readonly seq: bigint;
  readonly timestamp: Temporal.Instant;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly value: string | null;
  readonly unique_value: string | null;
  readonly operation: 'add' | 'remove';
  readonly reason: string | null;
}

type Result = Record<string, { readonly events: string; readonly unread: boolean; readonly inside: string; readonly before: string }>;

const textOf = (value: unknown): string | null => (value === undefined ? null : String(value));

function told(request: AggregateRequest, texts: Readonly<Record<string, string | null>>): string {
  return JSON.stringify(request.keys.map(({ key, values }) => {
    const text = texts[key] ?? null;
    return values === null || text === null || values.includes(text) ? text : 'other';
  }));
}

/** Parts by what tells them apart, several of the same merged, as their states' texts. */
function resultOf(request: AggregateRequest, parts: readonly PartialAggregate[]): Result {
  const fold = foldFor(request);
  const merged = [...Map.groupBy(parts, ({ texts }) => told(request, texts))].map(([key, list]) => {
    const state = (of: (part: PartialAggregate) => PartialAggregate['inside']) => JSON.stringify(fold.encode(list.reduce((sum, part) => fold.merge(sum, of(part)), fold.empty())));
    const events = list.reduce((sum, part) => sum + part.events, 0n);
    return [key, { events: String(events), unread: list.some(({ unread }) => unread), inside: state(({ inside }) => inside), before: state(({ before }) => before) }] as const;
  });
  return Object.fromEntries(merged.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const isTaken = (type: AggregationType, row: StoredRow) => type === 'count' || (type === 'unique_count' ? row.unique_value : row.value) !== null;

/** What core's folds make of every event that was ever stored: no bucket, no aggregate of SQL. */
async function recompute(client: pg.ClientBase, tenantId: string, request: AggregateRequest): Promise<Result> {
  const { rows } = await client.query<StoredRow>(
    `select seq, "timestamp", properties, value, unique_value, operation, reason from (select * from usage_events union all select * from deleted_events) e
     where tenant_id = $1 and not amended and external_customer_id = $2 and code = $3
       and (external_subscription_id is null or external_subscription_id = $4) and "timestamp" < $5 and ($6 or "timestamp" >= $7)`,
    [tenantId, request.externalCustomerId, request.code, request.externalSubscriptionId, request.end.toString(), request.carries, request.start.toString()],
  );
  const fold = foldFor(request);
  return resultOf(request, rows.map((row): PartialAggregate => {
    const event: MeteredEvent = {
      id: '', timestamp: row.timestamp, receivedOrder: row.seq, value: row.value === null ? null : Quantity.restore(row.value),
      uniqueValue: row.unique_value, operation: row.operation,
    };
    const isInside = Temporal.Instant.compare(request.start, row.timestamp) <= 0;
    const [inside, before] = isInside ? [fold.add(fold.empty(), event), fold.empty()] : [fold.empty(), fold.add(fold.empty(), event)];
    const texts = Object.fromEntries(request.keys.map(({ key }) => [key, textOf(row.properties[key])]));
    return { texts, inside, before, events: isInside && isTaken(request.aggregationType, row) ? 1n : 0n, unread: row.reason === 'unknown_metric', untold: false };
  }));
}

/** The same request read from roll-ups and made from the events, in one snapshot; `untold`: the reading says itself that it is not exact. */
export async function bothWays(app: pg.Pool, tenantId: string, request: AggregateRequest): Promise<{ readonly read: Result; readonly made: Result; readonly untold: boolean }> {
  return transact(app, { tenantId, readOnly: true }, async (client) => {
    const parts = await aggregateEvents(kyselyOver(client), request);
    return { read: resultOf(request, parts), made: await recompute(client, tenantId, request), untold: parts.some(({ untold }) => untold) };
  });
}
