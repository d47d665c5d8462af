import type { Insertable, Selectable } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import type { Tables } from '../../tables.ts';

export type TopUpRuleRow = Selectable<Tables['wallet_top_up_rules']>;

/** The rules of several wallets in one read, each in its order. */
export async function rulesOf(db: ReadDb, walletIds: readonly string[]): Promise<Map<string, TopUpRuleRow[]>> {
  if (walletIds.length === 0) return new Map();
  const rows = await db.selectFrom('wallet_top_up_rules').selectAll().where('wallet_id', 'in', walletIds).orderBy('wallet_id').orderBy('position').execute();
  return Map.groupBy(rows, (row) => row.wallet_id);
}

export async function findRule(db: ReadDb, id: string): Promise<TopUpRuleRow | undefined> {
  return db.selectFrom('wallet_top_up_rules').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function replaceRules(db: Db, walletId: string, rows: readonly Insertable<Tables['wallet_top_up_rules']>[]): Promise<void> {
  await db.deleteFrom('wallet_top_up_rules').where('wallet_id', '=', walletId).execute();
  if (rows.length > 0) await db.insertInto('wallet_top_up_rules').values(rows).execute();
}

export async function armRule(db: Db, id: string, isArmed: boolean): Promise<void> {
  await db.updateTable('wallet_top_up_rules').set({ is_armed: isArmed }).where('id', '=', id).execute();
}
