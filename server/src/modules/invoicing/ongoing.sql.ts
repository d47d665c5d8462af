import { type RawBuilder, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { ArrivedUsage, StoredSince } from './followUsage.sql.ts';
import { scopedFees, type ScopedFeeRow } from './scopedFees.sql.ts';

/** The fees of a customer's drafts in a currency; those that sell credits of a wallet aside. */
export async function draftFeesOf(db: ReadDb, customerId: string, currency: string): Promise<ScopedFeeRow[]> {
  return scopedFees(db, sql`i.customer_id = ${customerId} and i.status = 'draft' and i.currency = ${currency} and i.invoice_type <> 'credit'`);
}

/** The subscriptions of a customer that may have usage that is not billed yet, oldest first. */
export async function runningOf(db: ReadDb, customerId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('subscriptions')
    .select('id')
    .where('customer_id', '=', customerId)
    .where('status', 'in', ['active', 'paused', 'canceled'])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Whether any customer has a wallet that has not ended. */
export async function hasAnyWallet(db: ReadDb): Promise<boolean> {
  return (await db.selectFrom('wallets').select('id').where('status', '=', 'active').limit(1).executeTakeFirst()) !== undefined;
}

const hasWallet: RawBuilder<unknown> = sql`exists (select from wallets w where w.tenant_id = k.tenant_id and w.customer_id = k.id and w.status = 'active')`;

/** Of each customer with a wallet that got usage which its invoices will bill, one subscription. */
export async function arrivedForWallets(db: ReadDb, { since, until }: StoredSince): Promise<readonly ArrivedUsage[]> {
  const { rows } = await sql<ArrivedUsage>`
    select distinct on (k.id) s.id as subscription_id, e."timestamp" as at
    from usage_events e
    join customers k on k.external_id = e.external_customer_id and ${hasWallet}
    join subscriptions s on s.tenant_id = k.tenant_id and s.customer_id = k.id and s.status in ('active', 'paused', 'canceled')
      and (e.external_subscription_id is null or e.external_subscription_id = s.external_id)
    join charges c on c.tenant_id = s.tenant_id and c.plan_id = s.plan_id and not c.pay_in_advance and c.invoiceable and c.deleted_at is null
    join billable_metrics m on m.tenant_id = c.tenant_id and m.id = c.billable_metric_id and m.code = e.code
    where e.xid >= ${since}::xid8 and e.xid < ${until}::xid8 and e."timestamp" >= s.started_at
    order by k.id, e."timestamp"`.execute(db);
  return rows;
}
