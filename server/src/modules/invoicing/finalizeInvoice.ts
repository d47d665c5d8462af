import { daysEarned, invoiceFinalized as entriesOfInvoice } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, notFound } from '../../kernel/problem.ts';
import { takeNumber } from '../entities/index.ts';
import { bookingDay, post } from '../ledger/index.ts';
import { announce, readInvoice } from './announceInvoice.ts';
import { applyCreditNotes } from './applyCreditNotes.ts';
import { applyWallets } from './applyWallets.ts';
import { latePeriodsOn, setRecheck } from './billedPeriods.sql.ts';
import { closeUsage } from './closeUsage.ts';
import { creditLateUsage, creditProgressiveRest } from './creditLateUsage.ts';
import { invoiceFinalized, invoicePaid } from './invoicing.events.ts';
import { updateInvoice } from './invoicing.sql.ts';
import { overdueFrom, overdueTimer } from './overdue.jobs.ts';
import { type ComputedDraft, refreshDraft } from './refreshDraft.ts';
import { takeInvoice } from './takeInvoice.ts';

type PresentedInvoice = Awaited<ReturnType<typeof readInvoice>>;

/** Finalizes a draft by its id: reads its usage once more, so that what came since is on it, and posts it. */
export async function finalizeInvoice(tx: Tx, id: string): Promise<PresentedInvoice> {
  const draft = await takeInvoice(tx, id);
  if (draft === undefined) throw notFound('invoice');
  if (draft.status !== 'draft') throw conflict('not_a_draft', `Only a draft can be finalized; this invoice is ${draft.status}.`);
  const before = await readInvoice(tx, id);
  return finalizeDraft(tx, await refreshDraft(tx, draft), before);
}

/**
 * Finalizes a draft that is up to date: takes the customer's credit and what its wallets pay, dates it, and takes the next number of its entity
 * last, so that the counter is held only for the commit. With nothing due it is paid at once (I6).
 */
export async function finalizeDraft(tx: Tx, draft: ComputedDraft, before: PresentedInvoice): Promise<PresentedInvoice> {
  const { id } = draft.row;
  await setRecheck(tx.db, await latePeriodsOn(tx.db, id), false);
  await creditLateUsage(tx, draft);
  await creditProgressiveRest(tx, id);
  const row = await applyWallets(tx, await applyCreditNotes(tx, draft.row));
  const issuedAt = row.issued_at ?? tx.scope.now;
  const dueDate = row.due_date ?? issuedAt.toZonedDateTimeISO(row.timezone).add({ days: row.net_payment_term }).toInstant();
  const paid = row.amount_due_cents === 0n;
  await updateInvoice(tx.db, {
    id,
    columns: {
      status: paid ? 'paid' : 'finalized',
      invoice_number: await takeNumber(tx, row.billing_entity_id, 'invoice'),
      issued_at: issuedAt,
      due_date: dueDate,
      finalize_at: null,
      paid_at: paid ? tx.scope.now : null,
      updated_at: tx.scope.now,
    },
  });
  await closeUsage(tx, id);
  if (!paid) await tx.schedule(overdueTimer, id, overdueFrom(dueDate));
  if (paid) await tx.db.updateTable('fees').set({ payment_status: 'succeeded', updated_at: tx.scope.now }).where('invoice_id', '=', id).execute();
  const done = await announce(tx, invoiceFinalized, id, before);
  await postFinalized(tx, done, row.timezone);
  if (paid) await tx.emit(invoicePaid, { id, data: done, before });
  return done;
}

/** Puts what the invoice comes to into the books: owed, and earned at once or by the days to come. */
async function postFinalized(tx: Tx, { id, customer_id: customerId, currency, fees, taxes, total_cents: total }: PresentedInvoice, zone: string): Promise<void> {
  const lines = fees.map((fee) => ({
    id: fee.id,
    amount: Amount.subtract(fee.amount_cents, fee.progressive_billing_credit_amount_cents),
    coupons: fee.coupons_amount_cents,
    isCredits: fee.fee_type === 'credit',
    days: daysEarned(fee.fee_type, fee.from_datetime, fee.to_datetime, zone),
  }));
  const collected = taxes.map(({ jurisdiction, tax_rate: rate, amount_cents: amount }) => ({ jurisdiction, rate, amount }));
  const entries = entriesOfInvoice({ total, fees: lines, taxes: collected }, bookingDay(tx, zone));
  await post(tx, { kind: 'invoice_finalized', type: 'invoice', documentId: id, invoiceId: id, customerId, currency, entries });
}

/** The grace period of a draft ended; whoever finalized or deleted it meanwhile has made this needless. */
export async function finalizeDue(tx: Tx, id: string): Promise<void> {
  const row = await takeInvoice(tx, id);
  if (row?.status === 'draft') await finalizeInvoice(tx, id);
}
