import { Amount } from '../money/index.ts';
import { dayAfter } from '../subscriptions/index.ts';
import { type DatePeriod, localDate } from '../time/index.ts';
import { balanced, credit, debit, type Entry, type TaxKey } from './entry.ts';
import { isAhead, laterOf, type Release, releasesOf } from './release.ts';

/** A line of an invoice, as it was posted. */
export interface PostedFee {
  readonly id: string;
  readonly amount: Amount;
  /** Its share of the coupons, which lowers what it brings. */
  readonly coupons: Amount;
  /** The local days it was paid for, where it is earned by the passing of time; null for what is earned when it is invoiced. */
  readonly days: DatePeriod | null;
  /** Whether it sells credits of a wallet: nothing is earned by that, they are owed once they are paid. */
  readonly isCredits?: boolean;
}

interface PostedTax extends TaxKey {
  readonly amount: Amount;
}

/** An invoice that gets its number. */
export interface PostedInvoice {
  readonly total: Amount;
  readonly fees: readonly PostedFee[];
  readonly taxes: readonly PostedTax[];
}

const byTheDay: ReadonlySet<string> = new Set(['subscription', 'fixed_charge']);

/** The local days a fee is earned over: those its service touches (T3), of the plan's price and of fixed charges. Usage is earned by the time it is invoiced, whatever its period. */
export function daysEarned(type: string, from: Temporal.Instant | null, to: Temporal.Instant | null, zone: string): DatePeriod | null {
  if (!byTheDay.has(type) || from === null || to === null) return null;
  return { start: localDate(from, zone), end: dayAfter(to, zone) };
}

/** Dr receivable; Cr revenue, or deferred revenue with its releases; Dr discounts; Cr tax payable. */
export function invoiceFinalized(invoice: PostedInvoice, on: Temporal.PlainDate): Entry[] {
  return balanced([
    debit('receivable', invoice.total, on),
    ...invoice.fees.flatMap((fee) => feeEntries(fee, on)),
    ...invoice.taxes.map(({ amount, ...tax }) => credit('tax_payable', amount, on, { tax })),
  ]);
}

/** A fee with days ahead is deferred net of its coupons and earned gross, its discount with it; any other is earned at once. */
function feeEntries({ id: feeId, amount, coupons, days, isCredits = false }: PostedFee, on: Temporal.PlainDate): Entry[] {
  if (isCredits) return [credit('wallet_pending', amount, on, { feeId })];
  if (days === null || !isAhead(days, on)) return [credit('revenue', amount, on, { feeId }), debit('discounts', coupons, on, { feeId })];
  const net = Amount.subtract(amount, coupons);
  return [
    credit('deferred_revenue', net, on, { feeId }),
    ...releasesOf({ amount: net, days }, on).flatMap((part) => earned('deferred_revenue', part, feeId)),
    ...releasesOf({ amount: coupons, days }, on).flatMap((part) => earned('discounts', part, feeId)),
  ];
}

function earned(from: 'deferred_revenue' | 'discounts', { amount, on }: Release, feeId: string): Entry[] {
  const options = { feeId, release: true };
  return [debit(from, amount, on, options), credit('revenue', amount, on, options)];
}

/** What the ledger has of a fee that was deferred. */
export interface FeeDeferral {
  /** Past and to come; they sum to what was deferred, less what was credited of it. */
  readonly releases: readonly Release[];
  /** Those of its discount. */
  readonly discounts: readonly Release[];
}

/** A fee, or a part of it, that a credit note gives back. */
export interface CreditedFee {
  readonly feeId: string;
  /** Before coupons and without tax. */
  readonly amount: Amount;
  /** What coupons had paid of it, which is not given back. */
  readonly coupons: Amount;
  /** Whether it sold credits of a wallet: nothing was earned by that. */
  readonly isCredits?: boolean;
  /** Null for a fee that was never deferred. */
  readonly deferral: FeeDeferral | null;
  /** The days that stay paid for: what is left of the fee is earned over them. */
  readonly keptDays: DatePeriod;
}

/** A credit note that is issued. */
export interface PostedNote {
  readonly fees: readonly CreditedFee[];
  readonly taxes: readonly PostedTax[];
  /** What of it is to be paid back; the rest is the customer's credit. */
  readonly refund: Amount;
}

