import { type ComparedInvoice, draftInvoice, type InvoiceDraft } from '@farthing/core/billing';
import { Currency } from '@farthing/core/money';
import { json } from '../../kernel/db/parameters.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { lockCoupons } from '../discounts/index.ts';
import { findSubscription, loadPhase } from '../subscriptions/index.ts';
import { releaseAddOns, takeAddOns } from './appliedAddOns.sql.ts';
import { comparedOf, encodeVersion } from './compareInvoices.ts';
import { deductAgain } from './deductAgain.ts';
import { deleteFees, feesOfInvoice, type InvoiceRow } from './invoicing.sql.ts';
import { periodsOfInvoice } from './billedPeriods.sql.ts';
import { subscriptionsOn } from './invoiceSubscriptions.sql.ts';
import { recheckLate } from './keepBilledPeriod.ts';
import { replaceDeductions } from './keepDeductions.ts';
import { loadFacts, loadPartAgain } from './loadFacts.ts';
import { insertFees, sumsOf } from './postInvoice.ts';
import { keepVersion } from './versions.sql.ts';
import { type BilledPart, keepPeriods } from './writeInvoice.ts';

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
  const fees = await feesOfInvoice(tx.db, invoice.id);
  const before = comparedOf(invoice, fees);
  const parts = await loadPartsAgain(tx, invoice);
  if (parts === null) return rewrite(tx, invoice, before, await deductAgain(tx, invoice, fees));
  const of = { customerId: invoice.customer_id, currency: Currency.parse(invoice.currency), draftId: invoice.id };
  const facts = parts.length === 0 ? null : await loadFacts(tx.db, of, parts);
  const draft = facts === null ? null : draftInvoice(facts);
  await deleteFees(tx.db, invoice.id);
  await releaseAddOns(tx.db, invoice.id);
  if (facts !== null && draft !== null) {
    await recheckLate(tx, draft);
    const billedPeriods = await keepPeriods(tx, invoice.id, parts, await periodsOfInvoice(tx.db, invoice.id));
    await insertFees(tx, draft.fees.map((fee) => ({ fee })), { ...invoice, billedPeriods });
    await takeAddOns(tx.db, invoice.id, facts.addOns);
  }
  return rewrite(tx, invoice, before, draft);
}

/**
 * The parts of an invoice that boundaries made, as they are now, without those of which nothing is left; null where no boundary made it. The
 * customer's coupons are held.
 */
export async function loadPartsAgain(tx: Tx, invoice: InvoiceRow): Promise<readonly BilledPart[] | null> {
  const billed = (await subscriptionsOn(tx.db, invoice.id)).flatMap(({ due, ...rest }) => (due === null ? [] : [{ ...rest, ...due }]));
  if (billed.length === 0) return null;
  await lockCoupons(tx.db, invoice.customer_id);
  const parts: BilledPart[] = [];
  for (const { subscriptionId, kind, at, turn, phase, opened } of billed) {
    const subscription = await findSubscription(tx.db, subscriptionId);
    if (subscription === undefined) throw new Error(`The subscription ${subscriptionId} is gone.`);
    const part = await loadPartAgain(tx.db, subscription, { at, kind, phase: await loadPhase(tx.db, subscription, phase, kind === 'resumption'), turn }, opened, invoice.id);
    if (part !== null) parts.push({ ...part, turn, phase });
  }
  return parts;
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

/** A draft that is not what it was is another version, and the one before is kept to be compared with. */
async function countVersion(tx: Tx, row: InvoiceRow, before: ComparedInvoice): Promise<InvoiceRow> {
  const after = comparedOf(row, await feesOfInvoice(tx.db, row.id));
  const kept = encodeVersion(before);
  if (json(kept) === json(encodeVersion(after))) return row;
  await keepVersion(tx.db, tx.scope, row.id, row.version, kept);
  return tx.db.updateTable('invoices').set({ version: row.version + 1 }).where('id', '=', row.id).returningAll().executeTakeFirstOrThrow();
}
