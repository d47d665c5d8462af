import { draftInvoice, type InvoiceDraft } from '@farthing/core/billing';
import type { Tx } from '../../kernel/envelope.ts';
import { findSubscription, loadPhase } from '../subscriptions/index.ts';
import { deleteFees, type InvoiceRow } from './invoicing.sql.ts';
import { keepBilledPeriod } from './keepBilledPeriod.ts';
import { loadFactsAgain } from './loadFacts.ts';
import { insertFees, sumsOf } from './postInvoice.ts';

/** A draft as it stands now, and what it credits once it is final. */
export interface ComputedDraft {
  readonly row: InvoiceRow;
  readonly lateCredits: InvoiceDraft['lateCredits'];
}

const noSums = {
  subtotal_cents: 0n,
  coupons_amount_cents: 0n,
  progressive_billing_credit_amount_cents: 0n,
  tax_amount_cents: 0n,
  total_cents: 0n,
  amount_due_cents: 0n,
};

/**
 * Computes a draft anew, so that events that came since are on it (E3). Its number, dates and id stay. Nothing is left on one whose days
 * were all taken back meanwhile, such as those of a resumption that was followed by another pause on the same day.
 */
export async function refreshDraft(tx: Tx, invoice: InvoiceRow): Promise<ComputedDraft> {
  if (invoice.subscription_id === null || invoice.billing_kind === null || invoice.billing_at === null) return { row: invoice, lateCredits: [] };
  const subscription = await findSubscription(tx.db, invoice.subscription_id);
  if (subscription === undefined) throw new Error(`The subscription ${invoice.subscription_id} is gone.`);
  const { opened_at: at, opened_day: day } = invoice;
  const opened = at === null || day === null ? null : { at, day: Temporal.PlainDate.from(day) };
  const phase = await loadPhase(tx.db, subscription, invoice.billing_phase);
  const facts = await loadFactsAgain(tx.db, subscription, { at: invoice.billing_at, kind: invoice.billing_kind, phase }, opened, invoice.id);
  const draft = facts === null ? null : draftInvoice(facts);
  await deleteFees(tx.db, invoice.id);
  if (facts !== null && draft !== null) {
    const billedPeriodId = await keepBilledPeriod(tx, subscription.id, invoice.id, facts, draft);
    await insertFees(tx, draft.fees.map((fee) => ({ fee })), { ...invoice, billedPeriodId });
  }
  const row = await tx.db
    .updateTable('invoices')
    .set({ ...(draft === null ? noSums : sumsOf(draft)), version: invoice.version + 1, updated_at: tx.scope.now })
    .where('id', '=', invoice.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return { row, lateCredits: draft?.lateCredits ?? [] };
}
