import { creditsNotSold, creditsPaid } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import type { Tx } from '../../kernel/envelope.ts';
import { addLot } from './addCredits.ts';
import { repayDrawn } from './repayDrawn.ts';
import { drawnOwed } from './drawn.sql.ts';
import { expiry, lapse, termination } from './lapseCredits.ts';
import { announceMovement, postMovement, walletDay } from './moveCredits.ts';
import { presentTransaction, rateOf } from './presentWallet.ts';
import { walletTransactionUpdated } from './wallets.events.ts';
import { changeTransaction, leftOf, lockWallet, purchaseOf, type TransactionRow } from './wallets.sql.ts';

/** Says which invoice sells the credits of a purchase, before that invoice is finalized. */
export async function linkPurchase(tx: Tx, transactionId: string, invoiceId: string): Promise<void> {
  const row = await changeTransaction(tx.db, transactionId, { invoice_id: invoiceId, updated_at: tx.scope.now });
  await announceMovement(tx, await lockWallet(tx, row.wallet_id), row);
}

async function close(tx: Tx, before: TransactionRow, status: 'settled' | 'canceled', amount = before.amount_cents) {
  const wallet = await lockWallet(tx, before.wallet_id);
  const { now } = tx.scope;
  const row = await changeTransaction(tx.db, before.id, { status, amount_cents: amount, settled_at: status === 'settled' ? now : null, updated_at: now });
  const rate = rateOf(wallet);
  await tx.emit(walletTransactionUpdated, { id: row.id, data: presentTransaction(row, rate), before: presentTransaction(before, rate) });
  return { wallet, row };
}

/** The invoice of a purchase is paid: its credits come, once. An invoice over anything else changes nothing. */
export async function settlePurchase(tx: Tx, invoiceId: string): Promise<void> {
  const found = await purchaseOf(tx.db, invoiceId);
  if (found?.status === 'pending') await bring(tx, found, found.amount_cents);
}

/** Brings so much of what was bought; the rest of it never comes. */
async function bring(tx: Tx, found: TransactionRow, amount: bigint): Promise<void> {
  const { wallet, row } = await close(tx, found, 'settled', amount);
  const after = await addLot(tx, wallet, row, { kind: 'cash', amount_cents: row.amount_cents, expires_at: row.expires_at, granted_at: tx.scope.now });
  await postMovement(tx, 'credits_paid', wallet, row, creditsPaid(wallet.id, Amount.of(row.amount_cents), await walletDay(tx, wallet)));
  await repayDrawn(tx, wallet);
  // Paid too late: what would have lapsed had it been there lapses now.
  if (after.status === 'terminated') await lapse(tx, after, await leftOf(tx.db, wallet.id), termination);
  else if (row.expires_at !== null && Temporal.Instant.compare(row.expires_at, tx.scope.now) <= 0)
    await lapse(tx, after, (await leftOf(tx.db, wallet.id, row.id)), expiry);
}

/**
 * What is due on the invoice of a purchase is given up: the purchase is over. The credits that were paid for come, the others never do, and
 * nothing is lost by that: nobody got anything for them. Only what was spent on credit before it was sold is lost, so that is paid back all the same.
 */
export async function closePurchase(tx: Tx, invoiceId: string, givenUp: bigint): Promise<void> {
  const found = await purchaseOf(tx.db, invoiceId);
  if (found?.status !== 'pending') return;
  const wallet = await lockWallet(tx, found.wallet_id);
  const owed = found.source === 'repayment' ? await drawnOwed(tx.db, wallet.id) : 0n;
  const lost = owed < givenUp ? owed : givenUp;
  const notSold = givenUp - lost;
  if (found.amount_cents > notSold) await bring(tx, found, found.amount_cents - notSold);
  else await close(tx, found, 'canceled');
  if (notSold > 0n) await postMovement(tx, 'credits_not_sold', wallet, found, creditsNotSold(Amount.of(notSold), await walletDay(tx, wallet)));
}

/** The invoice of a purchase is out of force: its credits never come. */
export async function cancelPurchase(tx: Tx, invoiceId: string): Promise<void> {
  const found = await purchaseOf(tx.db, invoiceId);
  if (found?.status === 'pending') await close(tx, found, 'canceled');
}
