import { type RawBuilder, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { sqlState } from '../../kernel/db/transaction.ts';
import { decodeCursor, encodeCursor, invalidCursor, type ListReply, type PageRequest, parseOrder } from '../../kernel/http/page.ts';
import { invalid } from '../../kernel/problem.ts';
import type { EventFilters } from './eventStore.ts';
import type { UsageEventRow } from './events.sql.ts';

/** Without a cursor, no more are counted or skipped: what lies behind is reached by cursors, which do neither. */
const mostCounted = 10_000;
const defaultLimit = 100;

const all = (conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> => sql.join([sql`true`, ...conditions], sql` and `);

/** What events `e` must be besides what leads to them by an index. */
function filtered({ id, external_subscription_id: subscription, status, from_timestamp: from, to_timestamp: to }: EventFilters): RawBuilder<unknown> {
  return all([
    ...(id === undefined ? [] : [sql`e.id = ${id}`]),
    ...(subscription === undefined ? [] : [sql`e.external_subscription_id = ${subscription}`]),
    ...(status === undefined ? [] : [status === 'ingested' ? sql`e.reason is null` : sql`e.reason is not null`]),
    ...(from === undefined ? [] : [sql`e."timestamp" >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`e."timestamp" < ${to}::timestamptz`]),
  ]);
}

/** The codes that occur, one look into an index for each, as rows `codes`. */
const codes = (of: RawBuilder<unknown>): RawBuilder<unknown> => sql`(
  with recursive found as (
    (select e.code from usage_events e where ${of} order by e.code limit 1)
    union all
    select (select e.code from usage_events e where ${of} and e.code > found.code order by e.code limit 1) from found where found.code is not null
  )
  select code from found where code is not null
) codes`;

/**
 * Where the events that pass the filters are looked for: `each` for each place, and the conditions that lead to it. In each place they lie
 * in the order of time in an index, so that a page costs its rows, times the metric codes where none is named. Only `ingested`, and a
 * status of a subscription's events, have those of the other status passed over.
 */
function places(filters: EventFilters, each: (where: RawBuilder<unknown>) => RawBuilder<unknown>): RawBuilder<unknown> {
  const { id, external_customer_id: customer, external_subscription_id: subscription, code, status } = filters;
  const ofCode = code === undefined ? [] : [sql`e.code = ${code}`];
  const of = [
    ...(subscription === undefined ? [] : [sql`e.external_subscription_id = ${subscription}`]),
    ...(customer === undefined ? [] : [sql`e.external_customer_id = ${customer}`]),
    ...(status === 'unmatched' ? [sql`e.reason is not null`] : []),
  ];
  if (id !== undefined || code !== undefined) return each(all([...of, ...ofCode]));
  return sql`select found.* from ${codes(all(of))} cross join lateral ${each(sql`${all(of)} and e.code = codes.code`)} found`;
}

interface Part {
  readonly direction: 'asc' | 'desc';
  readonly after: { readonly value: string; readonly id: string } | null;
  readonly limit: number;
  readonly skip: number;
}

async function readPart(db: ReadDb, filters: EventFilters, { direction, after, limit, skip }: Part): Promise<readonly (UsageEventRow & { readonly cursor_value: string })[]> {
  const way = sql.raw(direction);
  const beyond = after === null ? sql`` : sql`and (e."timestamp", e.id) ${sql.raw(direction === 'asc' ? '>' : '<')} (${after.value}::timestamptz, ${after.id}::uuid)`;
  const each = (where: RawBuilder<unknown>) => sql`(
    select e."timestamp", e.id from usage_events e where ${where} and ${filtered(filters)} ${beyond} order by e."timestamp" ${way}, e.id ${way} limit ${skip + limit})`;
  const { rows } = await sql<UsageEventRow & { cursor_value: string }>`
    select e.*, case when e.reason is null then 'ingested' else 'unmatched' end as status, e."timestamp"::text as cursor_value
    from (
      select id from (${places(filters, each)}) found order by "timestamp" ${way}, id ${way} limit ${limit} offset ${skip}
    ) found join usage_events e on e.id = found.id
    order by e."timestamp" ${way}, e.id ${way}`.execute(db);
  return rows;
}

async function countUpToMost(db: ReadDb, filters: EventFilters): Promise<number> {
  const each = (where: RawBuilder<unknown>) => sql`(select 1 as one from usage_events e where ${where} and ${filtered(filters)} limit ${mostCounted})`;
  const { rows } = await sql<{ total: number }>`select count(*)::int as total from (select 1 from (${places(filters, each)}) found limit ${mostCounted}) found`.execute(db);
  return rows[0]?.total ?? 0;
}

/**
 * A page of the events that pass the filters, by time. Where events are counted, that ends at 10,000. Throws 422 for a `skip` beyond.
 */
export async function listEvents(db: ReadDb, page: PageRequest & EventFilters): Promise<ListReply<UsageEventRow>> {
  const order = parseOrder(page.order_by, ['timestamp'], { field: 'timestamp', direction: 'desc' });
  const { direction } = order;
  const limit = page.limit ?? defaultLimit;
  if (page.cursor !== undefined) {
    const after = decodeCursor(page.cursor, order);
    const rows = await readPart(db, page, { direction, after, limit: limit + 1, skip: 0 }).catch((error: unknown) => {
      // What a cursor holds is compared with columns: text that no value of theirs is written in (SQLSTATE class 22) was not given out.
      throw after !== null && sqlState(error)?.startsWith('22') === true ? invalidCursor() : error;
    });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, next: rows.length > limit && last !== undefined ? encodeCursor(order, last.cursor_value, last.id) : null };
  }
  const skip = page.skip ?? page.offset ?? 0;
  if (skip > mostCounted) throw invalid('skip', 'too_far', `At most ${mostCounted} events are skipped; read on by cursor.`);
  return { items: await readPart(db, page, { direction, after: null, limit, skip }), total: await countUpToMost(db, page) };
}
