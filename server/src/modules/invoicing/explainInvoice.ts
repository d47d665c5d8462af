import { decodeExplain, encodeExplain, explainProgressive, explainSubscription, explainTaxes } from '@farthing/core/billing';
import { Amount, Currency } from '@farthing/core/money';
import { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { notFound } from '../../kernel/problem.ts';
import { couponLinesOf } from './couponLines.sql.ts';
import { explainedTaxes } from './feeTaxes.sql.ts';
import { InvoiceExplanation } from './invoicing.schemas.ts';
import { namesOn } from './invoiceSubscriptions.sql.ts';
import { type FeeRow, feesOfInvoice, findInvoice } from './invoicing.sql.ts';

const node = InvoiceExplanation.shape.explanation;

/**
 * Why an invoice's total is what it is. Each fee was stored with its derivation, so this is what was billed, not what
 * would be computed today.
 */
export async function explainInvoice({ db }: Read, id: string): Promise<z.output<typeof InvoiceExplanation>> {
  const invoice = await findInvoice(db, id);
  if (invoice === undefined) throw notFound('invoice');
  const fees = await feesOfInvoice(db, id);
  const coupons = (await couponLinesOf(db, [id])).get(id) ?? [];
  const total = Amount.of(invoice.total_cents);
  const credited = explainProgressive(Amount.of(invoice.progressive_billing_credit_amount_cents));
  return {
    invoice_id: invoice.id,
    invoice_number: invoice.invoice_number,
    currency: invoice.currency,
    total_cents: total,
    explanation: {
      kind: 'invoice',
      label: `Invoice of ${Amount.toMajor(total, Currency.parse(invoice.currency))} ${invoice.currency}`,
      inputs: { from: invoice.billing_period_start.toString(), to: invoice.billing_period_end.toString() },
      amount_cents: total.toString(),
      children: z.array(node).parse([...feesBySubscription(fees, await namesOn(db, invoice)), ...credited.map(encodeExplain), ...coupons.map((line) => line.explain), ...explainTaxes(explainedTaxes(invoice.taxes)).map(encodeExplain)]),
    },
  };
}

/** Where there are several subscriptions, the fees of each under a node of its own. */
function feesBySubscription(fees: readonly FeeRow[], names: ReadonlyMap<string, string>): readonly unknown[] {
  if (names.size === 0) return fees.map((fee) => fee.explain);
  return [...Map.groupBy(fees, (fee) => fee.subscription_id)].flatMap(([id, own]): unknown[] => {
    const name = id === null ? undefined : names.get(id);
    return name === undefined ? own.map((fee) => fee.explain) : [encodeExplain(explainSubscription(name, own.map((fee) => decodeExplain(fee.explain))))];
  });
}
