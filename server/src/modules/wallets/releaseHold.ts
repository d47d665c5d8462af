import { creditsHeld, type WalletParts } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, notFound } from '../../kernel/problem.ts';
import { post } from '../ledger/index.ts';
import { changeHold, findHold, heldLots, type HoldRow, walletOfHold } from './holds.sql.ts';
import { changeBalance, holdParts, type LotPart } from './lots.sql.ts';
import { splitByKind, sumOf, walletDay } from './moveCredits.ts';
import { presentHold } from './presentWallet.ts';
import { walletHoldReleased } from './wallets.events.ts';
import { lockWallet, type WalletRow } from './wallets.sql.ts';

/** A hold that is still pending, or 404, or 409. */
export async function takeHold(tx: Tx, wallet: WalletRow, id: string): Promise<HoldRow> {
  const hold = await findHold(tx.db, wallet.id, id);
  if (hold === undefined) throw notFound('hold');
  if (hold.status !== 'pending') throw conflict('hold_closed', `This hold was ${hold.status} already.`);
  return hold;
}

const negated = ({ cash, promotional }: WalletParts): WalletParts => ({ cash: Amount.negate(cash), promotional: Amount.negate(promotional) });

/** Frees parts of what a hold keeps, and books that. */
export async function freeParts(tx: Tx, wallet: WalletRow, hold: HoldRow, parts: readonly LotPart[]): Promise<void> {
  const amount = sumOf(parts);
  if (amount === 0n) return;
  const lots = new Map((await heldLots(tx.db, hold.id)).map((lot) => [lot.id, lot]));
  await holdParts(tx.db, tx.scope, parts.map((part) => ({ ...part, amount: -part.amount })));
  await changeBalance(tx.db, tx.scope, wallet.id, { balance: amount, held: -amount });
  const { customer_id: customerId, currency } = wallet;
  const entries = creditsHeld(wallet.id, negated(splitByKind(parts, lots)), await walletDay(tx, wallet));
  await post(tx, { kind: 'credits_released', type: 'wallet_hold', documentId: hold.id, invoiceId: null, customerId, currency, entries });
}

/** Releases a hold: all it keeps is free again. Whoever calls sees to credits that have expired meanwhile. */
export async function freeHold(tx: Tx, wallet: WalletRow, hold: HoldRow): Promise<HoldRow> {
  const parts = (await heldLots(tx.db, hold.id)).map(({ id, held }) => ({ lotId: id, amount: held }));
  await freeParts(tx, wallet, hold, parts);
  const { now } = tx.scope;
  const row = await changeHold(tx.db, hold.id, { status: 'released', closed_at: now, updated_at: now });
  await tx.emit(walletHoldReleased, { id: row.id, data: presentHold(row), before: presentHold(hold) });
  return row;
}

/** The wallet of a hold, locked; undefined for a hold that is not there. */
export async function lockWalletOfHold(tx: Tx, holdId: string): Promise<WalletRow | undefined> {
  const walletId = await walletOfHold(tx.db, holdId);
  return walletId === undefined ? undefined : lockWallet(tx, walletId);
}
