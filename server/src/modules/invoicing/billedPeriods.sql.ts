import { type RawBuilder, type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { rowBy, rowsBy, together } from '../../kernel/db/together.ts';
import { insertOf } from '../../kernel/db/writes.ts';
import type { Tables } from '../../tables.ts';
import type { BilledEdge } from '../metering/index.ts';
import { isWithinBilled } from './progressive.sql.ts';

export type BilledPeriodRow = Selectable<Tables['billed_periods']>;

/** Up to where a subscription's billed periods were looked at for late events. */
export interface LateUsageCheck {
  /** The oldest transaction that may still be under way: what those before it stored is seen from here on. */
  readonly until: string;
  /** The same of the last look; null before the first. Zero where another database cluster numbered the transactions then. */
  readonly since: string | null;
  readonly ignored: boolean;
  readonly edges: readonly BilledEdge[];
  readonly rechecks: boolean;
}

const edge = z.object({ to: z.string(), codes: z.array(z.string()) });

/**
 * Where the next look for late events begins. After a restore into another cluster it begins anew: looking at a period for nothing makes no
 * line, and what the numbers of the old one said of events is not known any more. The organization may have decided that late usage is not billed (E3).
 */
export async function readLateUsageCheck(db: ReadDb, subscriptionId: string): Promise<LateUsageCheck> {
  const row = await lateUsageCheckOf(db, subscriptionId);
  if (row === undefined) throw new Error('A left join from one row answers a row.');
  return { ...row, edges: z.array(edge).parse(row.edges).map(({ to, codes }) => ({ to: Temporal.Instant.from(to), codes })) };
}

type StoredCheck = Omit<LateUsageCheck, 'edges'> & { readonly subscription_id: string; readonly edges: unknown };

const lateUsageCheckOf = rowBy(async (db: ReadDb, subscriptionIds) => {
  const { rows } = await sql<StoredCheck>`
    select q.subscription_id, pg_snapshot_xmin(pg_current_snapshot())::text as until, 
      case when c.cluster <> app.cluster() or c.seen_xid > pg_snapshot_xmax(pg_current_snapshot()) then '0' else c.seen_xid::text end as since,
      (select o.ignore_late_usage from tenants t join organizations o on o.id = t.organization_id where t.id = (select app.tenant())) as ignored,
      (select coalesce(jsonb_agg(jsonb_build_object('to', p.usage_to, 'codes', p.codes)), '[]') from billed_periods p
        where p.subscription_id = q.subscription_id and p.voided_at is null and not p.interim and p.usage_to > c.checked_at - interval '1 hour') as edges,
      exists (select from billed_periods p where p.subscription_id = q.subscription_id and p.recheck) as rechecks
    from unnest(${subscriptionIds}::uuid[]) as q (subscription_id) left join late_usage_checks c on c.subscription_id = q.subscription_id`.execute(db);
  return rows;
}, (row) => row.subscription_id);

interface LookedThrough {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly until: string;
  readonly now: Temporal.Instant;
}

export const writeLateUsageCheck = together<LookedThrough>(async (db, looks) => {
  const last = [...new Map(looks.map((look) => [look.subscriptionId, look])).values()];
  await sql`insert into late_usage_checks (tenant_id, subscription_id, seen_xid, checked_at)
    select * from unnest(${last.map(({ tenantId }) => tenantId)}::uuid[], ${last.map(({ subscriptionId }) => subscriptionId)}::uuid[],
      ${last.map(({ until }) => until)}::xid8[], ${last.map(({ now }) => now)}::timestamptz[])
    on conflict (tenant_id, subscription_id) do update set seen_xid = excluded.seen_xid, cluster = excluded.cluster, checked_at = excluded.checked_at`.execute(db);
  return looks.map(() => undefined);
});

/**
 * The periods of a subscription that are billed for good, with what they were priced by. Those on a draft are computed anew with it, those
 * of which only a part was billed with the invoice of their end.
 */
export async function settledPeriods(db: ReadDb, subscriptionId: string): Promise<readonly (BilledPeriodRow & { readonly charges: unknown })[]> {
  return db
    .selectFrom('billed_periods as p')
    .innerJoin('priced_charges as c', (join) => join.onRef('c.tenant_id', '=', 'p.tenant_id').onRef('c.id', '=', 'p.priced_charges_id'))
    .leftJoin('invoices as i', (join) => join.onRef('i.tenant_id', '=', 'p.tenant_id').onRef('i.id', '=', 'p.invoice_id'))
    .selectAll('p')
    .select('c.charges')
    .where('p.subscription_id', '=', subscriptionId)
    .where('p.voided_at', 'is', null)
    .where('p.interim', '=', false)
    .where((where) => where.or([where('p.invoice_id', 'is', null), where('i.status', 'in', ['finalized', 'paid'])]))
    .orderBy('p.usage_from')
    .execute();
}

/** The billed period of a subscription that holds an instant. */
export async function billedPeriodAt(db: ReadDb, subscriptionId: string, at: Temporal.Instant): Promise<BilledPeriodRow | undefined> {
  return db
    .selectFrom('billed_periods')
    .selectAll()
    .where('subscription_id', '=', subscriptionId)
    .where('usage_from', '<=', at)
    .where('usage_to', '>', at)
    .where('voided_at', 'is', null)
    .where('interim', '=', false)
    .executeTakeFirst();
}

/** Billed periods with their own rows and those of their parts that were billed before they ended. */
const withParts = sql`(select p.tenant_id, p.id, q.id as part_id from billed_periods p join billed_periods q on q.tenant_id = p.tenant_id
  and q.subscription_id = p.subscription_id and q.usage_from = p.usage_from and (q.id = p.id or (q.interim and q.voided_at is null)))`;

/** What a charge was billed for a period so far: its fees on all invoices that are not voided, less what was credited as late usage. */
export interface BilledSoFar {
  readonly billed_period_id: string;
  readonly charge_id: string;
  readonly amount: bigint;
  readonly units: string;
  readonly events: bigint;
}

export async function billedSoFar(db: ReadDb, periodIds: readonly string[], exceptInvoice: string | null): Promise<readonly BilledSoFar[]> {
  if (periodIds.length === 0) return [];
  const { rows } = await sql<BilledSoFar>`
    select billed_period_id, charge_id, sum(amount)::bigint as amount, sum(units) as units, sum(events)::bigint as events from (
      select p.id as billed_period_id, f.charge_id, f.amount_cents + f.included_tax_cents as amount, case when f.kind = 'minimum' then 0 else f.units end as units,
        f.events_count as events
      from ${withParts} p join fees f on f.tenant_id = p.tenant_id and f.billed_period_id = p.part_id
      join invoices i on i.tenant_id = f.tenant_id and i.id = f.invoice_id
      where p.id = any(${periodIds}::uuid[]) and i.status <> 'voided' and i.id is distinct from ${exceptInvoice}::uuid
      union all
      select p.id, f.charge_id, -(ci.amount_cents + ci.included_tax_cents), 0, 0
      from ${withParts} p join fees f on f.tenant_id = p.tenant_id and f.billed_period_id = p.part_id
      join credit_note_items ci on ci.tenant_id = f.tenant_id and ci.fee_id = f.id
      join credit_notes n on n.tenant_id = ci.tenant_id and n.id = ci.credit_note_id
      where p.id = any(${periodIds}::uuid[]) and n.late_usage and n.status = 'finalized'
      union all
      select p.id, f.charge_id, -(ci.amount_cents + ci.included_tax_cents), 0, 0
      from ${withParts} p join credit_notes n on n.tenant_id = p.tenant_id and n.billed_period_id = p.part_id
      join credit_note_items ci on ci.tenant_id = n.tenant_id and ci.credit_note_id = n.id
      join fees f on f.tenant_id = ci.tenant_id and f.id = ci.fee_id and f.kind = 'progressive'
      where p.id = any(${periodIds}::uuid[]) and n.late_usage and n.status = 'finalized') parts
    group by billed_period_id, charge_id`.execute(db);
  return rows;
}

/** Keeps a billed period, and how it was priced once for all that was priced alike. */
export const writeBilledPeriod = together<{ readonly row: Omit<BilledPeriodRow, 'recheck' | 'voided_at'>; readonly charges: unknown }>(async (db, periods) => {
  const rows = periods.map(({ row }) => row);
  const priced = [...new Map(periods.map(({ row, charges }) => [row.priced_charges_id, { tenant_id: row.tenant_id, id: row.priced_charges_id, charges, created_at: row.created_at }])).values()];
  await sql`${insertOf('priced_charges', priced)} on conflict do nothing`.execute(db);
  const changing = Object.keys(rows[0] ?? {}).filter((column) => !['tenant_id', 'id', 'created_at'].includes(column));
  await sql`${insertOf('billed_periods', rows)}
    on conflict (tenant_id, id) do update set ${sql.join(changing.map((column) => sql`${sql.id(column)} = excluded.${sql.id(column)}`))}`.execute(db);
  return periods.map(() => undefined);
});

const periodsOf = rowsBy(
  async (db: ReadDb, invoiceIds) =>
    db
      .selectFrom('billed_periods')
      .select(['id', 'invoice_id', 'subscription_id'])
      .where(sql<boolean>`invoice_id = any(${invoiceIds}::uuid[])`)
      .where('voided_at', 'is', null)
      .execute(),
  (row) => row.invoice_id,
);

/** The periods that an invoice bills for the first time, by subscription. */
export async function periodsOfInvoice(db: ReadDb, invoiceId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await periodsOf(db, invoiceId);
  return new Map(rows.map((row) => [row.subscription_id, row.id]));
}

/** Has periods compared again with what they were billed, by the next invoice, or says that this is done. */
export async function setRecheck(db: Db, periodIds: readonly string[], recheck: boolean): Promise<void> {
  if (periodIds.length === 0) return;
  await db.updateTable('billed_periods').set({ recheck }).where(sql<boolean>`id = any(${periodIds}::uuid[])`).execute();
}

const periodsOfLateUsage = rowsBy(
  async (db: ReadDb, invoiceIds) =>
    db
      .selectFrom('fees')
      .select(['invoice_id', 'billed_period_id'])
      .distinct()
      .where(sql<boolean>`invoice_id = any(${invoiceIds}::uuid[])`)
      .where('kind', '=', 'late_usage')
      .execute(),
  (row) => row.invoice_id,
);

/** The earlier periods to which an invoice adds late usage. */
export async function latePeriodsOn(db: ReadDb, invoiceId: string): Promise<readonly string[]> {
  const rows = await periodsOfLateUsage(db, invoiceId);
  return rows.flatMap((row) => (row.billed_period_id === null ? [] : [row.billed_period_id]));
}

/** Whether another invoice, that is not voided, bills late usage of the period that this one bills. */
export async function hasLateUsageElsewhere(db: ReadDb, invoiceId: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select exists (
    select from billed_periods p
    join fees f on f.tenant_id = p.tenant_id and f.billed_period_id = p.id
    join invoices i on i.tenant_id = f.tenant_id and i.id = f.invoice_id
    where p.invoice_id = ${invoiceId} and i.id <> ${invoiceId} and i.status <> 'voided') as found`.execute(db);
  return rows[0]?.found ?? false;
}

/** A voided invoice has billed nothing: its own period is free, and what it added to others is to be looked at again. */
export async function releasePeriods(db: Db, invoiceId: string, now: Temporal.Instant): Promise<void> {
  await setRecheck(db, await latePeriodsOn(db, invoiceId), true);
  await db.updateTable('billed_periods').set({ voided_at: now, recheck: false }).where('invoice_id', '=', invoiceId).execute();
}

/** That a fee `f` bills usage of a period, on invoices made within it too. */
export const isForPeriod = (periodId: string): RawBuilder<unknown> => sql`(f.billed_period_id in (select p.part_id from ${withParts} p where p.id = ${periodId})
  or exists (select from billed_periods p where p.tenant_id = f.tenant_id and p.id = ${periodId} and ${isWithinBilled}))`;
