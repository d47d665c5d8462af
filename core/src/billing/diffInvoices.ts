import { Amount, type Currency, Quantity } from '../money/index.ts';

/** A line as it is compared: what makes it the same line on another version, and what may differ. */
export interface ComparedLine {
  /** What it is for; lines of the same key are told apart by their order. */
  readonly key: string;
  readonly description: string;
  readonly units: Quantity;
  readonly amount: Amount;
}

/** One side of a comparison. */
export interface ComparedInvoice {
  readonly lines: readonly ComparedLine[];
  readonly sums: Readonly<Record<SumName, Amount>>;
}

const sumNames = ['subtotal', 'progressiveCredit', 'coupons', 'tax', 'total'] as const;
type SumName = (typeof sumNames)[number];

interface LineDifference {
  readonly change: 'added' | 'removed' | 'changed' | 'same';
  readonly before: ComparedLine | null;
  readonly after: ComparedLine | null;
  /** What the line adds now to what it added before. */
  readonly difference: Amount;
  /** "API calls: 100 → 101 units, 10.00 → 10.10 USD (+0.10)" */
  readonly words: string;
}

interface SumDifference {
  readonly before: Amount;
  readonly after: Amount;
  readonly difference: Amount;
}

export interface InvoiceDifference {
  /** In the order of the newer side, what it does not have any more at the end. */
  readonly lines: readonly LineDifference[];
  readonly sums: Readonly<Record<SumName, SumDifference>>;
  /** What happened to the whole, in a sentence. */
  readonly summary: string;
}

/** How one invoice, or version of one, differs from another in the same currency, line by line. The differences of the lines sum to that of the subtotal. Pure. */
export function diffInvoices(before: ComparedInvoice, after: ComparedInvoice, currency: Currency): InvoiceDifference {
  const left = Map.groupBy(before.lines, ({ key }) => key);
  const lines = after.lines.map((line) => difference(left.get(line.key)?.shift() ?? null, line, currency));
  const gone = [...left.values()].flat().map((line) => difference(line, null, currency));
  const all = [...lines, ...gone];
  const sums = Object.fromEntries(sumNames.map((name) => [name, sumOf(before.sums[name], after.sums[name])])) as Record<SumName, SumDifference>;
  return { lines: all, sums, summary: summaryOf(all, sums.total, currency) };
}

function sumOf(before: Amount, after: Amount): SumDifference {
  return { before, after, difference: Amount.subtract(after, before) };
}

function difference(before: ComparedLine | null, after: ComparedLine | null, currency: Currency): LineDifference {
  const by = Amount.subtract(after?.amount ?? Amount.zero, before?.amount ?? Amount.zero);
  if (before === null) return { change: 'added', before, after, difference: by, words: after === null ? '' : `${stated(after, currency)}, new` };
  if (after === null) return { change: 'removed', before, after, difference: by, words: `${stated(before, currency)}, no longer there` };
  const units = Quantity.compare(before.units, after.units) === 0 ? [] : [`${Quantity.toString(before.units)} → ${Quantity.toString(after.units)} units`];
  const amount = Amount.isZero(by) ? [] : [`${money(before.amount, currency)} → ${money(after.amount, currency)} ${currency} (${signed(by, currency)})`];
  const worded = before.description === after.description ? [] : [`called “${before.description}” before`];
  const parts = [...units, ...amount, ...worded];
  if (parts.length === 0) return { change: 'same', before, after, difference: by, words: `${stated(after, currency)}, unchanged` };
  return { change: 'changed', before, after, difference: by, words: `${after.description}: ${parts.join(', ')}` };
}

function stated({ description, amount }: ComparedLine, currency: Currency): string {
  return `${description}: ${money(amount, currency)} ${currency}`;
}

function summaryOf(lines: readonly LineDifference[], { before, after, difference: by }: SumDifference, currency: Currency): string {
  const count = (change: LineDifference['change']): number => lines.filter((line) => line.change === change).length;
  const named = (['added', 'removed', 'changed'] as const).flatMap((change) => (count(change) === 0 ? [] : [`${count(change)} ${change}`]));
  const what = named.length === 0 ? 'No line differs' : `Lines: ${named.join(', ')}`;
  return Amount.isZero(by)
    ? `${what}; the total stays ${money(after, currency)} ${currency}.`
    : `${what}; the total goes from ${money(before, currency)} to ${money(after, currency)} ${currency} (${signed(by, currency)}).`;
}

const money = (amount: Amount, currency: Currency): string => Amount.toMajor(amount, currency);
const signed = (amount: Amount, currency: Currency): string => `${Amount.isNegative(amount) ? '' : '+'}${money(amount, currency)}`;
