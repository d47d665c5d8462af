import { Amount, Quantity, Rate } from '@farthing/core/money';
import { creditsOf } from '@farthing/core/wallets';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { invalid } from '../../kernel/problem.ts';
import { checkLimits, grantCredits } from './addCredits.ts';
import { type Movement, recordMovement } from './moveCredits.ts';
import { rateOf } from './presentWallet.ts';
import { readWallet, takeActive, worthIn } from './saveWallet.ts';
import { walletPurchaseRequested } from './wallets.events.ts';
import type { WalletTopUp } from './wallets.schemas.ts';
import { pendingCents, type WalletRow } from './wallets.sql.ts';

/**
 * Sells credits: an invoice is made of them in the same transaction, and they come when it is paid. Whoever makes the invoice says so by
 * `linkPurchase`, which announces the purchase.
 */
async function buyCredits(tx: Tx, wallet: WalletRow, amount: bigint, movement: Pick<Movement, 'source' | 'expires_at'>): Promise<void> {
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

/** Grants or sells credits. */
export async function topUpWallet(tx: Tx, id: string, body: z.output<typeof WalletTopUp>) {
  const wallet = await takeActive(tx, id);
  const amount = worthIn(body.credits, rateOf(wallet), 'credits');
  const expiresAt = body.expires_at ?? null;
  if (expiresAt !== null && Temporal.Instant.compare(expiresAt, tx.scope.now) <= 0) throw invalid('expires_at', 'in_the_past', 'Credits must expire later than now.');
  checkLimits(wallet, amount, await pendingCents(tx.db, id));
  const movement = { source: body.source ?? 'manual', expires_at: expiresAt } as const;
  if (body.type === 'purchased') await buyCredits(tx, wallet, amount, movement);
  else await grantCredits(tx, wallet, amount, movement);
  return readWallet(tx, id);
}
