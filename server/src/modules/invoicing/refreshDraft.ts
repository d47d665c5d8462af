import { type ComparedInvoice, draftInvoice, type InvoiceDraft } from '@farthing/core/billing';
import type { BilledThrough } from '@farthing/core/subscriptions';
import { json } from '../../kernel/db/parameters.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { lockCoupons } from '../discounts/index.ts';
import { findSubscription, loadPhase } from '../subscriptions/index.ts';
import { releaseAddOns, takeAddOns } from './appliedAddOns.sql.ts';
import { comparedOf, encodeVersion } from './compareInvoices.ts';
import { deductAgain } from './deductAgain.ts';
import { deleteFees, feesOfInvoices, type InvoiceRow } from './invoicing.sql.ts';
import { keepBilledPeriod } from './keepBilledPeriod.ts';
import { replaceDeductions } from './keepDeductions.ts';
import { loadFactsAgain } from './loadFacts.ts';
import { insertFees, sumsOf } from './postInvoice.ts';
import { keepVersion } from './versions.sql.ts';

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
  taxes: '[]',
  total_cents: 0n,
  amount_due_cents: 0n,
};

/**
 * Computes a draft anew, so that events that came since are on it (E3). Its dates and id stay. What it was is kept where that changed.
 * Nothing is left on one whose days were all taken back meanwhile, such as those of a resumption that was followed by another pause on the
 * same day. Of one whose lines somebody asked for, the lines stay and what lowers them is computed anew.
 */
export async function refreshDraft(tx: Tx, invoice: InvoiceRow): Promise<ComputedDraft> {
  const fees = (await feesOfInvoices(tx.db, [invoice.id])).get(invoice.id) ?? [];
  const before = comparedOf(invoice, fees);
  if (invoice.subscription_id === null) return rewrite(tx, invoice, before, await deductAgain(tx, invoice, fees));
  if (invoice.billing_kind === null || invoice.billing_at === null) return { row: invoice, lateCredits: [] };
  const subscription = await findSubscription(tx.db, invoice.subscription_id);
  if (subscription === undefined) throw new Error(`The subscription ${invoice.subscription_id} is gone.`);
  const opened = openedOf(invoice);
  const phase = await loadPhase(tx.db, subscription, invoice.billing_phase);
  await lockCoupons(tx.db, invoice.customer_id);
  const facts = await loadFactsAgain(tx.db, subscription, { at: invoice.billing_at, kind: invoice.billing_kind, phase, turn: invoice.billing_turn }, opened, invoice.id);
  const draft = facts === null ? null : draftInvoice(facts);
  await deleteFees(tx.db, invoice.id);
  await releaseAddOns(tx.db, invoice.id);
  if (facts !== null && draft !== null) {
    const billedPeriodId = await keepBilledPeriod(tx, subscription.id, invoice.id, facts, draft);
    await insertFees(tx, draft.fees.map((fee) => ({ fee })), { ...invoice, billedPeriodId });
    await takeAddOns(tx.db, invoice.id, facts.addOns);
  }
  return rewrite(tx, invoice, before, draft);
}

/** Writes what a draft comes to now; what it was is kept where that changed. */
async function rewrite(tx: Tx, invoice: InvoiceRow, before: ComparedInvoice, draft: InvoiceDraft | null): Promise<ComputedDraft> {
  await replaceDeductions(tx, invoice, draft ?? { couponsTaken: [] });
  const row = await tx.db
    .updateTable('invoices')
    .set({ ...(draft === null ? noSums : sumsOf(draft)), updated_at: tx.scope.now })
    .where('id', '=', invoice.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return { row: await countVersion(tx, row, before), lateCredits: draft?.lateCredits ?? [] };
}

/** Where the usage that an invoice bills opened; null: with the subscription. */
export function openedOf({ opened_at: at, opened_day: day }: InvoiceRow): BilledThrough | null {
  return at === null || day === null ? null : { at, day: Temporal.PlainDate.from(day) };
}

/** A draft that is not what it was is another version, and the one before is kept to be compared with. */
async function countVersion(tx: Tx, row: InvoiceRow, before: ComparedInvoice): Promise<InvoiceRow> {
  const after = comparedOf(row, (await feesOfInvoices(tx.db, [row.id])).get(row.id) ?? []);
  const kept = encodeVersion(before);
  if (json(kept) === json(encodeVersion(after))) return row;
  await keepVersion(tx.db, tx.scope, row.id, row.version, kept);
  return tx.db.updateTable('invoices').set({ version: row.version + 1 }).where('id', '=', row.id).returningAll().executeTakeFirstOrThrow();
}
