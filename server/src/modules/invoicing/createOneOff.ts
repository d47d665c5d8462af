import { draftOfFees, type FeeDraft, oneOffFee } from '@farthing/core/billing';
import { Currency, Precise, type Rate } from '@farthing/core/money';
import { Period } from '@farthing/core/time';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { type FieldError, invalid, invalidFields } from '../../kernel/problem.ts';
import { findCustomer, lockBilling } from '../customers/index.ts';
import { lockCoupons } from '../discounts/index.ts';
import { announce, readInvoice } from './announceInvoice.ts';
import { finalizeDraft } from './finalizeInvoice.ts';
import { readParties } from './invoiceParties.ts';
import { invoiceCreated } from './invoicing.events.ts';
import { lockInvoice } from './invoicing.sql.ts';
import { keepDeductions } from './keepDeductions.ts';
import { loadDeductions } from './loadDeductions.ts';
import type { OneOffInvoiceCreate } from './oneOff.schemas.ts';
import { type InvoiceParties, insertFees, postInvoice } from './postInvoice.ts';

type Body = z.output<typeof OneOffInvoiceCreate>;

/**
 * Makes an invoice of lines that somebody asks for, and finalizes it unless it is to stay a draft (I2). An amount that is sent must be
 * what its quantity and its unit price come to; the currency is the customer's (M7).
 */
export async function createOneOff(tx: Tx, body: Body) {
  const { now } = tx.scope;
  const customer = await findCustomer(tx.db, body.customer_id);
  if (customer === undefined) throw invalid('customer_id', 'not_found', 'There is no such customer.');
  if (body.currency !== undefined && body.currency !== customer.currency)
    throw invalid('currency', 'currency_mismatch', `The customer is billed in ${customer.currency}; amounts are never converted.`);
  if (body.billing_entity_id !== undefined && body.billing_entity_id !== customer.billing_entity_id)
    throw invalid('billing_entity_id', 'entity_mismatch', 'The customer is billed by another entity.');
  const dueDate = body.due_date ?? null;
  if (dueDate !== null && Temporal.Instant.compare(dueDate, now) < 0)
    throw invalid('due_date', 'before_issue', 'An invoice cannot be due before it is issued.');
  const currency = Currency.parse(customer.currency);
  const fees = feesOf(body, currency, now);
  const details = { dueDate, purchaseOrderNumber: body.purchase_order_number ?? null, notes: body.notes ?? null };
  return issueOneOff(tx, { customerId: customer.id, currency, type: 'one_off', fees, draft: body.draft === true, details });
}

/** Fees that belong on an invoice of their own. */
interface OneOff {
  readonly customerId: string;
  readonly currency: Currency;
  readonly type: 'one_off' | 'add_on';
  readonly fees: readonly FeeDraft[];
  /** Whether it stays a draft until somebody finalizes it. */
  readonly draft: boolean;
  readonly details?: Pick<InvoiceParties, 'dueDate' | 'purchaseOrderNumber' | 'notes'>;
}

/** Makes an invoice of fees that no boundary of a subscription made, with all that is done to any (I2). */
export async function issueOneOff(tx: Tx, { customerId, currency, type, fees, draft: staysDraft, details }: OneOff) {
  const { now } = tx.scope;
  await lockBilling(tx, customerId);
  const { grace: _grace, ...parties } = await readParties(tx, customerId);
  await lockCoupons(tx.db, customerId);
  const deductions = await loadDeductions(tx.db, { customerId, currency, invoiceId: null });
  const draft = draftOfFees(deductions, { fees, at: now, currency, billingPeriod: Period.of(now, now) });
  const invoice = await postInvoice(tx, draft, { ...parties, ...details, type, subscriptions: [] }, null);
  if (invoice === null) throw new Error('An invoice of no period is never there before.');
  await insertFees(tx, draft.fees.map((fee) => ({ fee })), invoice);
  await keepDeductions(tx, invoice, draft);
  const created = await announce(tx, invoiceCreated, invoice.id);
  if (staysDraft) return created;
  const row = await lockInvoice(tx.db, invoice.id);
  if (row !== undefined) await finalizeDraft(tx, { row, lateCredits: [] }, created);
  return readInvoice(tx, invoice.id);
}

function feesOf({ line_items: lines }: Body, currency: Currency, now: Temporal.Instant): readonly FeeDraft[] {
  const errors: FieldError[] = [];
  const fees = lines.map((line, index) => {
    const fee = oneOffFee({ description: line.description, quantity: line.quantity, unitPrice: line.unit_price, metricCode: line.metric_code ?? null }, currency, now);
    if (line.amount !== undefined && !isAmountOf(fee, line.amount, currency))
      errors.push({ path: `line_items.${index}.amount`, code: 'amount_mismatch', message: 'Must be quantity × unit_price, or that rounded to the currency.' });
    return fee;
  });
  if (errors.length > 0) throw invalidFields(errors);
  return fees;
}

/** The amount as it is exactly, or as it is posted. */
function isAmountOf(fee: FeeDraft, amount: Rate, currency: Currency): boolean {
  const given = Precise.ofMajor(amount, currency);
  return Precise.compare(given, fee.precise) === 0 || Precise.compare(given, Precise.ofMinor(fee.amount)) === 0;
}
