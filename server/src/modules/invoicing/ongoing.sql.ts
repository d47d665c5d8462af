import { type RawBuilder, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { rowsBy } from '../../kernel/db/together.ts';
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

/** Of each customer with a wallet that got usage which its invoices will bill, one subscription. */
export async function arrivedForWallets(db: ReadDb, stored: StoredSince): Promise<readonly ArrivedUsage[]> {
  const { rows } = await sql<ArrivedUsage>`
    select distinct on (k.id) s.id as subscription_id, e."timestamp" as at
    ${arrivedEvents(stored, { join: chargedInArrears, where: sql`${isRunning} and ${hasWallet}` })}
    order by k.id, s.id`.execute(db);
  return rows;
}
