import { creditFee, draftOfFees } from '@farthing/core/billing';
import { Amount, Currency, Precise, Quantity, Rate } from '@farthing/core/money';
import { noTaxes } from '@farthing/core/taxes';
import { Period } from '@farthing/core/time';
import { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import type { OccurredEvent } from '../../kernel/event.ts';
import { lockBilling } from '../customers/index.ts';
import { linkPurchase } from '../wallets/index.ts';
import { announce } from './announceInvoice.ts';
import { finalizeDraft } from './finalizeInvoice.ts';
import { readParties } from './invoiceParties.ts';
import { invoiceCreated } from './invoicing.events.ts';
import { insertFees, postInvoice } from './postInvoice.ts';

const purchase = z.object({
  transaction_id: z.string(),
  customer_id: z.string(),
  currency: z.string(),
  wallet_name: z.string().nullable(),
  credits: z.string(),
  rate_amount: z.string(),
  amount_cents: z.int(),
});

/**
 * Makes the invoice that sells credits of a wallet, and finalizes it. No coupon and no tax is on it: credits pay fees with their tax, which
 * would be taxed twice otherwise.
 */
export async function invoiceCredits(tx: Tx, occurred: OccurredEvent): Promise<void> {
  const bought = purchase.parse(occurred.data);
  const { now } = tx.scope;
  await lockBilling(tx, bought.customer_id);
  const description = bought.wallet_name === null ? 'Prepaid credits' : `Prepaid credits: ${bought.wallet_name}`;
  const value = Precise.ofMinor(Amount.of(bought.amount_cents));
  const fee = creditFee({ description, credits: Quantity.restore(bought.credits), rate: Rate.restore(bought.rate_amount), value }, now);
  const { grace: _grace, ...parties } = await readParties(tx, bought.customer_id);
  const of = { fees: [fee], at: now, currency: Currency.parse(bought.currency), billingPeriod: Period.of(now, now) };
  const draft = draftOfFees({ coupons: [], taxes: noTaxes }, of);
  const invoice = await postInvoice(tx, draft, { ...parties, type: 'credit', subscriptions: [] }, null);
  if (invoice === null) throw new Error('An invoice of no period is never there before.');
  await insertFees(tx, draft.fees.map((line) => ({ fee: line })), invoice);
  const created = await announce(tx, invoiceCreated, invoice.id);
  await linkPurchase(tx, bought.transaction_id, invoice.id);
  await finalizeDraft(tx, { row: invoice, lateCredits: [] }, created);
}
