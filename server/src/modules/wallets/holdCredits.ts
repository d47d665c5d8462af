import { creditsCaptured, creditsHeld } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import { takeFromLots } from '@farthing/core/wallets';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { nextId } from '../../kernel/nextId.ts';
import { conflict, invalid } from '../../kernel/problem.ts';
import { post } from '../ledger/index.ts';
import { provideCredits } from './drawCredits.ts';
import { closeHold, expireFreed } from './expireHold.ts';
import { changeHold, heldLots, type HoldRow, insertHold } from './holds.sql.ts';
import { changeBalance, holdParts, type LotPart, takeParts } from './lots.sql.ts';
import { announceMovement, recordMovement, splitByKind, walletDay } from './moveCredits.ts';
import { presentHold } from './presentWallet.ts';
import { repayDrawn } from './repayDrawn.ts';
import { freeParts, takeHold } from './releaseHold.ts';
import { walletHoldCaptured, walletHoldCreated } from './wallets.events.ts';
import { holdExpires } from './wallets.jobs.ts';
import type { WalletHoldCapture, WalletHoldCreate } from './wallets.schemas.ts';
import { hasEnded, lockWallet, lotsOf, type WalletRow } from './wallets.sql.ts';

const spendableLots = async (tx: Tx, { id }: WalletRow) => (await lotsOf(tx.db, [id], tx.scope.now)).get(id) ?? [];

/** Sets credits aside, if there are as many to spend, or if the customer may take them on credit. */
export async function createHold(tx: Tx, walletId: string, body: z.output<typeof WalletHoldCreate>) {
  const { tenant, now } = tx.scope;
  const wallet = await lockWallet(tx, walletId);
  if (hasEnded(wallet, now)) throw conflict('wallet_terminated', 'This wallet has ended.');
  const expiresAt = body.expires_at ?? null;
  if (expiresAt !== null && Temporal.Instant.compare(expiresAt, now) <= 0) throw invalid('expires_at', 'in_the_past', 'A hold cannot expire before it begins.');
  const spendable = await spendableLots(tx, wallet);
  const isDrawn = await provideCredits(tx, wallet, Amount.sum(spendable.map(({ remaining }) => remaining)), body.amount_cents);
  const lots = isDrawn ? await spendableLots(tx, wallet) : spendable;
  const taken = takeFromLots(lots, body.amount_cents) ?? [];
  const parts = taken.map(({ lotId, amount }) => ({ lotId, amount: Amount.toBigInt(amount) }));
  const amount = Amount.toBigInt(body.amount_cents);
  await holdParts(tx.db, tx.scope, parts);
  await changeBalance(tx.db, tx.scope, wallet.id, { balance: -amount, held: amount });
  const row = await insertHold(
    tx.db,
    tx.scope,
    { tenant_id: tenant.id, id: nextId(), wallet_id: wallet.id, status: 'pending', amount_cents: amount, reference: body.reference ?? null, expires_at: expiresAt, created_at: now, updated_at: now },
    parts,
  );
  const entries = creditsHeld(wallet.id, splitByKind(parts, new Map(lots.map((lot) => [lot.id, lot]))), await walletDay(tx, wallet));
  const { customer_id: customerId, currency } = wallet;
  await post(tx, { kind: 'credits_held', type: 'wallet_hold', documentId: row.id, invoiceId: null, customerId, currency, entries });
  if (expiresAt !== null) await tx.schedule(holdExpires, row.id, expiresAt);
  const made = presentHold(row);
  await tx.emit(walletHoldCreated, { id: row.id, data: made });
  return made;
}

/** What a hold keeps, split at an amount in the order in which credits are spent. */
async function splitHold(tx: Tx, hold: HoldRow, amount: Amount): Promise<{ spent: LotPart[]; freed: LotPart[] }> {
  const held = await heldLots(tx.db, hold.id);
  const lots = held.map((lot) => ({ id: lot.id, kind: lot.kind, remaining: Amount.of(lot.held), expiresAt: lot.expires_at, grantedAt: lot.granted_at }));
  const taken = takeFromLots(lots, amount) ?? [];
  const spent = taken.map((part) => ({ lotId: part.lotId, amount: Amount.toBigInt(part.amount) }));
  const of = new Map(spent.map((part) => [part.lotId, part.amount]));
  const freed = held.map((lot) => ({ lotId: lot.id, amount: lot.held - (of.get(lot.id) ?? 0n) })).filter((part) => part.amount > 0n);
  return { spent, freed };
}

/** Spends what was set aside, or a part of it; the rest is free again. */
export async function captureHold(tx: Tx, walletId: string, holdId: string, body: z.output<typeof WalletHoldCapture>) {
  const wallet = await lockWallet(tx, walletId);
  const hold = await takeHold(tx, wallet, holdId);
  const held = Amount.of(hold.amount_cents);
  const captured = body.amount_cents ?? held;
  if (Amount.compare(captured, held) > 0) throw invalid('amount_cents', 'over_hold', `Only ${held} minor units are held.`);
  const { spent, freed } = await splitHold(tx, hold, captured);
  const amount = Amount.toBigInt(captured);
  const row = await recordMovement(tx, wallet, { transaction_type: 'outbound', transaction_status: 'captured', source: 'hold', hold_id: hold.id, amount });
  await takeParts(tx.db, tx.scope, { walletId: wallet.id, transactionId: row.id, invoiceId: null, from: 'held_cents', parts: spent });
  await changeBalance(tx.db, tx.scope, wallet.id, { held: -amount, consumed: amount });
  const { customer_id: customerId, currency } = wallet;
  const entries = creditsCaptured(wallet.id, captured, await walletDay(tx, wallet));
  await post(tx, { kind: 'credits_captured', type: 'wallet_hold', documentId: hold.id, invoiceId: null, customerId, currency, entries });
  await freeParts(tx, wallet, hold, freed);
  await tx.unschedule(holdExpires, hold.id);
  const { now } = tx.scope;
  const closed = await changeHold(tx.db, hold.id, { status: 'captured', captured_cents: amount, closed_at: now, updated_at: now });
  await announceMovement(tx, wallet, row);
  await tx.emit(walletHoldCaptured, { id: hold.id, data: presentHold(closed), before: presentHold(hold) });
  await expireFreed(tx, wallet, freed);
  await repayDrawn(tx, wallet);
  return presentHold(closed);
}

/** Frees what was set aside. */
export async function releaseHold(tx: Tx, walletId: string, holdId: string) {
  const wallet = await lockWallet(tx, walletId);
  const hold = await takeHold(tx, wallet, holdId);
  await tx.unschedule(holdExpires, hold.id);
  return presentHold(await closeHold(tx, wallet, hold));
}
