import { creditsGranted } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import type { Insertable } from 'kysely';
import type { Tx } from '../../kernel/envelope.ts';
import { nextId } from '../../kernel/nextId.ts';
import { invalid } from '../../kernel/problem.ts';
import type { Tables } from '../../tables.ts';
import { changeBalance } from './lots.sql.ts';
import { announceMovement, postMovement, recordMovement, type TopUpMovement, walletDay } from './moveCredits.ts';
import { creditsExpire } from './wallets.jobs.ts';
import { insertLot, type TransactionRow, type WalletRow } from './wallets.sql.ts';
import { mostInWallet } from './worthIn.ts';

type NewLot = Pick<Insertable<Tables['wallet_credits']>, 'kind' | 'amount_cents' | 'expires_at' | 'granted_at' | 'is_drawn' | 'transferred_from_id' | 'origin_id'>;

/** Puts credits into a wallet that a movement brought; they expire by themselves. */
export async function addLot(tx: Tx, wallet: WalletRow, brought: TransactionRow, lot: NewLot & { readonly amount_cents: bigint }): Promise<WalletRow> {
  const { tenant, now } = tx.scope;
  const id = nextId();
  const times = { created_at: now, updated_at: now };
  await insertLot(tx.db, { ...lot, ...times, tenant_id: tenant.id, id, wallet_id: wallet.id, transaction_id: brought.id, remaining_cents: lot.amount_cents });
  const expiresAt = lot.expires_at ?? null;
  if (expiresAt !== null) await tx.schedule(creditsExpire, id, Temporal.Instant.from(expiresAt));
  return changeBalance(tx.db, tx.scope, wallet.id, { balance: lot.amount_cents });
}

/** Refuses credits that would fill a wallet beyond what it may hold, or that are more than may come at once. */
export function checkLimits(wallet: WalletRow, amount: bigint, pending: bigint): void {
  const { max_balance_cents: mostBalance, max_single_credit_cents: mostAtOnce } = wallet;
  if (mostAtOnce !== null && amount > mostAtOnce) throw invalid('credits', 'over_max_single_credit', `At most ${mostAtOnce} minor units may come at once.`);
  const after = wallet.balance_cents - wallet.drawn_cents + wallet.held_cents + pending + amount;
  if (mostBalance !== null && after > mostBalance) throw invalid('credits', 'over_max_balance', `The balance may be at most ${mostBalance} minor units.`);
  if (after > mostInWallet) throw invalid('credits', 'too_many', 'No wallet holds as much.');
}

/** How much may come now within the limits of a wallet. */
export function roomFor(wallet: WalletRow, pending: bigint): bigint {
  const { max_balance_cents: mostBalance, max_single_credit_cents: mostAtOnce } = wallet;
  const room = (mostBalance ?? mostInWallet) - wallet.balance_cents + wallet.drawn_cents - wallet.held_cents - pending;
  return mostAtOnce !== null && mostAtOnce < room ? mostAtOnce : room;
}

/** Gives credits for nothing. */
export async function grantCredits(tx: Tx, wallet: WalletRow, amount: bigint, movement: TopUpMovement): Promise<void> {
  const row = await recordMovement(tx, wallet, { transaction_type: 'inbound', transaction_status: 'granted', ...movement, amount });
  await addLot(tx, wallet, row, { kind: 'promotional', amount_cents: amount, expires_at: movement.expires_at ?? null, granted_at: tx.scope.now });
  await postMovement(tx, 'credits_granted', wallet, row, creditsGranted(wallet.id, Amount.of(amount), await walletDay(tx, wallet)));
  await announceMovement(tx, wallet, row);
}
