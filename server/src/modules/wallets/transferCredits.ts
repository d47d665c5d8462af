import { creditsMoved } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import { creditsOf, takeFromLots } from '@farthing/core/wallets';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, invalid } from '../../kernel/problem.ts';
import { lockBilling } from '../customers/index.ts';
import { addLot, checkLimits } from './addCredits.ts';
import { repayDrawn } from './repayDrawn.ts';
import { changeBalance, takeParts } from './lots.sql.ts';
import { announceMovement, postMovement, recordMovement, splitByKind, sumOf, walletDay } from './moveCredits.ts';
import { rateOf } from './presentWallet.ts';
import { readWallet } from './readWallet.ts';
import type { WalletTransferRequest } from './wallets.schemas.ts';
import { findWallet, hasEnded, lockBoth, lotsById, lotsOf, pendingCents, type WalletRow } from './wallets.sql.ts';
import { worthIn } from './worthIn.ts';

/** Both wallets, taken: of one customer and one currency, and active. */
async function takeBoth(tx: Tx, sourceId: string, targetId: string): Promise<{ source: WalletRow; target: WalletRow }> {
  if (sourceId === targetId) throw invalid('target_wallet_id', 'same_wallet', 'Credits move to another wallet.');
  const found = await findWallet(tx.db, sourceId);
  if (found === undefined) throw invalid('source_wallet_id', 'not_found', 'There is no such wallet.');
  await lockBilling(tx, found.customer_id);
  const rows = await lockBoth(tx.db, [sourceId, targetId]);
  const [source, target] = [rows.get(sourceId), rows.get(targetId)];
  if (source === undefined || target === undefined) throw invalid('target_wallet_id', 'not_found', 'There is no such wallet.');
  if (source.customer_id !== target.customer_id) throw invalid('target_wallet_id', 'other_customer', 'Credits do not move between customers.');
  if (source.currency !== target.currency) throw invalid('target_wallet_id', 'currency_mismatch', `Credits in ${source.currency} do not become ${target.currency}.`);
  if (hasEnded(source, tx.scope.now) || hasEnded(target, tx.scope.now)) throw conflict('wallet_terminated', 'One of these wallets has ended.');
  return { source, target };
}

/**
 * Moves credits to another wallet of the customer, in the order in which they would be spent. Their value is kept, so that at another
 * rate they are more or fewer credits; what was bought stays bought, and each keeps its expiry and says of which credits it was a part.
 */
export async function transferCredits(tx: Tx, body: z.output<typeof WalletTransferRequest>) {
  const { source, target } = await takeBoth(tx, body.source_wallet_id, body.target_wallet_id);
  const amount = worthIn(body.credits, rateOf(source), 'credits');
  const taken = takeFromLots((await lotsOf(tx.db, [source.id], tx.scope.now)).get(source.id) ?? [], Amount.of(amount));
  if (taken === null || amount > source.balance_cents - source.drawn_cents) throw conflict('insufficient_credits', `Only ${source.balance_cents - source.drawn_cents} minor units can be moved.`);
  checkLimits(target, amount, await pendingCents(tx.db, target.id));
  const parts = taken.map((part) => ({ lotId: part.lotId, amount: Amount.toBigInt(part.amount) }));
  const lots = await lotsById(tx.db, parts.map(({ lotId }) => lotId));
  const shared = { transaction_status: 'transferred', source: 'transfer', amount } as const;
  const left = await recordMovement(tx, source, { ...shared, transaction_type: 'outbound', other_wallet_id: target.id });
  await takeParts(tx.db, tx.scope, { walletId: source.id, transactionId: left.id, invoiceId: null, from: 'remaining_cents', parts });
  await changeBalance(tx.db, tx.scope, source.id, { balance: -sumOf(parts) });
  const came = await recordMovement(tx, target, { ...shared, transaction_type: 'inbound', other_wallet_id: source.id });
  for (const { lotId, amount: moved } of parts) {
    const lot = lots.get(lotId);
    if (lot === undefined) continue;
    const { kind, expires_at, granted_at } = lot;
    await addLot(tx, target, came, { kind, amount_cents: moved, expires_at, granted_at, transferred_from_id: lotId, origin_id: lot.origin_id ?? lotId });
  }
  await postMovement(tx, 'credits_transferred', source, left, creditsMoved(source.id, target.id, splitByKind(parts, lots), await walletDay(tx, source)));
  await announceMovement(tx, source, left);
  await announceMovement(tx, target, came);
  await repayDrawn(tx, target);
  const value = Amount.of(amount);
  return {
    source_wallet: await readWallet(tx, source.id),
    target_wallet: await readWallet(tx, target.id),
    credits_transferred: creditsOf(value, rateOf(source)),
    amount_cents: value,
  };
}
