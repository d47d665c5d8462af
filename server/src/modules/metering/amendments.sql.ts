import { type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import { json } from '../../kernel/db/parameters.ts';
import { together } from '../../kernel/db/together.ts';
import type { Scope } from '../../kernel/scope.ts';
import type { ListReply, PageRequest } from '../../kernel/http/page.ts';
import type { Tables } from '../../tables.ts';
import type { NewEvent, StoredEvent } from './eventStore.ts';
import { status } from './events.sql.ts';

export type AmendmentRow = Selectable<Tables['usage_amendments']>;

/** Has an event count nowhere from now on; false where an amendment was there before, after waiting for one that is under way. */
export async function supersede(db: Db, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('usage_events')
    .set({ amended: true })
    .where('id', '=', id)
    .where('amended', '=', false)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * Stores what takes the place of an event, in the place that one had in the order of arrival; undefined where its transaction id has
 * been used.
 */
export async function insertReplacement(db: Db, { tenant, now }: Scope, event: NewEvent, replaced: string): Promise<StoredEvent | undefined> {
  const { rows } = await sql<StoredEvent>`
    insert into usage_events (tenant_id, id, seq, content_hash, transaction_id, external_customer_id, external_subscription_id, code,
      "timestamp", properties, value, unique_value, operation, reason, received_at)
    select ${tenant.id}, ${event.id}, seq, decode(${event.contentHash}, 'hex'), ${event.transactionId}, ${event.externalCustomerId},
      ${event.externalSubscriptionId}, ${event.code}, ${event.timestamp.text}::timestamptz, ${event.propertiesText}::jsonb, ${event.value},
      ${event.uniqueValue}, ${event.operation}, ${event.reason}, ${now}
    from usage_events
    where id = ${replaced} and not exists (select from usage_expired_ids x where x.id = ${event.id})
    on conflict (id) do nothing
    returning *, ${status}`.execute(db);
  return rows[0];
}

export async function insertAmendment(db: Db, row: AmendmentRow & { tenant_id: string }): Promise<AmendmentRow> {
  return db.insertInto('usage_amendments').values(row).returningAll().executeTakeFirstOrThrow();
}

/** The amendment that took the place of the event, and the one that it came by. */
export async function amendmentsAround(db: ReadDb, eventId: string): Promise<{ readonly amendedBy: AmendmentRow | null; readonly amends: AmendmentRow | null }> {
  const rows = await db
    .selectFrom('usage_amendments')
    .selectAll()
    .where((where) => where.or([where('event_id', '=', eventId), where('replacement_id', '=', eventId)]))
    .execute();
  return { amendedBy: rows.find((row) => row.event_id === eventId) ?? null, amends: rows.find((row) => row.replacement_id === eventId) ?? null };
}

/** The chain an event belongs to, first amendment first. */
export async function listChain(db: ReadDb, rootId: string, page: PageRequest): Promise<ListReply<AmendmentRow>> {
  const query = db.selectFrom('usage_amendments').selectAll().where('root_id', '=', rootId);
  return listRows(query, page, { sortable: { number: 'number' }, defaultOrder: { field: 'number', direction: 'asc' } });
}

/** A moment of usage: what an event is dated, and who and what it is about. */
interface UsageMoment {
  readonly external_customer_id: string;
  readonly external_subscription_id: string | null;
  readonly code: string;
  readonly timestamp: Temporal.Instant;
}

/**
 * The finalized invoice that bills what happened at this moment, if there is one: of any subscription that counts it (E4). What a
 * recurring metric carries on (P5) is billed by every later period, too.
 */
export async function finalizingInvoice(db: ReadDb, event: UsageMoment): Promise<string | undefined> {
  const { rows } = await sql<{ invoice_id: string }>`
    select invoice_id from usage_finalized f
    where external_customer_id = ${event.external_customer_id} and period_end > ${event.timestamp}::timestamptz
      and ${event.code} = any(codes)
      and (${event.external_subscription_id}::text is null or external_subscription_id = ${event.external_subscription_id})
      and (period_start <= ${event.timestamp}::timestamptz
        or exists (select from billable_metrics m where m.code = ${event.code} and m.recurring))
    order by period_end
    limit 1`.execute(db);
  return rows[0]?.invoice_id;
}

/** Usage that an invoice bills for good. */
export interface FinalizedUsage {
  readonly external_customer_id: string;
  readonly external_subscription_id: string;
  readonly codes: readonly string[];
  readonly period_start: Temporal.Instant;
  readonly period_end: Temporal.Instant;
}

export const insertFinalized = together<FinalizedUsage & { readonly tenantId: string; readonly invoiceId: string }>(async (db, usages) => {
  const rows = usages.map(({ tenantId, invoiceId, ...usage }) => ({ ...usage, tenant_id: tenantId, invoice_id: invoiceId }));
  await sql`insert into usage_finalized (tenant_id, invoice_id, external_customer_id, external_subscription_id, codes, period_start, period_end)
    select tenant_id, invoice_id, external_customer_id, external_subscription_id, codes, period_start, period_end
    from jsonb_populate_recordset(null::usage_finalized, ${json(rows)}::jsonb)
    on conflict do nothing`.execute(db);
  return usages.map(() => undefined);
});

export async function deleteFinalized(db: Db, invoiceId: string): Promise<void> {
  await db.deleteFrom('usage_finalized').where('invoice_id', '=', invoiceId).execute();
}

/** The customers, deleted ones too, that have had these external ids; in one order for everybody, so that locks are taken in it. */
export async function customersNamed(db: ReadDb, externalIds: readonly string[]): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from customers where external_id = any(${externalIds}::text[]) order by id`.execute(db);
  return rows.map(({ id }) => id);
}
