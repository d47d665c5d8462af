import { creditsDrawn, creditsRepaid } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import { availableOf, takeFromLots } from '@farthing/core/wallets';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, notFound } from '../../kernel/problem.ts';
import { addLot } from './addCredits.ts';
import { buyCredits } from './buyCredits.ts';
import { drawnOwed, drawnToPay, lockDrawn } from './drawn.sql.ts';
import { changeBalance, takeParts } from './lots.sql.ts';
import { announceMovement, postMovement, recordMovement, splitByKind, sumOf, walletDay } from './moveCredits.ts';
import { creditStandingOf } from './presentWallet.ts';
import { findWallet, lotsById, lotsOf, pendingCents, type WalletRow } from './wallets.sql.ts';

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

/**
 * Pays back what was drawn on credit, after something came into a wallet or is free again: what was drawn and is not held any more goes back
 * as it came, and what was spent of it is paid by the credits that are there. What is held on credit is not owed yet.
 */
export async function repayDrawn(tx: Tx, wallet: WalletRow): Promise<void> {
  const owed = await drawnToPay(tx.db, wallet.id);
  if (owed === null) return;
  const lots = ((await lotsOf(tx.db, [wallet.id], tx.scope.now)).get(wallet.id) ?? []).filter(({ id }) => !owed.freed.some(({ lotId }) => lotId === id));
  const there = Amount.sum(lots.map(({ remaining }) => remaining));
  const taken = takeFromLots(lots, Amount.min(there, Amount.of(owed.spent))) ?? [];
  const parts = [...owed.freed, ...taken.map((part) => ({ lotId: part.lotId, amount: Amount.toBigInt(part.amount) }))];
  const amount = sumOf(parts);
  if (amount === 0n) return;
  const row = await recordMovement(tx, wallet, { transaction_type: 'outbound', transaction_status: 'repaid', source: 'repayment', amount });
  await takeParts(tx.db, tx.scope, { walletId: wallet.id, transactionId: row.id, invoiceId: null, from: 'remaining_cents', parts });
  await changeBalance(tx.db, tx.scope, wallet.id, { balance: -amount, drawn: -amount });
  const split = splitByKind(parts, await lotsById(tx.db, parts.map(({ lotId }) => lotId)));
  await postMovement(tx, 'credits_repaid', wallet, row, creditsRepaid(wallet.id, split, await walletDay(tx, wallet)));
  await announceMovement(tx, wallet, row);
}

/** Sells as many credits as were spent on credit and are not sold yet, of one wallet. */
export async function sellDrawn(tx: Tx, wallet: WalletRow): Promise<void> {
  const missing = (await drawnOwed(tx.db, wallet.id)) - (await pendingCents(tx.db, wallet.id));
  if (missing > 0n) await buyCredits(tx, wallet, missing, { source: 'repayment', expires_at: null });
}

/** Sells what a customer spent of its wallets on credit: collected with its next invoice in their currency. The caller holds its billing lock. */
export async function collectDrawn(tx: Tx, customerId: string, currency: string): Promise<void> {
  for (const wallet of await lockDrawn(tx.db, customerId, currency)) await sellDrawn(tx, wallet);
}
