import type { Read } from '../../kernel/envelope.ts';
import { notFound } from '../../kernel/problem.ts';
import { presentWallet } from './presentWallet.ts';
import { rulesOf } from './topUpRules.sql.ts';
import { findWallet } from './wallets.sql.ts';

/** The wallet as it stands, or 404. */
export async function readWallet({ db }: Pick<Read, 'db'>, id: string) {
  const row = await findWallet(db, id);
  if (row === undefined) throw notFound('wallet');
  return presentWallet(row, (await rulesOf(db, [id])).get(id) ?? []);
}
