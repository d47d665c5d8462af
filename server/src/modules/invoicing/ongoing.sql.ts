import { type RawBuilder, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { rowsBy, together } from '../../kernel/db/together.ts';
import { type ArrivedUsage, arrivedEvents, chargedInArrears, isRunning, type StoredSince } from './arrivedEvents.sql.ts';
import { scopedFees, type ScopedFeeRow } from './scopedFees.sql.ts';

/** The fees of a customer's drafts in a currency; those that sell credits of a wallet aside. */
export async function draftFeesOf(db: ReadDb, customerId: string, currency: string): Promise<ScopedFeeRow[]> {
  return scopedFees(db, sql`i.customer_id = ${customerId} and i.status = 'draft' and i.currency = ${currency} and i.invoice_type <> 'credit'`);
}

const running = rowsBy(
  async (db: ReadDb, customerIds) =>
    db
      .selectFrom('subscriptions')
      .select(['id', 'customer_id'])
      .where(sql<boolean>`customer_id = any(${customerIds}::uuid[])`)
      .where('status', 'in', ['active', 'paused', 'canceled'])
      .orderBy('created_at')
      .orderBy('id')
      .execute(),
  (row) => row.customer_id,
);

/** The subscriptions of a customer that may have usage that is not billed yet, oldest first. */
export async function runningOf(db: ReadDb, customerId: string): Promise<string[]> {
  const rows = await running(db, customerId);
  return rows.map(({ id }) => id);
}

/** Whether any customer has a wallet that has not ended. */
export async function hasAnyWallet(db: ReadDb): Promise<boolean> {
  return (await db.selectFrom('wallets').select('id').where('status', '=', 'active').limit(1).executeTakeFirst()) !== undefined;
}

const hasWallet: RawBuilder<unknown> = sql`exists (select from wallets w where w.tenant_id = k.tenant_id and w.customer_id = k.id and w.status = 'active')`;

/** Those with a wallet among the customers of these names. */
export async function walletOwners(db: ReadDb, externalIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select k.id from customers k where k.external_id = any(${externalIds}::text[]) and ${hasWallet}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Whether usage of a customer that its invoices will bill may cost more with time alone, without any event. */
export const growsWithTime = together<string, boolean, ReadDb>(async (db, customerIds) => {
  const { rows } = await sql<{ customer_id: string }>`
    select distinct s.customer_id from subscriptions s
    join charges c on c.tenant_id = s.tenant_id and c.plan_id = s.plan_id and c.deleted_at is null and not c.pay_in_advance and c.invoiceable
    join billable_metrics m on m.tenant_id = c.tenant_id and m.id = c.billable_metric_id and m.aggregation_type = 'weighted_sum'
    where s.customer_id = any(${customerIds}::uuid[]) and ${isRunning}`.execute(db);
  const growing = new Set(rows.map((row) => row.customer_id));
  return customerIds.map((id) => growing.has(id));
});

/** Of each customer with a wallet that got usage which its invoices will bill, one subscription. */
export async function arrivedForWallets(db: ReadDb, stored: StoredSince): Promise<readonly ArrivedUsage[]> {
  const { rows } = await sql<ArrivedUsage>`
    select distinct on (k.id) s.id as subscription_id, i.at
    ${arrivedEvents(stored, { join: chargedInArrears, where: sql`${isRunning} and ${hasWallet}` })}
    order by k.id, s.id`.execute(db);
  return rows;
}
