import { Amount, Quantity, Rate } from '@farthing/core/money';
import { creditsOf } from '@farthing/core/wallets';
import type { Tx } from '../../kernel/envelope.ts';
import { recordMovement, type TopUpMovement } from './moveCredits.ts';
import { rateOf } from './presentWallet.ts';
import { walletPurchaseRequested } from './wallets.events.ts';
import type { WalletRow } from './wallets.sql.ts';

/**
 * Sells credits: an invoice is made of them in the same transaction, and they come when it is paid. Whoever makes the invoice says so by
 * `linkPurchase`, which announces the purchase.
 */
export async function buyCredits(tx: Tx, wallet: WalletRow, amount: bigint, movement: TopUpMovement): Promise<void> {
  const row = await recordMovement(tx, wallet, { transaction_type: 'inbound', transaction_status: 'purchased', ...movement, amount, pending: true });
  const rate = rateOf(wallet);
  await tx.emit(walletPurchaseRequested, {
    id: row.id,
    data: {
      transaction_id: row.id,
      customer_id: wallet.customer_id,
      currency: wallet.currency,
      wallet_name: wallet.name,
      credits: Quantity.toString(creditsOf(Amount.of(amount), rate)),
      rate_amount: Rate.toString(rate),
      amount_cents: Number(amount),
    },
  });
}
