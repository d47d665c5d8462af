import { creditsDrawn } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import { availableOf } from '@farthing/core/wallets';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, notFound } from '../../kernel/problem.ts';
import { addLot } from './addCredits.ts';
import { changeBalance } from './lots.sql.ts';
import { announceMovement, postMovement, recordMovement, walletDay } from './moveCredits.ts';
import { creditStandingOf } from './presentWallet.ts';
import { findWallet, type WalletRow } from './wallets.sql.ts';

/**
 * Sees to it that there is as much to spend as a debit takes, of which `spendable` is there: the rest is drawn on credit, where the
 * customer pays afterwards and its limit allows it. Answers whether any was drawn. Throws 409 where it may not be, and where the customer pays ahead.
 */
export async function provideCredits(tx: Tx, wallet: WalletRow, spendable: Amount, amount: Amount): Promise<boolean> {
  const row = await findWallet(tx.db, wallet.id);
  if (row === undefined) throw notFound('wallet');
  const available = availableOf({ ...creditStandingOf(row), balance: Amount.subtract(spendable, Amount.of(row.drawn_cents)) });
  if (Amount.compare(amount, available) > 0) {
    if (row.mode === 'PREPAID') throw conflict('insufficient_credits', `Only ${available} minor units can be taken.`);
    throw conflict('over_credit_limit', `Only ${available} minor units can be taken within the credit limit.`);
  }
  const missing = Amount.subtract(amount, spendable);
  if (Amount.compare(missing, Amount.zero) <= 0) return false;
  await draw(tx, wallet, missing);
  return true;
}

async function draw(tx: Tx, wallet: WalletRow, missing: Amount): Promise<void> {
  const amount = Amount.toBigInt(missing);
  const row = await recordMovement(tx, wallet, { transaction_type: 'inbound', transaction_status: 'drawn', source: 'hold', amount });
  await addLot(tx, wallet, row, { kind: 'cash', amount_cents: amount, expires_at: null, granted_at: tx.scope.now, is_drawn: true });
  await changeBalance(tx.db, tx.scope, wallet.id, { drawn: amount });
  await postMovement(tx, 'credits_drawn', wallet, row, creditsDrawn(wallet.id, missing, await walletDay(tx, wallet)));
  await announceMovement(tx, wallet, row);
}
