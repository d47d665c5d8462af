import { sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { ListReply, PageRequest } from '../../kernel/http/page.ts';
import type { UnmatchedReason } from './eventStore.ts';
import { status, type UsageEventRow } from './events.sql.ts';

/** What was stored unmatched and has not been amended, newest first, over an index of these alone. */
export async function listUnmatched(db: ReadDb, page: PageRequest & { readonly reason?: UnmatchedReason | undefined }): Promise<ListReply<UsageEventRow>> {
  let query = db.selectFrom('usage_events').selectAll().select(status).where('reason', 'is not', null).where('amended', '=', false);
  if (page.reason !== undefined) query = query.where('reason', '=', page.reason);
  return listRows(query, page, { sortable: { created_at: 'received_at' }, defaultLimit: 50 });
}

interface Candidate {
  readonly name: string;
  readonly known: string;
}

const inGroups = (rows: readonly Candidate[]): ReadonlyMap<string, readonly string[]> =>
  new Map([...Map.groupBy(rows, ({ name }) => name)].map(([name, group]) => [name, group.map(({ known }) => known)]));

/** For each name up to 200 customers that stand next to it in order of external ids: all of them, where there are not many. */
export async function customersNear(db: ReadDb, names: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await sql<Candidate>`
    select wanted.name, near.known
    from unnest(${names}::text[]) wanted (name)
    cross join lateral (
      (select external_id as known from customers where external_id >= wanted.name and deleted_at is null order by external_id limit 100)
      union all
      (select external_id from customers where external_id < wanted.name and deleted_at is null order by external_id desc limit 100)
    ) near`.execute(db);
  return inGroups(rows);
}

/** The same of metrics. */
export async function metricsNear(db: ReadDb, names: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await sql<Candidate>`
    select wanted.name, near.known
    from unnest(${names}::text[]) wanted (name)
    cross join lateral (
      (select code as known from billable_metrics where code >= wanted.name and deleted_at is null order by code limit 100)
      union all
      (select code from billable_metrics where code < wanted.name and deleted_at is null order by code desc limit 100)
    ) near`.execute(db);
  return inGroups(rows);
}

/** For each customer its newest subscriptions, and the metrics that these price: at most 200 of each. */
export async function namesWithin(
  db: ReadDb,
  customers: readonly string[],
): Promise<{ readonly subscriptions: ReadonlyMap<string, readonly string[]>; readonly metrics: ReadonlyMap<string, readonly string[]> }> {
  const subscriptions = await sql<Candidate>`
    select c.external_id as name, s.external_id as known
    from customers c
    cross join lateral (
      select external_id from subscriptions s where s.tenant_id = c.tenant_id and s.customer_id = c.id order by created_at desc limit 200
    ) s
    where c.external_id = any(${customers}::text[]) and c.deleted_at is null`.execute(db);
  const metrics = await sql<Candidate>`
    select c.external_id as name, m.code as known
    from customers c
    cross join lateral (
      select distinct m.code
      from subscriptions s
      join charges ch on ch.tenant_id = s.tenant_id and ch.plan_id = s.plan_id and ch.deleted_at is null
      join billable_metrics m on m.tenant_id = ch.tenant_id and m.id = ch.billable_metric_id
      where s.tenant_id = c.tenant_id and s.customer_id = c.id
      limit 200
    ) m
    where c.external_id = any(${customers}::text[]) and c.deleted_at is null`.execute(db);
  return { subscriptions: inGroups(subscriptions.rows), metrics: inGroups(metrics.rows) };
}
