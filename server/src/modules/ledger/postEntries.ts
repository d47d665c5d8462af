import { type Entry, type FeeDeferral, reversalOf } from '@farthing/core/ledger';
import { Amount, Rate } from '@farthing/core/money';
import { localDate } from '@farthing/core/time';
import type { Tx } from '../../kernel/envelope.ts';
import { nextId } from '../../kernel/nextId.ts';
import { releaseSums, entriesOf, insertPosting } from './ledger.sql.ts';

type Document =
  | { readonly kind: 'invoice_finalized'; readonly type: 'invoice' }
  | { readonly kind: 'credit_note_issued' | 'credit_note_voided' | 'refund_paid'; readonly type: 'credit_note' }
  | { readonly kind: 'credit_applied' | 'credit_returned' | 'written_off' | 'write_off_reversed'; readonly type: 'invoice_settlement' }
  | { readonly kind: 'payment_received'; readonly type: 'payment' }
  | { readonly kind: CreditMovement; readonly type: 'wallet_transaction' }
  | { readonly kind: 'credits_held' | 'credits_released' | 'credits_captured'; readonly type: 'wallet_hold' };

type CreditMovement =
  | 'credits_granted' | 'credits_paid' | 'credits_not_sold' | 'credits_drawn' | 'credits_repaid' | 'credits_consumed' | 'credits_returned' | 'credits_expired' | 'credits_voided' | 'credits_transferred';

/** Whom and what a posting is about. */
interface Concerned {
  readonly customerId: string;
  /** Null for what concerns no invoice. */
  readonly invoiceId: string | null;
  readonly creditNoteId?: string;
  readonly currency: string;
}

/** What one document posts at one point of its life. */
export type Posting = Concerned & Document & { readonly documentId: string; readonly entries: readonly Entry[] };

/** The day on which what happens now is booked: the local one of the document. */
export function bookingDay(tx: Tx, zone: string): Temporal.PlainDate {
  return localDate(tx.scope.now, zone);
}

interface Written extends Concerned {
  readonly kind: Document['kind'] | 'invoice_voided';
  readonly type: Document['type'];
  readonly documentId: string;
  readonly entries: readonly Entry[];
}

async function write(tx: Tx, { kind, type, documentId, customerId, invoiceId, creditNoteId, currency, entries }: Written): Promise<void> {
  if (entries.length === 0) return;
  const posting = {
    tenant_id: tx.scope.tenant.id,
    id: nextId(),
    kind,
    document_type: type,
    document_id: documentId,
    customer_id: customerId,
    invoice_id: invoiceId,
    credit_note_id: creditNoteId ?? null,
    posted_at: tx.scope.now,
  };
  const lines = entries.map((entry, index) => ({
    id: nextId(),
    line: index + 1,
    account: entry.account,
    currency,
    amount_cents: Amount.toBigInt(entry.amount),
    booked_on: entry.on.toString(),
    is_release: entry.release,
    fee_id: entry.feeId,
    wallet_id: entry.walletId,
    tax_jurisdiction: entry.tax?.jurisdiction ?? null,
    tax_rate: entry.tax === null ? null : Rate.toString(entry.tax.rate),
  }));
  await insertPosting(tx.db, { posting, entries: lines });
}

/**
 * Writes what a document posts, in the transaction that makes it true. The same document posts each kind once: a repeat fails
 * as a whole, with everything else its transaction did. Without entries nothing is written.
 */
export async function post(tx: Tx, posting: Posting): Promise<void> {
  await write(tx, posting);
}

/** Takes back what the finalisation of an invoice posted: whatever is there, so that nothing of it remains. */
export async function postVoid(tx: Tx, invoice: Concerned & { readonly invoiceId: string }, on: Temporal.PlainDate): Promise<void> {
  const rows = await entriesOf(tx.db, invoice.invoiceId, 'invoice_finalized');
  const posted: Entry[] = rows.map((row) => ({
    account: row.account,
    amount: Amount.of(row.amount_cents),
    on: Temporal.PlainDate.from(row.booked_on),
    release: row.is_release,
    feeId: row.fee_id,
    walletId: row.wallet_id,
    tax: row.tax_jurisdiction === null || row.tax_rate === null ? null : { jurisdiction: row.tax_jurisdiction, rate: Rate.restore(row.tax_rate) },
  }));
  await write(tx, { ...invoice, kind: 'invoice_voided', type: 'invoice', documentId: invoice.invoiceId, entries: reversalOf(posted, on) });
}

/** What the books have of a fee that was deferred; null for one that never was. The caller holds the invoice's lock. */
export async function readDeferral(tx: Tx, invoiceId: string, feeId: string): Promise<FeeDeferral | null> {
  const rows = await releaseSums(tx.db, invoiceId, feeId);
  if (rows.length === 0) return null;
  const of = (account: string) => rows.filter((row) => row.account === account).map(({ booked_on: on, amount }) => ({ on: Temporal.PlainDate.from(on), amount: Amount.of(amount) }));
  return { releases: of('deferred_revenue'), discounts: of('discounts') };
}
