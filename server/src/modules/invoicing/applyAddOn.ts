import { addOnFee } from '@farthing/core/billing';
import { Amount, Currency } from '@farthing/core/money';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { nextId } from '../../kernel/nextId.ts';
import { invalid } from '../../kernel/problem.ts';
import { publicId } from '../../kernel/wire.ts';
import { type AddOnRow, findAddOn } from '../addOns/index.ts';
import { findCustomer, lockBilling } from '../customers/index.ts';
import type { AppliedAddOnResponse, ApplyAddOnRequest } from './appliedAddOns.schemas.ts';
import type { AppliedAddOnRow } from './appliedAddOns.sql.ts';
import { issueOneOff } from './createOneOff.ts';
import { addOnApplied } from './invoicing.events.ts';

type Body = z.output<typeof ApplyAddOnRequest>;

/** An application as replies and events show it. */
export function presentApplied(row: AppliedAddOnRow): z.output<typeof AppliedAddOnResponse> {
  return {
    ...row,
    public_id: publicId('apl', row.id),
    amount_cents: Amount.of(row.amount_cents),
    billing: row.waits ? 'next_invoice' : 'now',
  };
}

/** The price in minor units of the customer's currency: nothing is converted (M7). */
function priceOf(addOn: AddOnRow, body: Body, customerCurrency: string): bigint {
  const currency = body.amount_currency ?? addOn.amount_currency;
  if (body.amount_cents === undefined && currency !== addOn.amount_currency)
    throw invalid('amount_cents', 'required', `The add-on’s price is in ${addOn.amount_currency}; say what it costs in ${currency}.`);
  if (currency !== customerCurrency)
    throw invalid('amount_currency', 'currency_mismatch', `The customer is billed in ${customerCurrency}; amounts are never converted.`);
  return body.amount_cents === undefined ? addOn.amount_cents : Amount.toBigInt(body.amount_cents);
}

/**
 * Sells an add-on to a customer: on an invoice of its own, finalized at once (I2), or on the customer's next one. What is sold keeps
 * the price of this moment.
 */
export async function applyAddOn(tx: Tx, body: Body) {
  const { tenant, now } = tx.scope;
  const addOn = await findAddOn(tx.db, body.add_on_code);
  if (addOn === undefined) throw invalid('add_on_code', 'not_found', 'There is no such add-on.');
  const customer = await findCustomer(tx.db, body.customer_id);
  if (customer === undefined) throw invalid('customer_id', 'not_found', 'There is no such customer.');
  const amount = priceOf(addOn, body, customer.currency);
  const waits = body.billing === 'next_invoice';
  // An invoice that is just being made takes it, or does not know of it.
  await lockBilling(tx, customer.id);
  const row: AppliedAddOnRow = {
    tenant_id: tenant.id,
    id: nextId(),
    add_on_id: addOn.id,
    customer_id: customer.id,
    amount_cents: amount,
    amount_currency: customer.currency,
    waits,
    invoice_id: waits ? null : await invoiceNow(tx, customer.id, addOn, amount, Currency.parse(customer.currency)),
    created_at: now,
  };
  await tx.db.insertInto('applied_add_ons').values(row).execute();
  const data = presentApplied(row);
  await tx.emit(addOnApplied, { id: row.id, data });
  return data;
}

async function invoiceNow(tx: Tx, customerId: string, addOn: AddOnRow, amount: bigint, currency: Currency): Promise<string> {
  const displayName = addOn.invoice_display_name ?? addOn.name;
  const fee = addOnFee({ addOnId: addOn.id, code: addOn.code, displayName, amount: Amount.of(amount) }, currency, tx.scope.now);
  const { id } = await issueOneOff(tx, { customerId, currency, type: 'add_on', fees: [fee], draft: false });
  return id;
}
