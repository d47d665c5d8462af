import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { invalid } from '../../kernel/problem.ts';
import { checkLimits, grantCredits } from './addCredits.ts';
import { buyCredits } from './buyCredits.ts';
import { repayDrawn } from './repayDrawn.ts';
import { rateOf } from './presentWallet.ts';
import { readWallet } from './readWallet.ts';
import { takeActive } from './saveWallet.ts';
import type { WalletTopUp } from './wallets.schemas.ts';
import { pendingCents } from './wallets.sql.ts';
import { worthIn } from './worthIn.ts';

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
  await repayDrawn(tx, wallet);
  return readWallet(tx, id);
}
