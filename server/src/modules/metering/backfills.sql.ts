import { type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { ListReply, PageRequest } from '../../kernel/http/page.ts';
import type { Scope } from '../../kernel/scope.ts';
import type { Tables } from '../../tables.ts';
import type { NewEvent } from './eventStore.ts';

export type BackfillRow = Selectable<Tables['usage_backfills']>;
export type BackfillEventRow = Selectable<Tables['usage_backfill_events']>;

export async function findBackfill(db: ReadDb, id: string): Promise<BackfillRow | undefined> {
  return db.selectFrom('usage_backfills').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Takes the row for the rest of the transaction: nothing is brought in while it is closed, and the other way round. */
export async function lockBackfill(db: Db, id: string): Promise<BackfillRow | undefined> {
  return db.selectFrom('usage_backfills').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function listBackfills(db: ReadDb, page: PageRequest & { readonly status?: BackfillRow['status'] | undefined }): Promise<ListReply<BackfillRow>> {
  let query = db.selectFrom('usage_backfills').selectAll();
  if (page.status !== undefined) query = query.where('status', '=', page.status);
  return listRows(query, page, { sortable: { created_at: 'created_at' } });
}

export async function insertBackfill(db: Db, row: Pick<BackfillRow, 'tenant_id' | 'id' | 'from_timestamp' | 'to_timestamp' | 'note'>, now: Temporal.Instant): Promise<BackfillRow> {
  return db
    .insertInto('usage_backfills')
    .values({ ...row, status: 'open', created_at: now, updated_at: now })
    .returningAll()
    .executeTakeFirstOrThrow();
}

type Changes = Partial<Pick<BackfillRow, 'status' | 'events_count' | 'stored_count' | 'duplicates_count' | 'conflicts_count' | 'closed_at' | 'reverted_at'>>;

export async function updateBackfill(db: Db, id: string, changes: Changes, now: Temporal.Instant): Promise<BackfillRow> {
  return db.updateTable('usage_backfills').set({ ...changes, updated_at: now }).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

/** Keeps the events whose ids are new to the backfill, in the order given, and answers these ids. */
export async function stageEvents(db: Db, { tenant }: Scope, backfillId: string, events: readonly NewEvent[]): Promise<ReadonlySet<string>> {
  const column = <T>(value: (event: NewEvent) => T): T[] => events.map(value);
  const { rows } = await sql<{ id: string }>`
    insert into usage_backfill_events (tenant_id, backfill_id, id, content_hash, transaction_id, external_customer_id,
      external_subscription_id, code, "timestamp", properties, value, unique_value, operation, reason)
    select ${tenant.id}::uuid, ${backfillId}::uuid, id, decode(content_hash, 'hex'), transaction_id, external_customer_id,
      external_subscription_id, code, "timestamp", properties, value, unique_value, operation, reason
    from unnest(
      ${column(({ id }) => id)}::uuid[],
      ${column(({ contentHash }) => contentHash)}::text[],
      ${column(({ transactionId }) => transactionId)}::text[],
      ${column(({ externalCustomerId }) => externalCustomerId)}::text[],
      ${column(({ externalSubscriptionId }) => externalSubscriptionId)}::text[],
      ${column(({ code }) => code)}::text[],
      ${column(({ timestamp }) => timestamp.text)}::timestamptz[],
      ${column(({ propertiesText }) => propertiesText)}::jsonb[],
      ${column(({ value }) => value)}::numeric[],
      ${column(({ uniqueValue }) => uniqueValue)}::text[],
      ${column(({ operation }) => operation)}::text[],
      ${column(({ reason }) => reason)}::text[]
    ) with ordinality e (id, content_hash, transaction_id, external_customer_id, external_subscription_id, code, "timestamp", properties,
      value, unique_value, operation, reason, place)
    order by place
    on conflict do nothing
    returning id`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** Those of the events that the backfill holds with this very content. */
export async function stagedAlike(db: ReadDb, backfillId: string, events: readonly NewEvent[]): Promise<ReadonlySet<NewEvent>> {
  if (events.length === 0) return new Set();
  const { rows } = await sql<{ place: number }>`
    select sent.place::int as place
    from unnest(${events.map(({ id }) => id)}::uuid[], ${events.map(({ contentHash }) => contentHash)}::text[]) with ordinality sent (id, content_hash, place)
    join usage_backfill_events b on b.backfill_id = ${backfillId} and b.id = sent.id and b.content_hash = decode(sent.content_hash, 'hex')`.execute(db);
  const places = new Set(rows.map(({ place }) => place - 1));
  return new Set(events.filter((_, place) => places.has(place)));
}

/** Of the events, those whose ids the backfill holds or that are stored: whether with this very content. */
export async function repeatsOf(db: ReadDb, backfillId: string, events: readonly (NewEvent & { readonly untimedHash: string })[]): Promise<ReadonlyMap<NewEvent, boolean>> {
  if (events.length === 0) return new Map();
  const column = <T>(value: (event: (typeof events)[number]) => T): T[] => events.map(value);
  // One that was sent to intake without a time has no time in its digest, and may be repeated with the one it was given.
  const { rows } = await sql<{ place: number; alike: boolean }>`
    select sent.place::int as place, bool_or(known.content_hash = decode(sent.content_hash, 'hex')
      or known.content_hash = decode(sent.untimed_hash, 'hex') and known."timestamp" = sent."timestamp") as alike
    from unnest(
      ${column(({ id }) => id)}::uuid[],
      ${column(({ contentHash }) => contentHash)}::text[],
      ${column(({ untimedHash }) => untimedHash)}::text[],
      ${column(({ timestamp }) => timestamp.text)}::timestamptz[]
    ) with ordinality sent (id, content_hash, untimed_hash, "timestamp", place)
    cross join lateral (
      select b.content_hash, b."timestamp" from usage_backfill_events b where b.backfill_id = ${backfillId} and b.id = sent.id
      union all select e.content_hash, e."timestamp" from usage_events e where e.id = sent.id
    ) known
    group by sent.place`.execute(db);
  return new Map(rows.map(({ place, alike }) => [events[place - 1] as NewEvent, alike]));
}

const chunk = 50_000;

/**
 * Stores all events of a backfill, in the order of their keys as everybody does (no deadlocks), and answers how many were new. In
 * chunks, so that no statement runs out of time; all in the caller's transaction, so that they are seen at once.
 */
export async function storeStaged(db: Db, { now }: Scope, backfillId: string): Promise<bigint> {
  let after: string | null = null;
  for (let stored = 0n; ; ) {
    const from: ReturnType<typeof sql> = after === null ? sql`` : sql`and id > ${after}`;
    const done: { rows: { readonly taken: number; readonly stored: bigint; readonly last: string | null }[] } = await sql<{ taken: number; stored: bigint; last: string | null }>`
      with staged as materialized (
        select * from usage_backfill_events where backfill_id = ${backfillId} ${from} order by id limit ${chunk}
      ), new as (
        insert into usage_events (tenant_id, id, seq, content_hash, transaction_id, external_customer_id, external_subscription_id, code,
          "timestamp", properties, value, unique_value, operation, reason, received_at)
        select tenant_id, id, seq, content_hash, transaction_id, external_customer_id, external_subscription_id, code,
          "timestamp", properties, value, unique_value, operation, reason, ${now}
        from staged
        where not exists (select from usage_expired_ids x where x.id = staged.id)
        order by id
        on conflict (id) do nothing
        returning id
      )
      select (select count(*)::int from staged) as taken, (select count(*) from new) as stored, (select id from staged order by id desc limit 1) as last`.execute(db);
    const [row] = done.rows;
    stored += row?.stored ?? 0n;
    after = row?.last ?? null;
    if (row === undefined || row.taken < chunk) return stored;
  }
}

/** Removes what waited, or only what is stored as it is or was, as far as that can still be told; answers how many rows went. */
export async function removeStaged(db: Db, backfillId: string, { alikeOnly }: { readonly alikeOnly: boolean }): Promise<bigint> {
  const alike = sql`and (exists (select from usage_events e where e.id = b.id and e.content_hash = b.content_hash)
    or exists (select from usage_expired_ids x where x.id = b.id))`;
  const { numAffectedRows } = await sql`delete from usage_backfill_events b where b.backfill_id = ${backfillId} ${alikeOnly ? alike : sql``}`.execute(db);
  return numAffectedRows ?? 0n;
}

export async function listStaged(db: ReadDb, backfillId: string, page: PageRequest): Promise<ListReply<BackfillEventRow>> {
  const query = db.selectFrom('usage_backfill_events').selectAll().where('backfill_id', '=', backfillId);
  return listRows(query, page, { sortable: { id: 'id' }, defaultOrder: { field: 'id', direction: 'asc' } });
}
