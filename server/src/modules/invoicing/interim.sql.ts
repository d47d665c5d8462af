import { sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { rowsByPlace } from '../../kernel/db/together.ts';

/** A part of an open usage period that an invoice billed on request. */
interface InterimPart {
  readonly id: string;
  readonly usage_to: Temporal.Instant;
}

interface SinceOf {
  readonly subscriptionId: string;
  readonly since: Temporal.Instant;
  readonly exceptInvoice: string | null;
}

const sinceOf = (asked: readonly SinceOf[]) => sql`unnest(${asked.map(({ subscriptionId }) => subscriptionId)}::uuid[], ${asked.map(({ since }) => since)}::timestamptz[],
  ${asked.map(({ exceptInvoice }) => exceptInvoice)}::uuid[]) with ordinality as q (subscription_id, since, except_invoice, place)`;

/** The parts of the usage period that opens at an instant, in order of time; not the one of `exceptInvoice`. */
export const interimParts = rowsByPlace(async (db: ReadDb, asked: readonly SinceOf[]) => {
  const { rows } = await sql<InterimPart & { place: number }>`
    select q.place::int as place, p.id, p.usage_to from ${sinceOf(asked)}
    join billed_periods p on p.subscription_id = q.subscription_id and p.usage_from = q.since and p.interim and p.voided_at is null
      and p.invoice_id is distinct from q.except_invoice order by p.usage_to, p.id`.execute(db);
  return rows;
});

/** What each filter and group of each charge was billed in these parts, less what was credited of it as usage that shrank. */
export interface InterimLineRow {
  readonly charge_id: string;
  readonly display_name: string;
  readonly charge_filter_id: string | null;
  readonly grouped_by: unknown;
  readonly amount: bigint;
  readonly units: string;
  readonly events: bigint;
}

export async function interimLines(db: ReadDb, partIds: readonly string[]): Promise<readonly InterimLineRow[]> {
  const { rows } = await sql<InterimLineRow>`
    select charge_id, coalesce(h.invoice_display_name, m.name) as display_name, charge_filter_id, grouped_by, sum(units)::text as units, sum(events)::bigint as events,
      sum(amount)::bigint as amount from (
    select f.tenant_id, f.charge_id, f.charge_filter_id, f.grouped_by, f.units, f.events_count as events, 
      f.amount_cents + f.included_tax_cents - coalesce(n.credited, 0) as amount
    from fees f join invoices i on i.tenant_id = f.tenant_id and i.id = f.invoice_id and i.status <> 'voided'
    left join lateral (select sum(t.amount_cents + t.included_tax_cents) as credited from credit_note_items t
      join credit_notes c on c.tenant_id = t.tenant_id and c.id = t.credit_note_id and c.late_usage and c.status = 'finalized'
      where t.tenant_id = f.tenant_id and t.fee_id = f.id) n on true
    where f.billed_period_id = any(${partIds}::uuid[]) and f.kind = 'regular'
    union all
    select f.tenant_id, f.charge_id, f.charge_filter_id, f.grouped_by, 0, 0, -(t.amount_cents + t.included_tax_cents)
    from credit_notes c join credit_note_items t on t.tenant_id = c.tenant_id and t.credit_note_id = c.id
    join fees f on f.tenant_id = t.tenant_id and f.id = t.fee_id and f.kind = 'progressive'
    where c.billed_period_id = any(${partIds}::uuid[]) and c.late_usage and c.status = 'finalized') lines
    join charges h on h.tenant_id = lines.tenant_id and h.id = lines.charge_id
    join billable_metrics m on m.tenant_id = h.tenant_id and m.id = h.billable_metric_id
    group by charge_id, h.invoice_display_name, m.name, charge_filter_id, grouped_by order by charge_id`.execute(db);
  return rows;
}

/** The plan fees of days that were over, on invoices that were asked for. */
export interface InterimPlanFeeRow {
  readonly from_datetime: Temporal.Instant;
  readonly to_datetime: Temporal.Instant;
  readonly days: number;
  readonly amount_cents: bigint;
}

export const interimPlanFees = rowsByPlace(async (db: ReadDb, asked: readonly SinceOf[]) => {
  const { rows } = await sql<InterimPlanFeeRow & { place: number }>`
    select q.place::int as place, f.from_datetime, f.to_datetime, (f.properties ->> 'days')::int as days, f.amount_cents + f.included_tax_cents as amount_cents
    from ${sinceOf(asked)}
    join fees f on f.subscription_id = q.subscription_id and f.fee_type = 'subscription' and f.from_datetime >= q.since
    join invoice_subscriptions i on i.tenant_id = f.tenant_id and i.invoice_id = f.invoice_id and i.subscription_id = f.subscription_id
      and i.billing_kind = 'interim' and not i.voided and i.invoice_id is distinct from q.except_invoice
    order by f.from_datetime`.execute(db);
  return rows;
});

/** How many invoices of a subscription were asked for at this very instant, voided ones too: those that stand have the turns counted with them. */
export async function interimInvoicesAt(db: ReadDb, subscriptionId: string, at: Temporal.Instant): Promise<number> {
  const { rows } = await sql<{ found: number }>`select count(*)::int as found from invoice_subscriptions
    where subscription_id = ${subscriptionId} and billing_kind = 'interim' and billing_at = ${at}`.execute(db);
  return rows[0]?.found ?? 0;
}

/** Whether an invoice that was asked for after this instant stands. */
export async function isInvoicedAfter(db: ReadDb, subscriptionId: string, at: Temporal.Instant): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select exists (select from invoice_subscriptions where subscription_id = ${subscriptionId}
    and billing_kind = 'interim' and billing_at > ${at} and not voided) as found`.execute(db);
  return rows[0]?.found ?? false;
}

/** Whether this invoice bills a period so far, and a later one of its subscription stands, which billed the rest or more of it. */
export async function isBilledOn(db: ReadDb, invoiceId: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select exists (
    select from invoice_subscriptions i join invoice_subscriptions j on j.tenant_id = i.tenant_id and j.subscription_id = i.subscription_id and not j.voided
      and j.billing_kind in ('interim', 'periodic', 'plan_change', 'termination') and j.invoice_id > i.invoice_id
    where i.invoice_id = ${invoiceId} and i.billing_kind = 'interim') as found`.execute(db);
  return rows[0]?.found ?? false;
}
