import { creditsConsumed } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import { type DueFee, payFromWallets as decideUses } from '@farthing/core/wallets';
import type { Tx } from '../../kernel/envelope.ts';
import { bookingDay } from '../ledger/index.ts';
import { changeBalance, takeParts } from './lots.sql.ts';
import { announceMovement, postMovement, recordMovement, splitByKind, sumOf } from './moveCredits.ts';
import { lockSpendable, lotsById, lotsOf, spendableOf } from './wallets.sql.ts';

/** An invoice that is being finalized; the caller holds its customer's billing lock. */
export interface InvoiceToPay {
  readonly id: string;
  readonly customerId: string;
  readonly currency: string;
  /** The invoice's, whose local day it is booked on. */
  readonly zone: string;
  readonly fees: readonly DueFee[];
}

/** What one wallet paid. */
export interface WalletPayment {
  readonly transactionId: string;
  readonly amount: bigint;
}

/** Takes from the customer's wallets of the invoice's currency what they pay of it (I1); a wallet pays an invoice once. */
export async function payFromWallets(tx: Tx, invoice: InvoiceToPay): Promise<readonly WalletPayment[]> {
  const wallets = await lockSpendable(tx.db, { ...invoice, at: tx.scope.now });
  if (wallets.length === 0) return [];
  const lots = await lotsOf(tx.db, wallets.map(({ id }) => id), tx.scope.now);
  const uses = Map.groupBy(decideUses(invoice.fees, wallets.map((row) => spendableOf(row, lots.get(row.id) ?? []))), (use) => use.walletId);
  const payments: WalletPayment[] = [];
  for (const [walletId, own] of uses) {
    const wallet = wallets.find(({ id }) => id === walletId);
    if (wallet === undefined) continue;
    const parts = own.map((use) => ({ lotId: use.lotId, feeId: use.feeId, amount: Amount.toBigInt(use.amount) }));
    const amount = sumOf(parts);
    const row = await recordMovement(tx, wallet, { transaction_type: 'outbound', transaction_status: 'invoiced', source: 'invoice', invoice_id: invoice.id, amount });
    await takeParts(tx.db, tx.scope, { walletId, transactionId: row.id, invoiceId: invoice.id, from: 'remaining_cents', parts });
    await changeBalance(tx.db, tx.scope, walletId, { balance: -amount, consumed: amount });
    const split = splitByKind(parts, await lotsById(tx.db, parts.map(({ lotId }) => lotId)));
    await postMovement(tx, 'credits_consumed', wallet, row, creditsConsumed(walletId, split, bookingDay(tx, invoice.zone)));
    await announceMovement(tx, wallet, row);
    payments.push({ transactionId: row.id, amount });
  }
  return payments;
}
