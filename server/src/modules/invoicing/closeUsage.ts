import { sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { rowsBy } from '../../kernel/db/together.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { type FinalizedUsage, finalizeUsage } from '../metering/index.ts';

/** The usage on an invoice that was finalized is billed for good. */
export async function closeUsage(tx: Tx, invoiceId: string): Promise<void> {
  for (const usage of await usageBilledBy(tx.db, invoiceId)) await finalizeUsage(tx, invoiceId, usage);
}

/**
 * Of each subscription, by the plan of the phase that it bills, from where the usage before it was billed through, to the boundary the invoice was made at; one at a start bills none, and one that was
 * asked for none for good.
 */
const usageBilledBy = rowsBy(async (db: ReadDb, invoiceIds) => {
  const { rows } = await sql<FinalizedUsage & { invoice_id: string }>`
    select i.invoice_id, c.external_id as external_customer_id, s.external_id as external_subscription_id,
      array(
        select m.code from charges ch
        join billable_metrics m on m.tenant_id = ch.tenant_id and m.id = ch.billable_metric_id
        where ch.tenant_id = s.tenant_id and ch.plan_id = coalesce(p.plan_id, s.plan_id) and ch.deleted_at is null
        union
        select f.metric_code from fees f where f.tenant_id = i.tenant_id and f.invoice_id = i.invoice_id and f.subscription_id = s.id and f.metric_code is not null
      ) as codes,
      coalesce(i.opened_at, s.started_at) as period_start, i.billing_at as period_end
    from invoice_subscriptions i
    join subscriptions s on s.tenant_id = i.tenant_id and s.id = i.subscription_id
    left join subscription_phases p on p.tenant_id = i.tenant_id and p.subscription_id = i.subscription_id and p.phase = i.billing_phase
    join customers c on c.tenant_id = s.tenant_id and c.id = s.customer_id
    where i.invoice_id = any(${invoiceIds}::uuid[]) and i.billing_kind not in ('start', 'trial_end', 'units_change', 'pause', 'resumption', 'interim') and c.external_id is not null
      and coalesce(i.opened_at, s.started_at) < i.billing_at`.execute(db);
  return rows;
}, (row) => row.invoice_id);
