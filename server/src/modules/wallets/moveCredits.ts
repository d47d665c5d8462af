import type { Entry, WalletParts } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import type { Insertable } from 'kysely';
import type { Tx } from '../../kernel/envelope.ts';
import { nextId } from '../../kernel/nextId.ts';
import type { Tables } from '../../tables.ts';
import { findCustomer } from '../customers/index.ts';
import { bookingDay, post } from '../ledger/index.ts';
import type { LotPart } from './lots.sql.ts';
import { presentTransaction, rateOf } from './presentWallet.ts';
import { walletTransactionCreated } from './wallets.events.ts';
import { insertTransaction, type TransactionRow, type WalletRow } from './wallets.sql.ts';

/** What moves, and why. */
export interface Movement
  extends Pick<Insertable<Tables['wallet_transactions']>, 'transaction_type' | 'transaction_status' | 'source' | 'invoice_id' | 'hold_id' | 'other_wallet_id' | 'credit_note_id' | 'top_up_rule_id' | 'due_at' | 'expires_at'> {
  readonly amount: bigint;
  /** A purchase that is not paid yet moves nothing so far. */
  readonly pending?: boolean;
}

/** What a top-up says beside its amount. */
export type TopUpMovement = Pick<Movement, 'source' | 'expires_at' | 'top_up_rule_id' | 'due_at'>;

/** Writes that credits move; the caller moves them. */
export async function recordMovement(tx: Tx, wallet: WalletRow, { amount, pending = false, ...movement }: Movement): Promise<TransactionRow> {
  const { tenant, now } = tx.scope;
  return insertTransaction(tx.db, {
    ...movement,
    tenant_id: tenant.id,
    id: nextId(),
    wallet_id: wallet.id,
    customer_id: wallet.customer_id,
    amount_cents: amount,
    status: pending ? 'pending' : 'settled',
    settled_at: pending ? null : now,
    created_at: now,
    updated_at: now,
  });
}

/** Says that credits have moved. */
export async function announceMovement(tx: Tx, wallet: WalletRow, row: TransactionRow): Promise<void> {
  await tx.emit(walletTransactionCreated, { id: row.id, data: presentTransaction(row, rateOf(wallet)) });
}

/** The local day on which what a wallet does of itself is booked: its customer's. */
export async function walletDay(tx: Tx, wallet: WalletRow): Promise<Temporal.PlainDate> {
  const customer = await findCustomer(tx.db, wallet.customer_id, { includeDeleted: true });
  return bookingDay(tx, customer?.effective_timezone ?? 'UTC');
}

type Kind = 'credits_granted' | 'credits_paid' | 'credits_not_sold' | 'credits_drawn' | 'credits_repaid' | 'credits_consumed' | 'credits_returned' | 'credits_expired' | 'credits_voided' | 'credits_transferred';

/** Books a movement. */
export async function postMovement(tx: Tx, kind: Kind, wallet: WalletRow, row: TransactionRow, entries: readonly Entry[]): Promise<void> {
  const { customer_id: customerId, currency } = wallet;
  await post(tx, { kind, type: 'wallet_transaction', documentId: row.id, invoiceId: row.invoice_id, customerId, currency, entries });
}

export const sumOf = (parts: readonly Pick<LotPart, 'amount'>[]): bigint => parts.reduce((sum, { amount }) => sum + amount, 0n);

/** How much of some parts is of credits that were bought, and how much of those that were given. */
export function splitByKind(parts: readonly LotPart[], lots: ReadonlyMap<string, { readonly kind: 'promotional' | 'cash' }>): WalletParts {
  const of = (kind: 'promotional' | 'cash') => Amount.of(sumOf(parts.filter(({ lotId }) => lots.get(lotId)?.kind === kind)));
  return { cash: of('cash'), promotional: of('promotional') };
}