/**
 * Cr customer credit and refund payable; Dr tax payable, revenue, or deferred revenue where some is still to be released, with what is left released
 * anew. Of credits of a wallet that were sold: Dr wallet pending, out of which the movement takes them that takes them out of the wallet.
 */
export function creditIssued({ fees, taxes, refund }: PostedNote, on: Temporal.PlainDate): Entry[] {
  const total = Amount.sum([...fees.map(({ amount, coupons }) => Amount.subtract(amount, coupons)), ...taxes.map(({ amount }) => amount)]);
  return balanced([
    ...fees.flatMap((fee) => creditedEntries(fee, on)),
    ...taxes.map(({ amount, ...tax }) => debit('tax_payable', amount, on, { tax })),
    credit('customer_credit', Amount.subtract(total, refund), on),
    credit('refund_payable', refund, on),
  ]);
}

function creditedEntries({ feeId, amount, coupons, isCredits = false, deferral, keptDays }: CreditedFee, on: Temporal.PlainDate): Entry[] {
  if (isCredits) return [debit('wallet_pending', amount, on, { feeId })];
  const running = deferral?.releases.some((part) => Temporal.PlainDate.compare(part.on, on) > 0) === true;
  if (deferral === null || !running) return [debit('revenue', amount, on, { feeId }), credit('discounts', coupons, on, { feeId })];
  const net = Amount.subtract(amount, coupons);
  const anew = (from: 'deferred_revenue' | 'discounts', releases: readonly Release[], given: Amount): Entry[] => {
    const kept = Amount.subtract(Amount.sum(releases.map((part) => part.amount)), given);
    const dropped = releases.map((part) => ({ on: laterOf(part.on, on), amount: Amount.negate(part.amount) }));
    return [...dropped, ...releasesOf({ amount: kept, days: keptDays }, on)].flatMap((part) => earned(from, part, feeId));
  };
  return [
    debit('deferred_revenue', net, on, { feeId }),
    ...anew('deferred_revenue', deferral.releases, net),
    ...anew('discounts', deferral.discounts, coupons),
  ];
}

/** What is taken back of a credit note that was issued. */
export interface VoidedNote {
  readonly fees: readonly Pick<CreditedFee, 'feeId' | 'amount' | 'coupons' | 'isCredits'>[];
  readonly taxes: readonly PostedTax[];
  readonly credit: Amount;
  readonly refund: Amount;
}

/** Dr customer credit and refund payable; Cr tax payable and revenue, or wallet pending: what is not given back after all is earned on this day. */
export function creditVoided({ fees, taxes, credit: left, refund }: VoidedNote, on: Temporal.PlainDate): Entry[] {
  return balanced([
    debit('customer_credit', left, on),
    debit('refund_payable', refund, on),
    ...fees.flatMap(({ feeId, amount, coupons, isCredits = false }) =>
      isCredits ? [credit('wallet_pending', amount, on, { feeId })] : [credit('revenue', amount, on, { feeId }), debit('discounts', coupons, on, { feeId })],
    ),
    ...taxes.map(({ amount, ...tax }) => credit('tax_payable', amount, on, { tax })),
  ]);
}

/** Money given back: Dr refund payable, Cr cash. */
export function refundPaid(amount: Amount, on: Temporal.PlainDate): Entry[] {
  return balanced([debit('refund_payable', amount, on), credit('cash', amount, on)]);
}

/** Dr customer credit, Cr receivable; of a negative amount the other way round: what was taken is given back. */
export function creditApplied(amount: Amount, on: Temporal.PlainDate): Entry[] {
  return balanced([debit('customer_credit', amount, on), credit('receivable', amount, on)]);
}

/** Dr cash, Cr receivable. */
export function paymentReceived(amount: Amount, on: Temporal.PlainDate): Entry[] {
  return balanced([debit('cash', amount, on), credit('receivable', amount, on)]);
}

/** Dr write-off, Cr receivable; of a negative amount the other way round: what was given up is owed again. */
export function writtenOff(amount: Amount, on: Temporal.PlainDate): Entry[] {
  return balanced([debit('write_off', amount, on), credit('receivable', amount, on)]);
}

/** Takes back what a document posted, on this day: days that are over stay as they were, releases to come are canceled on theirs. */
export function reversalOf(entries: readonly Entry[], on: Temporal.PlainDate): Entry[] {
  return balanced(entries.map((entry) => ({ ...entry, amount: Amount.negate(entry.amount), on: laterOf(entry.on, on) })));
}
