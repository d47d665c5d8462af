import { creditsConsumed } from '@farthing/core/ledger';
import type { Tx } from '../../kernel/envelope.ts';
import { bookingDay } from '../ledger/index.ts';
import { expiredParts } from './expiredParts.ts';
import { repayDrawn } from './repayDrawn.ts';
import { expiry, lapse, termination } from './lapseCredits.ts';
import { changeBalance, type LotPart, takeParts } from './lots.sql.ts';
import { announceMovement, postMovement, recordMovement, splitByKind } from './moveCredits.ts';
import type { WalletPayment } from './payFromWallets.ts';
import { lockWallet, lotsById, paidBy, type WalletRow } from './wallets.sql.ts';

/**
 * Gives back what wallets paid of an invoice that is voided, each part to the credits it came from (I4). A void does not prolong anything:
 * what has expired meanwhile expires at once, what belongs to a wallet that has ended is voided at once.
 */
export async function returnToWallets(tx: Tx, invoice: { readonly id: string; readonly zone: string }): Promise<readonly WalletPayment[]> {
  const payments: WalletPayment[] = [];
  for (const { transaction, consumptions } of await paidBy(tx.db, invoice.id)) {
    const wallet = await lockWallet(tx, transaction.wallet_id);
    const amount = transaction.amount_cents;
    const parts = consumptions.map((row) => ({ lotId: row.credit_id, amount: -row.amount_cents, ...(row.fee_id === null ? {} : { feeId: row.fee_id }) }));
    const row = await recordMovement(tx, wallet, { transaction_type: 'inbound', transaction_status: 'returned', source: 'invoice', invoice_id: invoice.id, amount });
    await takeParts(tx.db, tx.scope, { walletId: wallet.id, transactionId: row.id, invoiceId: invoice.id, from: 'remaining_cents', parts });
    const after = await changeBalance(tx.db, tx.scope, wallet.id, { balance: amount, consumed: -amount });
    const split = splitByKind(parts, await lotsById(tx.db, parts.map(({ lotId }) => lotId)));
    await postMovement(tx, 'credits_returned', wallet, row, creditsConsumed(wallet.id, split, bookingDay(tx, invoice.zone)));
    await announceMovement(tx, wallet, row);
    await lapseReturned(tx, after, parts);
    await repayDrawn(tx, wallet);
    payments.push({ transactionId: transaction.id, amount });
  }
  return payments;
}

/** What was given back lapses at once where it would have lapsed meanwhile. */
export async function lapseReturned(tx: Tx, wallet: WalletRow, parts: readonly LotPart[]): Promise<void> {
  const back = [...Map.groupBy(parts, ({ lotId }) => lotId)].map(([lotId, own]) => ({ lotId, amount: own.reduce((sum, part) => sum - part.amount, 0n) }));
  if (wallet.status === 'terminated') return void (await lapse(tx, wallet, back, termination));
  await lapse(tx, wallet, await expiredParts(tx, back), expiry);
}
