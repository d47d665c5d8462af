import { creditsLapsed } from '@farthing/core/ledger';
import type { Tx } from '../../kernel/envelope.ts';
import { repayDrawn, sellDrawn } from './repayDrawn.ts';
import { pendingHolds } from './holds.sql.ts';
import { changeBalance, type LotPart, takeParts } from './lots.sql.ts';
import { announceMovement, postMovement, recordMovement, splitByKind, sumOf, walletDay } from './moveCredits.ts';
import { readWallet } from './readWallet.ts';
import { freeHold } from './releaseHold.ts';
import { walletTerminated } from './wallets.events.ts';
import { changeWallet, findLot, leftOf, lockWallet, lotsById, type WalletRow } from './wallets.sql.ts';

type Cause = { readonly status: 'expired'; readonly source: 'expiry' } | { readonly status: 'voided'; readonly source: 'termination' };

export const expiry: Cause = { status: 'expired', source: 'expiry' };
export const termination: Cause = { status: 'voided', source: 'termination' };

/** Takes out what nobody may spend any more: what was bought is earned by it, what was given was not given after all. */
export async function lapse(tx: Tx, wallet: WalletRow, parts: readonly LotPart[], { status, source }: Cause): Promise<WalletRow> {
  const amount = sumOf(parts);
  if (amount === 0n) return wallet;
  const lots = await lotsById(tx.db, parts.map(({ lotId }) => lotId));
  const row = await recordMovement(tx, wallet, { transaction_type: 'outbound', transaction_status: status, source, amount });
  await takeParts(tx.db, tx.scope, { walletId: wallet.id, transactionId: row.id, invoiceId: null, from: 'remaining_cents', parts });
  const after = await changeBalance(tx.db, tx.scope, wallet.id, { balance: -amount });
  const entries = creditsLapsed(wallet.id, splitByKind(parts, lots), await walletDay(tx, wallet));
  await postMovement(tx, `credits_${status}`, wallet, row, entries);
  await announceMovement(tx, wallet, row);
  return after;
}

/** Credits that have expired by now lapse; what is held of them stays until it is released. */
export async function expireLot(tx: Tx, lotId: string): Promise<void> {
  const found = await findLot(tx.db, lotId);
  if (found === undefined) return;
  const wallet = await lockWallet(tx, found.wallet_id);
  const lot = await findLot(tx.db, lotId);
  if (lot === undefined || lot.expires_at === null || Temporal.Instant.compare(lot.expires_at, tx.scope.now) > 0) return;
  await lapse(tx, wallet, [{ lotId, amount: lot.remaining_cents }], expiry);
}

/** Ends a wallet: what is held is free again, what is left lapses, what was spent on credit is sold. An ended one stays as it is. */
export async function endWallet(tx: Tx, wallet: WalletRow, cause: Cause): Promise<void> {
  if (wallet.status === 'terminated') return;
  const before = await readWallet(tx, wallet.id);
  for (const hold of await pendingHolds(tx.db, wallet.id)) await freeHold(tx, wallet, hold);
  await repayDrawn(tx, wallet);
  await lapse(tx, wallet, await leftOf(tx.db, wallet.id), cause);
  const { now } = tx.scope;
  await changeWallet(tx.db, wallet.id, { status: 'terminated', terminated_at: now, updated_at: now });
  await tx.emit(walletTerminated, { id: wallet.id, data: await readWallet(tx, wallet.id), before });
  // What was bought and not paid is called off by that, and pays nothing back any more.
  await sellDrawn(tx, wallet);
}

/** The wallet's own expiry has come. */
export async function expireWallet(tx: Tx, walletId: string): Promise<void> {
  const wallet = await lockWallet(tx, walletId);
  if (wallet.expiration_at === null || Temporal.Instant.compare(wallet.expiration_at, tx.scope.now) > 0) return;
  await endWallet(tx, wallet, expiry);
}
