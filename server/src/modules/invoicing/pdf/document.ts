import { Amount, type Currency } from '@farthing/core/money';
import type { Period } from '@farthing/core/time';

/** What the reader holds. A preview was never stored; a draft is no debt (I2); a voided invoice asks for nothing. */
type InvoiceState = 'preview' | 'draft' | 'finalized' | 'paid' | 'voided';

/** Everything that is printed on an invoice, as a plain value: whoever fills it has read the database, nobody below this line does. */
export interface InvoiceDocument {
  readonly state: InvoiceState;
  /** Null until finalisation gives one (I3). */
  readonly number: string | null;
  /** Local date in the customer's zone; also the creation date of the file, so that the same invoice always gives the same bytes. */
  readonly issueDate: Temporal.PlainDate;
  readonly dueDate: Temporal.PlainDate | null;
  /** Half-open (T1); printed as first and last local day. Null for invoices that bill no period. */
  readonly billingPeriod: Period | null;
  /** The customer's zone: all instants of the document are printed as local dates there. */
  readonly timeZone: string;
  /** BCP 47. A region is honoured in dates and numbers; a language without labels falls back to English. */
  readonly locale: string;
  readonly currency: Currency;
  readonly seller: InvoiceSeller;
  readonly buyer: InvoiceBuyer;
  readonly purchaseOrderNumber: string | null;
  readonly lines: readonly InvoiceLine[];
  readonly totals: InvoiceTotals;
  readonly notes: string | null;
  readonly paymentTerms: string | null;
}

export interface InvoiceSeller {
  readonly name: string;
  readonly legalName: string | null;
  readonly addressLines: readonly string[];
  /** ISO 3166-1 alpha-2, printed as the country's name in the document's language. */
  readonly country: string | null;
  readonly taxId: string | null;
  readonly email: string | null;
  /** Small print at the foot of every page: register entry, bank account. */
  readonly footer: string | null;
}

export interface InvoiceBuyer {
  readonly name: string;
  readonly legalName: string | null;
  readonly tradeName: string | null;
  readonly addressLines: readonly string[];
  readonly country: string | null;
  readonly taxId: string | null;
  readonly vatId: string | null;
  readonly email: string | null;
}

export interface InvoiceLine {
  /** Consecutive lines of one group stand under one heading, e.g. the subscription they belong to. */
  readonly group: string | null;
  readonly description: string;
  /** How the amount came about, in words: "Graduated: 0-1,000 at $0.00, above at $0.002". */
  readonly detail: string | null;
  readonly period: Period | null;
  /** Plain decimal text of any precision; printed in full. Null where units mean nothing. */
  readonly units: string | null;
  /** In words of the plan, already in the document's language: a tiered price has no single number. */
  readonly unitPrice: string | null;
  readonly amount: Amount;
}

export interface InvoiceCoupon {
  readonly name: string;
  readonly amount: Amount;
}

export interface InvoiceTax {
  readonly name: string;
  /** Percent as decimal text (M4): "20.0" is 20 %. */
  readonly rate: string;
  readonly base: Amount;
  readonly amount: Amount;
}

/** All magnitudes are positive; what is taken off is printed with a minus. Rows of zero are left out, except taxes and the three sums. */
export interface InvoiceTotals {
  readonly subtotal: Amount;
  readonly progressiveCredit: Amount;
  /** One row each, in the order in which they act. */
  readonly coupons: readonly InvoiceCoupon[];
  readonly taxes: readonly InvoiceTax[];
  readonly total: Amount;
  readonly creditNotes: Amount;
  readonly prepaidCredits: Amount;
  /** Payments less refunds that reopened the invoice. */
  readonly paid: Amount;
  readonly writtenOff: Amount;
  readonly due: Amount;
}

/** The lines of a document do not give its sums. Such a paper must not leave the house. */
export class InvoiceDoesNotAddUp extends Error {
  override readonly name = 'InvoiceDoesNotAddUp';
}

/**
 * Checks that the lines give the subtotal and that subtotal - progressive credit - coupons + taxes gives the total (I7).
 * What is due is not checked: payments, refunds and write-offs have their own rules.
 * Throws InvoiceDoesNotAddUp.
 */
export function checkSums({ lines, totals, number }: InvoiceDocument): void {
  const subtotal = Amount.sum(lines.map((line) => line.amount));
  if (subtotal !== totals.subtotal) {
    throw new InvoiceDoesNotAddUp(`invoice ${number ?? 'without number'}: lines give ${subtotal}, subtotal is ${totals.subtotal}`);
  }
  const taxes = Amount.sum(totals.taxes.map((tax) => tax.amount));
  const coupons = Amount.sum(totals.coupons.map((coupon) => coupon.amount));
  const total = subtotal - totals.progressiveCredit - coupons + taxes;
  if (total !== totals.total) {
    throw new InvoiceDoesNotAddUp(`invoice ${number ?? 'without number'}: parts give ${total}, total is ${totals.total}`);
  }
}
