import type { Tx } from '../../kernel/envelope.ts';
import { expiredParts } from './expiredParts.ts';
import { repayDrawn } from './repayDrawn.ts';
import { findHold, heldLots, type HoldRow } from './holds.sql.ts';
import { expiry, lapse } from './lapseCredits.ts';
import type { LotPart } from './lots.sql.ts';
import { freeHold, lockWalletOfHold } from './releaseHold.ts';
import type { WalletRow } from './wallets.sql.ts';

/** Credits that expired while they were held lapse as soon as they are free. */
export async function expireFreed(tx: Tx, wallet: WalletRow, freed: readonly LotPart[]): Promise<void> {
  await lapse(tx, wallet, await expiredParts(tx, freed), expiry);
}

/** Releases a hold, lets lapse what of it has expired meanwhile, and gives back what was drawn for it. */
export async function closeHold(tx: Tx, wallet: WalletRow, hold: HoldRow): Promise<HoldRow> {
  const parts = (await heldLots(tx.db, hold.id)).map(({ id, held }) => ({ lotId: id, amount: held }));
  const row = await freeHold(tx, wallet, hold);
  await expireFreed(tx, wallet, parts);
  await repayDrawn(tx, wallet);
  return row;
}

/** The time of a hold is over; one that was captured or released meanwhile stays as it is. */
export async function expireHold(tx: Tx, holdId: string): Promise<void> {
  const wallet = await lockWalletOfHold(tx, holdId);
  if (wallet === undefined) return;
  const hold = await findHold(tx.db, wallet.id, holdId);
  if (hold?.status === 'pending') await closeHold(tx, wallet, hold);
}
