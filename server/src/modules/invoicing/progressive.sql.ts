import type { ProgressiveFacts } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import type { Period } from '@farthing/core/time';
import { type Insertable, type RawBuilder, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { rowsBy, rowsByPlace } from '../../kernel/db/together.ts';
import type { Tables } from '../../tables.ts';
import { type ArrivedUsage, arrivedEvents, chargedInArrears, isRunning, type StoredSince } from './arrivedEvents.sql.ts';

/** That a fee `f` lies in a usage period; a progressive invoice may be made at its very start. */
const liesIn = (start: RawBuilder<unknown>, end: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`(f.from_datetime = ${start} or (f.from_datetime < ${end} and (f.to_datetime > ${start} or f.from_datetime > ${start})))`;

/** That a fee `f` is one of a progressive invoice within a billed period `p`. */
export const isWithinBilled: RawBuilder<unknown> = sql`f.kind = 'progressive' and f.subscription_id = p.subscription_id and ${liesIn(sql`p.usage_from`, sql`p.usage_to`)}`;

/** What of the price of a fee `f` was given back because its usage costs less by now. */
const correctedOf = sql`coalesce((select sum(t.amount_cents + t.included_tax_cents) from credit_note_items t
  join credit_notes n on n.tenant_id = t.tenant_id and n.id = t.credit_note_id
  where t.tenant_id = f.tenant_id and t.fee_id = f.id and (n.late_usage or n.progressive_rest) and n.status = 'finalized'), 0)`;

/** What progressive invoices billed and was neither given back nor credited yet, over fees `f` of which each is one or credits some. */
const left = sql`sum(case when f.kind = 'progressive' then f.amount_cents + f.included_tax_cents - ${correctedOf} else 0 end - f.progressive_billing_credit_amount_cents)::bigint`;
const counts = sql`(f.kind = 'progressive' or f.progressive_billing_credit_amount_cents > 0)`;

/**
 * What invoices within a usage period billed of each charge, less what others in force credit of it and what was given back. A credit note
 * that somebody issued leaves it billed.
 */
export async function billedWithin(db: ReadDb, subscriptionId: string, period: Period): Promise<ProgressiveFacts['progressive']> {
  const rows = await sumsBilledWithin(db, { subscriptionId, period });
  return rows.map((row) => ({ chargeId: row.charge_id, billed: Amount.of(row.billed) }));
}

const sumsBilledWithin = rowsByPlace(async (db: ReadDb, asked: readonly { subscriptionId: string; period: Period }[]) => {
  const { rows } = await sql<{ place: number; charge_id: string; billed: bigint }>`
    select q.place::int as place, f.charge_id, ${left} as billed
    from unnest(${asked.map(({ subscriptionId }) => subscriptionId)}::uuid[], ${asked.map(({ period }) => period.start)}::timestamptz[],
      ${asked.map(({ period }) => period.end)}::timestamptz[]) with ordinality as q (subscription_id, opens, closes, place)
    join fees f on f.subscription_id = q.subscription_id and ${counts} and ${liesIn(sql`q.opens`, sql`q.closes`)}
    join invoices i on i.tenant_id = f.tenant_id and i.id = f.invoice_id and i.status in ('finalized', 'paid')
    group by q.place, f.charge_id having ${left} > 0 order by f.charge_id`.execute(db);
  return rows;
});

/** What was billed of a charge within the period that an invoice closes, above what that invoice and those before it credit. */
export interface ProgressiveRest {
  readonly billed_period_id: string;
  readonly charge_id: string;
  readonly rest: bigint;
}

export const progressiveRestOf = rowsBy(async (db: ReadDb, invoiceIds) => {
  const { rows } = await sql<ProgressiveRest & { invoice_id: string }>`
    select p.invoice_id, p.id as billed_period_id, f.charge_id, ${left} as rest
    from billed_periods p
    join fees f on f.tenant_id = p.tenant_id and f.subscription_id = p.subscription_id and ${counts} and ${liesIn(sql`p.usage_from`, sql`p.usage_to`)}
    join invoices i on i.tenant_id = f.tenant_id and i.id = f.invoice_id and (i.status in ('finalized', 'paid') or i.id = p.invoice_id)
    where p.invoice_id = any(${invoiceIds}::uuid[]) and p.voided_at is null and not p.interim
    group by p.invoice_id, p.id, p.subscription_id, f.charge_id having ${left} > 0 order by p.subscription_id, f.charge_id`.execute(db);
  return rows;
}, (row) => row.invoice_id);

/** That a fee `f` is on an invoice within a billed period. */
export const isWithinPeriod = (billedPeriodId: string): RawBuilder<unknown> => sql`exists (
  select from billed_periods p where p.tenant_id = f.tenant_id and p.id = ${billedPeriodId} and ${isWithinBilled})`;

/** The fees `f` of a charge, among those that `billed` says, of which something is left to credit, on invoices in force, newest first. */
export async function creditableFees(db: Db, chargeId: string, billed: RawBuilder<unknown>) {
  return db
    .selectFrom('fees as f')
    .innerJoin('invoices as i', (join) => join.onRef('i.tenant_id', '=', 'f.tenant_id').onRef('i.id', '=', 'f.invoice_id'))
    .selectAll('f')
    .where(sql<boolean>`${billed}`)
    .where('f.charge_id', '=', chargeId)
    .where('i.status', 'in', ['finalized', 'paid'])
    .where(sql<boolean>`f.credited_amount_cents < f.amount_cents - f.progressive_billing_credit_amount_cents`)
    .orderBy('f.created_at', 'desc')
    .orderBy('f.position', 'desc')
    .execute();
}

/** Whether a later invoice in force credits what this one billed within its period. */
export async function isCreditedElsewhere(db: ReadDb, invoiceId: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select exists (
    select from fees f
    join fees g on g.tenant_id = f.tenant_id and g.subscription_id = f.subscription_id and g.charge_id = f.charge_id
      and g.progressive_billing_credit_amount_cents > 0
    join invoices j on j.tenant_id = g.tenant_id and j.id = g.invoice_id and j.status in ('finalized', 'paid') and j.id > f.invoice_id
    join invoice_subscriptions s on s.tenant_id = j.tenant_id and s.invoice_id = j.id and s.subscription_id = g.subscription_id
    left join billed_periods p on p.tenant_id = j.tenant_id and p.invoice_id = j.id and p.subscription_id = g.subscription_id and p.voided_at is null
    where f.invoice_id = ${invoiceId} and f.kind = 'progressive'
      and ${liesIn(sql`coalesce(p.usage_from, s.billing_period_start)`, sql`coalesce(p.usage_to, s.billing_period_end)`)}) as found`.execute(db);
  return rows[0]?.found ?? false;
}

const isHeldToThreshold: RawBuilder<unknown> = sql`exists (select from usage_thresholds h
  where h.tenant_id = s.tenant_id and h.deleted_at is null and (h.subscription_id = s.id or h.plan_id = s.plan_id))`;

/** The subscriptions held to a threshold that got usage of what their invoices bill in arrears, with the time of the latest. */
export async function arrivedForThresholds(db: ReadDb, stored: StoredSince): Promise<readonly ArrivedUsage[]> {
  const { rows } = await sql<ArrivedUsage>`
    select s.id as subscription_id, max(i.at) as at
    ${arrivedEvents(stored, { join: chargedInArrears, where: sql`${isRunning} and ${isHeldToThreshold}` })}
    group by s.id`.execute(db);
  return rows;
}

/** The highest step of each threshold that the usage of a period was noticed to have reached. */
export async function noticedSteps(db: ReadDb, subscriptionId: string, periodStart: Temporal.Instant): Promise<ReadonlyMap<string, bigint>> {
  const rows = await highestSteps(db, { subscriptionId, periodStart });
  return new Map(rows.map(({ id, step }) => [id, step]));
}

const highestSteps = rowsByPlace(async (db: ReadDb, periods: readonly { subscriptionId: string; periodStart: Temporal.Instant }[]) => {
  const { rows } = await sql<{ place: number; id: string; step: bigint }>`
    select q.place::int as place, x.usage_threshold_id as id, max(x.step_amount_cents) as step
    from unnest(${periods.map(({ subscriptionId }) => subscriptionId)}::uuid[], ${periods.map(({ periodStart }) => periodStart)}::timestamptz[])
      with ordinality as q (subscription_id, period_start, place)
    join usage_threshold_crossings x on x.subscription_id = q.subscription_id and x.period_start = q.period_start
    group by q.place, x.usage_threshold_id`.execute(db);
  return rows;
});

export async function insertCrossings(db: Db, rows: readonly Insertable<Tables['usage_threshold_crossings']>[]): Promise<void> {
  await db.insertInto('usage_threshold_crossings').values(rows).execute();
}
