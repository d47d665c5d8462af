import { sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import type { LotPart } from './lots.sql.ts';
import type { WalletRow } from './wallets.sql.ts';

/** How much of a wallet was spent on credit and is not paid back. */
export async function drawnOwed(db: ReadDb, walletId: string): Promise<bigint> {
  const { rows } = await sql<{ owed: bigint }>`
    select w.drawn_cents - coalesce((select sum(c.held_cents) from wallet_credits c where c.tenant_id = w.tenant_id and c.wallet_id = w.id and c.is_drawn), 0)::bigint as owed
    from wallets w where w.id = ${walletId}`.execute(db);
  return rows[0]?.owed ?? 0n;
}

/** What there is to be paid back of a wallet: credits drawn that nothing holds any more, and what was spent of such. Null where nothing was drawn. */
export async function drawnToPay(db: ReadDb, walletId: string): Promise<{ readonly freed: readonly LotPart[]; readonly spent: bigint } | null> {
  const owed = await drawnOwed(db, walletId);
  if (owed === 0n) return null;
  const freed = await db
    .selectFrom('wallet_credits')
    .select(['id as lotId', 'remaining_cents as amount'])
    .where('wallet_id', '=', walletId)
    .where('is_drawn', '=', true)
    .where('remaining_cents', '>', 0n)
    .orderBy('id')
    .execute();
  return { freed, spent: freed.reduce((left, { amount }) => left - amount, owed) };
}

/** Takes the wallets of a customer in a currency of which something is owed, ended ones too. The caller holds the customer's billing lock. */
export async function lockDrawn(db: Db, customerId: string, currency: string): Promise<WalletRow[]> {
  return db
    .selectFrom('wallets')
    .selectAll()
    .where('customer_id', '=', customerId)
    .where('currency', '=', currency)
    .where('drawn_cents', '>', 0n)
    .orderBy('id')
    .forUpdate()
    .execute();
}
