import { Amount, Fraction, Precise, Rate } from '../money/index.ts';
import { fractionOf, type Tax } from './tax.ts';

/** What a line is taxed on. */
export interface TaxableLine {
  /** After all that is taken off it; with the tax in it where a tax is inclusive. */
  readonly amount: Amount;
  /** Of one level, in order of application. */
  readonly taxes: readonly Tax[];
}

/** What one tax comes to on one line, or over all lines of a breakdown group (M5). */
export interface TaxPart {
  readonly tax: Tax;
  /** The net amount; of a compound tax with the taxes before it. */
  readonly base: Amount;
  readonly amount: Amount;
}

export interface TaxedLine {
  /** What of its amount is tax: taken out of inclusive prices. */
  readonly included: Amount;
  readonly parts: readonly TaxPart[];
}

export interface ComputedTaxes {
  /** One for each tax that any line has: those in the price first, compound ones last. */
  readonly groups: readonly TaxPart[];
  /** In the order of the lines given. */
  readonly lines: readonly TaxedLine[];
}

/** A line while its taxes are worked out. */
interface Work {
  /** Those of the groups that it is in, so that a tax is the same object on every line. */
  readonly taxes: readonly Tax[];
  /** What is left once the taxes in the price are taken out of it. */
  net: Amount;
  readonly amounts: Map<Tax, Amount>;
}

/** What makes a breakdown group (M5). */
export const groupKey = ({ code, category, rate, inclusive, compound }: Tax): string => JSON.stringify([code, category, Rate.toString(rate), inclusive, compound]);

const placeOf = ({ inclusive, compound }: Tax): number => (inclusive ? 0 : 2) + (compound ? 1 : 0);

/**
 * The taxes on the lines of one document (M5): each tax is computed on all lines that have it and rounded once, then spread over them by
 * largest remainder, so that the parts always sum to the whole (M6).
 *
 * A tax on top is rate × net; a compound one rate × (net + the taxes before it). A tax in the price leaves what is paid as it is:
 * net = price ÷ (1 + rate), and the tax is the rest.
 */
export function computeTaxes(lines: readonly TaxableLine[]): ComputedTaxes {
  const groups = groupsOf(lines);
  const work = lines.map(({ amount, taxes }): Work => {
    const own = new Set(taxes.map(groupKey));
    return { taxes: groups.filter((tax) => own.has(groupKey(tax))), net: amount, amounts: new Map() };
  });
  // Out of the price, the outermost first: what is left is what the tax before it was in.
  for (const tax of groups.filter(({ inclusive }) => inclusive).toReversed()) takeOut(tax, work);
  for (const tax of groups.filter(({ inclusive }) => !inclusive)) putOn(tax, work);
  const taxed = work.map((line, index) => ({
    included: Amount.subtract(lines[index]?.amount ?? line.net, line.net),
    parts: line.taxes.map((tax) => ({ tax, base: baseOf(line, tax), amount: amountOf(line, tax) })),
  }));
  return { groups: groups.map((tax) => sumOf(tax, taxed)), lines: taxed };
}

/** Each tax once: those in the price before those on top, of either the compound ones last, else in the order of the lines. */
function groupsOf(lines: readonly TaxableLine[]): readonly Tax[] {
  const known = new Map(lines.flatMap(({ taxes }) => taxes.map((tax) => [groupKey(tax), tax] as const)).toReversed());
  const inOrder = [...new Set(lines.flatMap(({ taxes }) => taxes.map(groupKey)))].flatMap((key) => known.get(key) ?? []);
  return inOrder.toSorted((a, b) => placeOf(a) - placeOf(b));
}

const amountOf = ({ amounts }: Work, tax: Tax): Amount => amounts.get(tax) ?? Amount.zero;

/** The taxes that a line has before this one. */
const before = ({ taxes }: Work, tax: Tax): readonly Tax[] => taxes.slice(0, taxes.indexOf(tax));

function baseOf(line: Work, tax: Tax): Amount {
  return tax.compound ? Amount.sum([line.net, ...before(line, tax).map((earlier) => amountOf(line, earlier))]) : line.net;
}

function putOn(tax: Tax, work: readonly Work[]): void {
  const own = work.filter(({ taxes }) => taxes.includes(tax));
  post(tax, own, own.map((line) => Precise.percentOf(Precise.ofMinor(baseOf(line, tax)), tax.rate)));
}

/** Compound: rate ÷ (1 + rate) of what holds it. Else rate ÷ (1 + the rates in the price up to it). */
function takeOut(tax: Tax, work: readonly Work[]): void {
  const own = work.filter(({ taxes }) => taxes.includes(tax));
  const { numerator: rate, denominator } = fractionOf(tax);
  const shares = own.map((line) => {
    const others = tax.compound ? [] : before(line, tax).map((earlier) => fractionOf(earlier).numerator);
    const whole = others.reduce((sum, other) => sum + other, denominator + rate);
    return Precise.scale(Precise.ofMinor(line.net), Fraction.of(rate, whole));
  });
  post(tax, own, shares);
  for (const line of own) line.net = Amount.subtract(line.net, amountOf(line, tax));
}

/** The one rounding of a group, and its parts (M5). */
function post(tax: Tax, lines: readonly Work[], shares: readonly Precise[]): void {
  const parts = Precise.spread(Precise.toAmount(Precise.sum(shares)), shares);
  for (const [index, line] of lines.entries()) line.amounts.set(tax, parts[index] ?? Amount.zero);
}

function sumOf(tax: Tax, lines: readonly TaxedLine[]): TaxPart {
  const own = lines.flatMap(({ parts }) => parts.filter((part) => part.tax === tax));
  return { tax, base: Amount.sum(own.map(({ base }) => base)), amount: Amount.sum(own.map(({ amount }) => amount)) };
}
