import { creditsRepaid } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import { takeFromLots } from '@farthing/core/wallets';
import type { Tx } from '../../kernel/envelope.ts';
import { buyCredits } from './buyCredits.ts';
import { drawnOwed, drawnToPay, lockDrawn } from './drawn.sql.ts';
import { changeBalance, takeParts } from './lots.sql.ts';
import { announceMovement, postMovement, recordMovement, splitByKind, sumOf, walletDay } from './moveCredits.ts';
import { lotsById, lotsOf, pendingCents, type WalletRow } from './wallets.sql.ts';

/**
 * Pays back what was drawn on credit, after something came into a wallet or is free again: what was drawn and is not held any more goes back
 * as it came, and what was spent of it is paid by the credits that are there. What is held on credit is not owed yet.
 */
export async function repayDrawn(tx: Tx, wallet: WalletRow): Promise<void> {
  // Only a new hold draws, and is not followed by this: what the row said when it was locked stands.
  if (wallet.drawn_cents === 0n) return;
  const owed = await drawnToPay(tx.db, wallet.id);
  if (owed === null) return;
  const lots = ((await lotsOf(tx.db, [wallet.id], tx.scope.now)).get(wallet.id) ?? []).filter(({ id }) => !owed.freed.some(({ lotId }) => lotId === id));
  const there = Amount.sum(lots.map(({ remaining }) => remaining));
  const taken = takeFromLots(lots, Amount.min(there, Amount.of(owed.spent))) ?? [];
  const parts = [...owed.freed, ...taken.map((part) => ({ lotId: part.lotId, amount: Amount.toBigInt(part.amount) }))];
  const amount = sumOf(parts);
  if (amount === 0n) return;
  const row = await recordMovement(tx, wallet, { transaction_type: 'outbound', transaction_status: 'repaid', source: 'repayment', amount });
  await takeParts(tx.db, tx.scope, { walletId: wallet.id, transactionId: row.id, invoiceId: null, from: 'remaining_cents', parts });
  await changeBalance(tx.db, tx.scope, wallet.id, { balance: -amount, drawn: -amount });
  const split = splitByKind(parts, await lotsById(tx.db, parts.map(({ lotId }) => lotId)));
  await postMovement(tx, 'credits_repaid', wallet, row, creditsRepaid(wallet.id, split, await walletDay(tx, wallet)));
  await announceMovement(tx, wallet, row);
}

/** Sells as many credits as were spent on credit and are not sold yet, of one wallet. */
export async function sellDrawn(tx: Tx, wallet: WalletRow): Promise<void> {
  const missing = (await drawnOwed(tx.db, wallet.id)) - (await pendingCents(tx.db, wallet.id));
  if (missing > 0n) await buyCredits(tx, wallet, missing, { source: 'repayment', expires_at: null });
}

/** Sells what a customer spent of its wallets on credit: collected with its next invoice in their currency. The caller holds its billing lock. */
export async function collectDrawn(tx: Tx, customerId: string, currency: string): Promise<void> {
  for (const wallet of await lockDrawn(tx.db, customerId, currency)) await sellDrawn(tx, wallet);
}
