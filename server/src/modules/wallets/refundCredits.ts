import { creditsPaid } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import type { Read, Tx } from '../../kernel/envelope.ts';
import { changeBalance, takeParts } from './lots.sql.ts';
import { announceMovement, postMovement, recordMovement, sumOf, walletDay } from './moveCredits.ts';
import { repayDrawn } from './repayDrawn.ts';
import { lapseReturned } from './returnToWallets.ts';
import { boughtLot, consumptionsOf, lockWallet, purchaseOf, refundedBy } from './wallets.sql.ts';

/** A credit note that gives back the money for credits. */
interface RefundingNote {
  readonly id: string;
  /** What sold them. */
  readonly invoiceId: string;
  readonly amount: Amount;
}

/**
 * What is left of the credits that an invoice sold, and may be given back for money: what was not spent, is not held, has not expired and is
 * not owed for what was drawn on credit. Null while they have not come.
 */
export async function leftOfPurchase({ db, scope }: Pick<Read, 'db' | 'scope'>, invoiceId: string): Promise<Amount | null> {
  const purchase = await purchaseOf(db, invoiceId);
  if (purchase?.status !== 'settled') return null;
  const lot = await boughtLot(db, purchase.id, scope.now);
  if (lot === undefined) return Amount.zero;
  const free = Amount.of(lot.balance_cents - lot.drawn_cents);
  return Amount.max(Amount.min(Amount.of(lot.remaining_cents), free), Amount.zero);
}

/** Takes credits out of the wallet they were sold for, because their money is given back. The caller has seen that there are as many left. */
export async function takeRefunded(tx: Tx, { id, invoiceId, amount }: RefundingNote): Promise<void> {
  const purchase = await purchaseOf(tx.db, invoiceId);
  if (purchase === undefined) throw new Error('Only what sold credits has their money given back.');
  const wallet = await lockWallet(tx, purchase.wallet_id);
  const lot = await boughtLot(tx.db, purchase.id, tx.scope.now);
  if (lot === undefined) throw new Error('Credits that have gone are not given back.');
  const cents = Amount.toBigInt(amount);
  const row = await recordMovement(tx, wallet, { transaction_type: 'outbound', transaction_status: 'voided', source: 'refund', invoice_id: invoiceId, credit_note_id: id, amount: cents });
  await takeParts(tx.db, tx.scope, { walletId: wallet.id, transactionId: row.id, invoiceId: null, from: 'remaining_cents', parts: [{ lotId: lot.id, amount: cents }] });
  await changeBalance(tx.db, tx.scope, wallet.id, { balance: -cents });
  await postMovement(tx, 'credits_voided', wallet, row, creditsPaid(wallet.id, Amount.negate(amount), await walletDay(tx, wallet)));
  await announceMovement(tx, wallet, row);
}

/** Gives credits back to where they were taken from, because the money for them could not be paid back. What has expired meanwhile lapses at once. */
export async function returnRefunded(tx: Tx, creditNoteId: string): Promise<void> {
  const taken = await refundedBy(tx.db, creditNoteId);
  if (taken === undefined) return;
  const wallet = await lockWallet(tx, taken.wallet_id);
  const parts = (await consumptionsOf(tx.db, taken.id)).map((row) => ({ lotId: row.credit_id, amount: -row.amount_cents }));
  const amount = -sumOf(parts);
  const row = await recordMovement(tx, wallet, { transaction_type: 'inbound', transaction_status: 'returned', source: 'refund', invoice_id: taken.invoice_id, credit_note_id: creditNoteId, amount });
  await takeParts(tx.db, tx.scope, { walletId: wallet.id, transactionId: row.id, invoiceId: null, from: 'remaining_cents', parts });
  const after = await changeBalance(tx.db, tx.scope, wallet.id, { balance: amount });
  await postMovement(tx, 'credits_returned', wallet, row, creditsPaid(wallet.id, Amount.of(amount), await walletDay(tx, wallet)));
  await announceMovement(tx, wallet, row);
  await lapseReturned(tx, after, parts);
  await repayDrawn(tx, wallet);
}
