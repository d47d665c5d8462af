import type { Period } from '@farthing/core/time';
import { sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { type ArrivedUsage, arrivedEvents, chargedInAdvance, type StoredSince } from './arrivedEvents.sql.ts';

/** What a subscription's charges that are paid in advance were billed for the events of a period: the mark of each filter and group. */
export interface BilledInAdvance {
  readonly charge_id: string;
  readonly charge_filter_id: string | null;
  readonly grouped_by: unknown;
  /** Minor units, exact, with the tax that is in the price: the fees of single events add up to the highest cost there was. */
  readonly mark: string;
  /** Without what stands on voided invoices: its events are not billed again, but nothing was billed for them. */
  readonly posted: bigint;
}

export async function billedInAdvance(db: ReadDb, subscriptionId: string, period: Period): Promise<readonly BilledInAdvance[]> {
  const { rows } = await sql<BilledInAdvance>`
    select charge_id, charge_filter_id, grouped_by, sum(precise_amount_cents + included_tax_cents)::text as mark,
      coalesce(sum(amount_cents + included_tax_cents) filter (where not exists (
        select from invoices i where i.tenant_id = fees.tenant_id and i.id = fees.invoice_id and i.status = 'voided')), 0)::bigint as posted
    from fees where subscription_id = ${subscriptionId} and event_id is not null and not replaced and event_at >= ${period.start} and event_at < ${period.end}
    group by charge_id, charge_filter_id, grouped_by`.execute(db);
  return rows;
}

/** Whether an invoice made after this instant stands that bills an event after it. What was dated ahead of an end that came then stays billed. */
export async function isPaidAfter(db: ReadDb, subscriptionId: string, at: Temporal.Instant): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select exists (
    select from fees f join invoices i on i.tenant_id = f.tenant_id and i.id = f.invoice_id and i.status <> 'voided'
    where f.subscription_id = ${subscriptionId} and f.event_id is not null and f.event_at >= ${at} and f.created_at > ${at}) as found`.execute(db);
  return rows[0]?.found ?? false;
}

/** Whether any subscription that has not ended has a charge that is paid in advance. */
export async function hasChargesInAdvance(db: ReadDb): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select exists (
    select from charges c join subscriptions s on s.tenant_id = c.tenant_id and s.plan_id = c.plan_id
    where c.pay_in_advance and c.deleted_at is null and s.status in ('pending', 'active', 'paused', 'canceled')) as found`.execute(db);
  return rows[0]?.found ?? false;
}

/** By subscription and time. */
export async function arrivedInAdvance(db: ReadDb, stored: StoredSince): Promise<readonly ArrivedUsage[]> {
  const { rows } = await sql<ArrivedUsage>`
    select distinct s.id as subscription_id, i.at ${arrivedEvents(stored, { join: chargedInAdvance })}`.execute(db);
  return rows;
}
