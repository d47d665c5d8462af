import { draftInvoice, draftOfFees } from '@farthing/core/billing';
import { Currency } from '@farthing/core/money';
import { Period } from '@farthing/core/time';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, notFound } from '../../kernel/problem.ts';
import { lockCoupons } from '../discounts/index.ts';
import { announce, readInvoice } from './announceInvoice.ts';
import { moveAddOns } from './appliedAddOns.sql.ts';
import { finalizeDraft } from './finalizeInvoice.ts';
import { invoiceNow } from './invoiceNow.ts';
import { readParties } from './invoiceParties.ts';
import { invoiceCreated, invoiceRegenerated } from './invoicing.events.ts';
import { type FeeRow, feesOfInvoice, type InvoiceRow } from './invoicing.sql.ts';
import { type InvoicedSubscription, subscriptionsOn } from './invoiceSubscriptions.sql.ts';
import { keepDeductions } from './keepDeductions.ts';
import { loadDeductions } from './loadDeductions.ts';
import { loadFacts } from './loadFacts.ts';
import { type FeeEvent, insertFees, postInvoice } from './postInvoice.ts';
import { type BilledPart, writeInvoice } from './writeInvoice.ts';
import { loadPartsAgain } from './refreshDraft.ts';
import { restoreFee } from './restoreFee.ts';
import { takeInvoice } from './takeInvoice.ts';
import { giveUpEvents, linkReplacement } from './versions.sql.ts';

/**
 * Issues a voided invoice again, once (I4): of a subscription with the facts of this moment, over the time that the void had freed; of other
 * lines with those lines. It is finalized at once, with a number and dates of its own, and each of the two names the other.
 * Throws 404; 409 for one that is not voided, was issued again before, or has nothing left to be invoiced.
 */
export async function regenerateInvoice(tx: Tx, id: string) {
  const voided = await takeInvoice(tx, id);
  if (voided === undefined) throw notFound('invoice');
  if (voided.status !== 'voided') throw conflict('not_voided', `Only a voided invoice is issued again; this one is ${voided.status}.`);
  if (voided.replaced_by_invoice_id !== null) throw conflict('already_regenerated', 'This invoice was issued again before.');
  if (voided.invoice_type === 'credit' || voided.invoice_type === 'progressive_billing')
    throw conflict('nothing_to_invoice', 'What this invoice was for was called off with it, or is billed with its period.');
  const before = await readInvoice(tx, id);
  const replacement = await replace(tx, voided);
  await linkReplacement(tx.db, tx.scope, voided.id, replacement.id);
  await announce(tx, invoiceRegenerated, voided.id, before);
  return replacement;
}

async function replace(tx: Tx, voided: InvoiceRow) {
  const subscriptions = await subscriptionsOn(tx.db, voided.id);
  // What it billed so far is of a period that may have gone on: it is asked for again.
  for (const { subscriptionId, due } of subscriptions) if (due?.kind === 'interim') return invoiceNow(tx, subscriptionId, voided);
  const parts = await loadPartsAgain(tx, voided);
  return parts === null ? repeatLines(tx, voided, subscriptions) : billAgain(tx, voided, parts);
}

async function billAgain(tx: Tx, voided: InvoiceRow, parts: readonly BilledPart[]) {
  if (parts.length === 0) throw conflict('nothing_to_invoice', 'Nothing of what this invoice was for is left to be invoiced.');
  const of = { customerId: voided.customer_id, currency: Currency.parse(voided.currency), draftId: voided.id };
  const facts = await loadFacts(tx.db, of, parts);
  const draft = draftInvoice(facts);
  const { grace: _grace, ...parties } = await readParties(tx, voided.customer_id);
  const described = { ...parties, purchaseOrderNumber: voided.purchase_order_number, notes: voided.notes, replaces: voided };
  const written = await writeInvoice(tx, { facts, draft }, described, null);
  if (written === null) throw new Error('The void has freed its period, and a lock keeps others from it.');
  return finalizeDraft(tx, { row: written.row, lateCredits: draft.lateCredits }, written.created);
}

/** Lines that somebody asked for, and events that each paid for themselves, are what they were. */
async function repeatLines(tx: Tx, voided: InvoiceRow, subscriptions: readonly InvoicedSubscription[]) {
  const rows = await feesOfInvoice(tx.db, voided.id);
  const billingPeriod = Period.of(voided.billing_period_start, voided.billing_period_end);
  const currency = Currency.parse(voided.currency);
  await lockCoupons(tx.db, voided.customer_id);
  const deductions = await loadDeductions(tx.db, { customerId: voided.customer_id, currency, invoiceId: voided.id });
  const draft = draftOfFees(deductions, { fees: rows.map(restoreFee), at: tx.scope.now, currency, billingPeriod });
  const { grace: _grace, ...parties } = await readParties(tx, voided.customer_id);
  const described = { ...parties, purchaseOrderNumber: voided.purchase_order_number, notes: voided.notes, replaces: voided };
  const type = voided.invoice_type === 'add_on' ? 'add_on' : subscriptions.length === 0 ? 'one_off' : 'subscription';
  const invoice = await postInvoice(tx, draft, { ...described, type, subscriptions }, null);
  if (invoice === null) throw new Error('An invoice of no period is never there before.');
  await giveUpEvents(tx.db, voided.id);
  await moveAddOns(tx.db, voided.id, invoice.id);
  await insertFees(tx, draft.fees.map((fee, index) => ({ fee, event: eventOf(rows[index]) })), invoice);
  await keepDeductions(tx, invoice, draft);
  const created = await announce(tx, invoiceCreated, invoice.id);
  return finalizeDraft(tx, { row: invoice, lateCredits: [] }, created);
}

function eventOf(row: FeeRow | undefined): FeeEvent | undefined {
  return row === undefined || row.event_id === null || row.event_at === null ? undefined : { id: row.event_id, at: row.event_at };
}
