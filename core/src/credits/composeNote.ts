import { returnedShare } from '../discounts/index.ts';
import { Amount, Precise } from '../money/index.ts';
import { groupKey, type Tax, type TaxPart } from '../taxes/index.ts';
import { amountLeft, type CreditableFee, type CreditedPart, netLeft } from './creditable.ts';

/** A tax of the invoice, and what of it notes have not given back. */
interface TaxLeft {
  readonly tax: Tax;
  readonly left: Amount;
}

/** An invoice as far as notes may give it back. */
export interface CreditableInvoice {
  /** All of its fees. */
  readonly fees: readonly CreditableFee[];
  /** In the order of the document: those in the price first, compound ones last. */
  readonly taxes: readonly TaxLeft[];
}

export interface NoteItem extends CreditedPart {
  /** What coupons had paid of it and keep. */
  readonly coupons: Amount;
  /** amount − coupons. */
  readonly net: Amount;
  /** Its part of the taxes of the note (M6). */
  readonly taxes: Amount;
}

/** What a credit note comes to. */
export interface ComposedNote {
  readonly items: readonly NoteItem[];
  /** One for each tax of its fees, in the order of the invoice. */
  readonly taxes: readonly TaxPart[];
  readonly coupons: Amount;
  readonly tax: Amount;
  /** items − coupons + tax; more than zero. */
  readonly total: Amount;
}

/**
 * What giving back parts of fees comes to (I5): each less what coupons had paid of it, and on top the tax at each rate on what is left, rounded
 * once per note. The note that gives back the last of what a tax was on takes what is left of that tax. Null where it comes to nothing: no
 * such note is made. Parts are of different fees of the invoice, and at most what is left of them. Throws RangeError for others.
 */
export function composeNote(invoice: CreditableInvoice, parts: readonly CreditedPart[]): ComposedNote | null {
  const work = parts.map((part) => open(invoice, part));
  const after = new Map(work.map(({ fee, net }) => [fee.id, Amount.subtract(netLeft(fee), net)]));
  const taxes = invoice.taxes.filter(({ tax }) => work.some(({ fee }) => hasTax(fee, tax))).map((one) => put(one, work, isLast(invoice, one.tax, after)));
  const items = work.map(({ part, coupons, net, amounts }): NoteItem => ({ ...part, coupons, net, taxes: Amount.sum(amounts.values()) }));
  const tax = Amount.sum(taxes.map(({ amount }) => amount));
  const total = Amount.add(Amount.sum(items.map(({ net }) => net)), tax);
  return Amount.isZero(total) ? null : { items, taxes, coupons: Amount.sum(items.map(({ coupons }) => coupons)), tax, total };
}

/** An item while its taxes are worked out. */
interface Work {
  readonly fee: CreditableFee;
  readonly part: CreditedPart;
  readonly coupons: Amount;
  readonly net: Amount;
  /** By group, in the order of the document. */
  readonly amounts: Map<string, Amount>;
}

function open({ fees }: CreditableInvoice, part: CreditedPart): Work {
  const fee = fees.find(({ id }) => id === part.feeId);
  if (fee === undefined || Amount.compare(part.amount, amountLeft(fee)) > 0) throw new RangeError(`more is given back of the fee ${part.feeId} than is left of it`);
  const { amount, coupons, given } = fee;
  const share = returnedShare({ amount, coupons, credited: given.amount, returned: given.coupons }, part.amount);
  return { fee, part, coupons: share, net: Amount.subtract(part.amount, share), amounts: new Map() };
}

const hasTax = ({ taxes }: CreditableFee, tax: Tax): boolean => taxes.some((own) => groupKey(own) === groupKey(tax));

/** Whether nothing is left of what a tax was on. */
function isLast({ fees }: CreditableInvoice, tax: Tax, after: ReadonlyMap<string, Amount>): boolean {
  return fees.every((fee) => !hasTax(fee, tax) || Amount.isZero(after.get(fee.id) ?? netLeft(fee)));
}

/** Rate × net, of a compound tax with the taxes before it; spread over the items by largest remainder. */
function put({ tax, left }: TaxLeft, work: readonly Work[], last: boolean): TaxPart {
  const own = work.filter(({ fee }) => hasTax(fee, tax));
  const bases = own.map(({ net, amounts }) => (tax.compound ? Amount.sum([net, ...amounts.values()]) : net));
  const rounded = Precise.toAmount(Precise.sum(bases.map((base) => Precise.percentOf(Precise.ofMinor(base), tax.rate))));
  const amount = last ? left : Amount.max(Amount.min(rounded, left), Amount.zero);
  const parts = Amount.allocate(amount, bases);
  for (const [index, { amounts }] of own.entries()) amounts.set(groupKey(tax), parts[index] ?? Amount.zero);
  return { tax, base: Amount.sum(bases), amount };
}
