import fc from 'fast-check';
import { it } from 'vitest';
import { amountLeft, composeNote, type CreditableInvoice, partOfAmount, splitNote, takeCredits } from '../credits/index.ts';
import { Amount, Currency, Fraction, Precise, Quantity, Rate } from '../money/index.ts';
import { groupKey, type Tax, type TaxFacts } from '../taxes/index.ts';
import { taxOf } from '../taxes/testing.ts';
import { Period } from '../time/index.ts';
import { dueFees, payFromWallets, type SpendableWallet } from '../wallets/index.ts';
import { type CouponFacts, draftOfFees, type FeeDraft, type InvoiceDraft, oneOffFee, totalOfFee } from './index.ts';

const at = Temporal.Instant.from('2026-02-01T00:00:00Z');
const daysBefore = (days: number) => at.subtract({ hours: 24 * days });

/** Digits after the point, as ISO 4217 lists them. */
const digitsOf: Readonly<Record<string, number>> = { JPY: 0, EUR: 2, KWD: 3, CLF: 4 };

/** A number as its digits and where its point is. */
interface Written {
  readonly digits: number;
  readonly places: number;
}

const written = (max: number, places: number) => fc.record({ digits: fc.nat({ max }), places: fc.nat({ max: places }) });

function textOf({ digits, places }: Written): string {
  const text = String(digits).padStart(places + 1, '0');
  return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
}

/** What a line is for. */
const kinds = {
  plan: { type: 'subscription', planId: 'pro', planCode: 'pro', metricCode: null },
  calls: { type: 'charge', chargeId: 'charge-calls', planCode: 'pro', metricCode: 'calls' },
  storage: { type: 'charge', chargeId: 'charge-storage', planCode: 'pro', metricCode: 'storage' },
  setUp: { type: 'add_on', addOnId: 'set-up', planCode: null, metricCode: null },
} as const;

const line = fc.record({ kind: fc.constantFrom('plan', 'calls', 'calls', 'storage', 'setUp'), units: written(20_000, 3), price: written(5_000, 5) });
type Line = typeof line extends fc.Arbitrary<infer T> ? T : never;

/** The fee of a line: units times price, rounded once. */
function feeOfLine({ kind, units, price }: Line, index: number, currency: Currency): FeeDraft {
  const plain = oneOffFee({ description: `fee ${index}`, quantity: Quantity.parse(textOf(units)), unitPrice: Rate.parse(textOf(price)), metricCode: null }, currency, at);
  return { ...plain, ...kinds[kind] };
}

// Four decimals; a code may come with several rates, which are taxes of their own.
const tax = fc
  .record({ rate: fc.integer({ min: 0, max: 300_000 }), code: fc.nat({ max: 2 }), compound: fc.boolean(), inclusive: fc.boolean() })
  .map(({ rate, code, ...more }): Tax => taxOf((rate / 10_000).toFixed(4), { code: `tax-${code}`, ...more }));
const level = fc.array(tax, { maxLength: 2 });

/** Taxes of a charge, of the plan and of the customer; one customer in eight pays none. */
const taxes = fc.record({ own: level, plan: level, customer: level, exempt: fc.nat({ max: 7 }) }).map(
  ({ own, plan, customer, exempt }): TaxFacts => ({
    exemption: exempt === 0 ? { category: 'AE', reason: 'Reverse charge' } : null,
    applied: new Map([['charge-calls', own], ['pro', plan]]),
    planOf: new Map([['charge-calls', 'pro'], ['charge-storage', 'pro']]),
    general: [customer, [], []],
  }),
);

const nothing = { metricCodes: [], planCodes: [], feeTypes: [] };
const limits = fc.constantFrom<CouponFacts['limits']>(nothing, nothing, { ...nothing, metricCodes: ['calls'] }, { ...nothing, planCodes: ['pro'] }, { ...nothing, feeTypes: ['add_on', 'subscription'] });

const coupon = fc.record({ isFixed: fc.boolean(), amount: fc.integer({ min: 1, max: 20_000 }), percent: fc.integer({ min: 0, max: 10_000 }), days: fc.nat({ max: 3 }), limits });
type CouponTerms = typeof coupon extends fc.Arbitrary<infer T> ? T : never;

function couponOf({ isFixed, amount, percent, days, limits: own }: CouponTerms, index: number, currency: Currency): CouponFacts {
  const discount = isFixed
    ? { type: 'fixed_amount' as const, amount: Amount.of(amount), currency }
    : { type: 'percentage' as const, rate: Rate.parse(textOf({ digits: percent, places: 2 })) };
  return { id: `coupon-${index}`, code: `coupon-${index}`, name: `Coupon ${index}`, appliedAt: daysBefore(days), discount, limits: own };
}

const everything = { planCodes: null, feeTypes: null, metricCodes: null };
const scopes = fc.constantFrom(everything, everything, { ...everything, feeTypes: ['charge'] }, { ...everything, planCodes: ['pro'] }, { ...everything, metricCodes: ['calls'] });
const lot = fc.record({ remaining: fc.nat({ max: 20_000 }), kind: fc.constantFrom('promotional' as const, 'cash' as const), age: fc.nat({ max: 3 }) });
const wallet = fc.record({ scope: scopes, priority: fc.integer({ min: 1, max: 3 }), lots: fc.array(lot, { maxLength: 3 }), owed: fc.constantFrom(0, 0, 0, 500) });
type WalletTerms = typeof wallet extends fc.Arbitrary<infer T> ? T : never;

function walletOf({ lots, owed, ...rest }: WalletTerms, index: number): SpendableWallet {
  const id = `wallet-${index}`;
  const own = lots.map(({ remaining, kind, age }, nth) => ({ id: `${id}-${nth}`, kind, remaining: Amount.of(remaining), expiresAt: null, grantedAt: daysBefore(age) }));
  return { ...rest, id, createdAt: daysBefore(index), lots: own, owed: Amount.of(owed) };
}

/** How much of which fees is given back; the last note of a case gives back what is left of all. */
const note = fc.record({ type: fc.constantFrom('credit' as const, 'refund' as const), fees: fc.nat({ max: 7 }), percent: fc.integer({ min: 1, max: 120 }) });

/** Everything that one invoice depends on. */
const anInvoice = fc
  .record({
    currency: fc.constantFrom(...Object.keys(digitsOf)).map((code) => Currency.parse(code)),
    lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    taxes,
    couponTerms: fc.array(coupon, { maxLength: 2 }),
    balances: fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 3 }),
    walletTerms: fc.array(wallet, { maxLength: 3 }),
    /** Percent of what is left to be paid that money comes for before anything is given back. */
    paid: fc.nat({ max: 100 }),
    notes: fc.array(note, { maxLength: 2 }),
  })
  .map(({ couponTerms, walletTerms, balances, ...rest }) => ({
    ...rest,
    coupons: couponTerms.map((terms, index) => couponOf(terms, index, rest.currency)),
    credits: balances.map((balance, index) => ({ id: `note-${index}`, balance: Amount.of(balance) })),
    wallets: walletTerms.map(walletOf),
  }));

type AnyInvoice = typeof anInvoice extends fc.Arbitrary<infer T> ? T : never;

/** Not `expect`, which would be asked some million times here. */
function must(law: string, holds: boolean): void {
  if (!holds) throw new Error(law);
}

const sum = (list: readonly bigint[]): bigint => list.reduce((sofar, one) => sofar + one, 0n);

/** A quotient of whole numbers, half away from zero: the rounding of this file, which shares nothing with the one that is tested. */
const rounded = (over: bigint, under: bigint): bigint => (2n * over + under) / (2n * under);

/** Units × price in minor units, from the digits as they were written. */
function priceOf({ units, price }: Line, currency: Currency): bigint {
  const shift = BigInt(units.places + price.places);
  return rounded(BigInt(units.digits) * BigInt(price.digits) * 10n ** BigInt(digitsOf[currency] ?? 0), 10n ** shift);
}

/** A rate of at most four decimals, in millionths of what it is on. */
const millionths = ({ rate }: Pick<Tax, 'rate'>): bigint => BigInt(Math.round(Number(Rate.toString(rate)) * 10_000));

function feesHold({ lines, currency }: AnyInvoice, draft: InvoiceDraft): void {
  for (const [index, line] of lines.entries()) {
    const fee = draft.fees[index];
    must('a fee, with what is in it as tax, is units times price', fee !== undefined && fee.amount + fee.included === priceOf(line, currency));
  }
  must('fees sum to the subtotal', sum(draft.fees.map(({ amount }) => amount)) === draft.subtotal);
  for (const amount of [draft.subtotal, draft.coupons, draft.tax, draft.total]) {
    const text = Amount.toMajor(amount, currency);
    must('amounts are whole minor units with the digits of the currency', (text.split('.')[1] ?? '').length === digitsOf[currency] && BigInt(text.replace('.', '')) === amount);
  }
}

/** What fees a coupon could take of. */
function isCovered({ limits }: AnyInvoice['coupons'][number], { type, planCode, metricCode }: FeeDraft): boolean {
  const allows = (list: readonly string[], value: string | null) => list.length === 0 || (value !== null && list.includes(value));
  return allows(limits.metricCodes, metricCode) && allows(limits.planCodes, planCode) && allows(limits.feeTypes, type);
}

function couponsHold({ coupons }: AnyInvoice, draft: InvoiceDraft): void {
  must('what coupons take is what they take of the fees', sum(draft.fees.map((fee) => fee.coupons)) === draft.coupons);
  must('and what each of them takes', sum(draft.couponsTaken.map(({ amount }) => amount)) === draft.coupons);
  for (const fee of draft.fees) {
    must('coupons take at most the fee', fee.coupons >= 0n && fee.coupons <= fee.amount + fee.included);
    must('and nothing of a fee that none covers', fee.coupons === 0n || coupons.some((coupon) => isCovered(coupon, fee)));
  }
  for (const { appliedCouponId, amount, explain } of draft.couponsTaken) {
    const discount = coupons.find(({ id }) => id === appliedCouponId)?.discount;
    const base = BigInt(explain.inputs['base_cents'] ?? '');
    const shares = sum(explain.children.map((child) => Precise.toAmount(child.amount ?? Precise.zero)));
    must('the shares of a coupon sum to it', amount > 0n && shares === -amount);
    if (discount?.type === 'fixed_amount') must('a fixed amount is taken whole, as far as there is something to take it of', amount === (discount.amount < base ? discount.amount : base));
    else must('a percentage is rounded once', discount !== undefined && amount === rounded(millionths(discount) * base, 1_000_000n));
  }
  for (const coupon of coupons) {
    const left = sum(draft.fees.filter((fee) => isCovered(coupon, fee)).map((fee) => fee.amount + fee.included - fee.coupons));
    const taken = draft.couponsTaken.find(({ appliedCouponId: id }) => id === coupon.id)?.amount ?? 0n;
    if (coupon.discount.type === 'fixed_amount') must('what is left of a fixed amount found nothing more to take', taken === coupon.discount.amount || left === 0n);
  }
}

function taxesHold({ taxes }: AnyInvoice, draft: InvoiceDraft): void {
  must('taxes are their groups', sum(draft.taxes.map(({ amount }) => amount)) === draft.tax);
  must('who is exempt pays none', taxes.exemption === null || draft.tax === 0n);
  for (const { tax, base, amount } of draft.taxes) {
    const own = draft.fees.flatMap((fee) => fee.taxParts.filter((part) => part.tax === tax).map((part) => ({ fee, part })));
    must('a tax is the sum of its parts of the fees', sum(own.map(({ part }) => part.amount)) === amount && own.every(({ part }) => part.amount >= 0n));
    const earlier = (fee: FeeDraft) => sum(fee.taxParts.slice(0, fee.taxParts.findIndex((part) => part.tax === tax)).map((part) => part.amount));
    must('it is on what is left of them', sum(own.map(({ fee }) => fee.amount - fee.coupons + (tax.compound ? earlier(fee) : 0n))) === base);
    if (!tax.inclusive) must('a tax on top is its rate, rounded once', amount === rounded(millionths(tax) * base, 1_000_000n));
    const others = own.some(({ fee }) => fee.taxParts.filter((part) => part.tax.inclusive).length > 1);
    // Price × rate ÷ (1 + rate), where nothing else is in the price.
    if (tax.inclusive && !others) must('a tax in the price is taken out of it', amount === rounded(millionths(tax) * (base + amount), 1_000_000n + millionths(tax)));
  }
  for (const fee of draft.fees) {
    must('taxes of a fee are its parts', sum(fee.taxParts.map(({ amount }) => amount)) === fee.taxes);
    must('what was in its price is what was taken out', sum(fee.taxParts.filter(({ tax }) => tax.inclusive).map(({ amount }) => amount)) === fee.included);
  }
}

function totalsHold({ lines, currency }: AnyInvoice, draft: InvoiceDraft): void {
  must('net and taxes are the total', draft.subtotal - draft.coupons + draft.tax === draft.total);
  must('fees with their taxes are the total', sum(draft.fees.map(totalOfFee)) === draft.total && draft.fees.every((fee) => totalOfFee(fee) >= 0n));
  const onTop = sum(draft.taxes.filter(({ tax }) => !tax.inclusive).map(({ amount }) => amount));
  must('prices less coupons are paid, and what is on top', sum(lines.map((line) => priceOf(line, currency))) - draft.coupons + onTop === draft.total);
}

/** Credit notes, then wallets pay; returns what is left. */
function pay({ credits, wallets }: AnyInvoice, draft: InvoiceDraft): Amount {
  const taken = takeCredits(credits, draft.total);
  const credit = Amount.sum(taken.map(({ amount }) => amount));
  for (const [index, { id, balance }] of credits.entries()) {
    const used = sum(taken.filter(({ noteId }) => noteId === id).map(({ amount }) => amount));
    const later = taken.some(({ noteId }) => credits.slice(index + 1).some((other) => other.id === noteId));
    must('a note gives at most what is left of it, and the older first', used >= 0n && used <= balance && (used === balance || !later));
    must('credit is left only where nothing is due', used === balance || credit === draft.total);
  }
  const fees = dueFees(draft.fees.map((fee, index) => ({ id: String(index), type: fee.type, planCode: fee.planCode, metricCode: fee.metricCode, total: totalOfFee(fee) })), credit);
  must('what is due on fees is what is due', sum(fees.map(({ due }) => due)) === draft.total - credit && fees.every(({ due }) => due >= 0n));
  const uses = payFromWallets(fees, wallets);
  const paidOf = (key: 'feeId' | 'lotId' | 'walletId', id: string) => sum(uses.filter((use) => use[key] === id).map(({ amount }) => amount));
  const left = fees.map(({ id, due }) => due - paidOf('feeId', id));
  must('wallets pay at most what is due on a fee', left.every((amount) => amount >= 0n));
  for (const { id, lots, owed, scope } of wallets) {
    must('of a lot at most what is in it', lots.every((lot) => paidOf('lotId', lot.id) <= lot.remaining));
    const free = sum(lots.map(({ remaining }) => remaining)) - owed;
    const covered = (index: number) => {
      const fee = draft.fees[index];
      const allows = (list: readonly string[] | null, value: string | null | undefined) => list === null || (value != null && list.includes(value));
      return allows(scope.planCodes, fee?.planCode) && allows(scope.feeTypes, fee?.type) && allows(scope.metricCodes, fee?.metricCode);
    };
    must('only fees that they cover', uses.every((use) => use.walletId !== id || covered(Number(use.feeId))));
    const rest = free < 0n ? 0n : free - paidOf('walletId', id);
    must('and leave nothing unpaid that they could pay', rest >= 0n && (rest === 0n || left.every((amount, index) => amount === 0n || !covered(index))));
  }
  const wallet = sum(uses.map(({ amount }) => amount));
  const due = Amount.of(sum(left));
  must('credits, wallets and what is due are the total', credit + wallet + due === draft.total);
  return due;
}

/** The invoice as notes may give it back, with nothing given back yet. */
function creditable({ fees, taxes }: InvoiceDraft): CreditableInvoice {
  const given = { amount: Amount.zero, included: Amount.zero, coupons: Amount.zero };
  return {
    fees: fees.map(({ amount, included, coupons, taxParts }, index) => ({ id: String(index), amount, included, coupons, taxes: taxParts.map(({ tax }) => tax), given })),
    taxes: taxes.map(({ tax, amount }) => ({ tax, left: amount })),
  };
}

function after(invoice: CreditableInvoice, note: NonNullable<ReturnType<typeof composeNote>>): CreditableInvoice {
  const fees = invoice.fees.map((fee) => {
    const item = note.items.find(({ feeId }) => feeId === fee.id);
    if (item === undefined) return fee;
    const { amount, included, coupons } = fee.given;
    return { ...fee, given: { amount: Amount.add(amount, item.amount), included: Amount.add(included, item.included), coupons: Amount.add(coupons, item.coupons) } };
  });
  const own = (tax: Tax) => note.taxes.find((group) => groupKey(group.tax) === groupKey(tax))?.amount ?? Amount.zero;
  return { fees, taxes: invoice.taxes.map(({ tax, left }) => ({ tax, left: Amount.subtract(left, own(tax)) })) };
}

/** Gives the invoice back in parts, the last of all at the end. */
function giveBack({ notes, paid }: AnyInvoice, draft: InvoiceDraft, unpaid: Amount): void {
  let invoice = creditable(draft);
  const captured = Precise.toAmount(Precise.scale(Precise.ofMinor(unpaid), Fraction.of(paid, 100)));
  let [due, refunded, given] = [Amount.subtract(unpaid, captured), Amount.zero, 0n];
  for (const { type, fees: named, percent } of [...notes, { type: 'refund' as const, fees: 7, percent: 100 }]) {
    const parts = invoice.fees.flatMap((fee, index) => {
      const wanted = Precise.toAmount(Precise.scale(Precise.ofMinor(amountLeft(fee)), Fraction.of(percent, 100)));
      return (named >> index) % 2 === 0 || wanted === 0n ? [] : [partOfAmount(fee, wanted)];
    });
    const note = composeNote(invoice, parts);
    const split = note && splitNote(note.total, type, { due, refundable: Amount.subtract(captured, refunded) });
    if (note === null || split === null) continue;
    must('a note is what it lowers, gives and pays back', split.offset + split.credit + split.refund === note.total && Object.values(split).every((part) => part >= 0n));
    must('what is owed is lowered first', split.offset === (note.total < due ? note.total : due));
    [due, refunded, given] = [Amount.subtract(due, split.offset), Amount.add(refunded, split.refund), given + note.total];
    invoice = after(invoice, note);
    must('no fee is given back twice, nor its coupons', invoice.fees.every(({ amount, coupons, given: so }) => so.amount <= amount && so.coupons <= coupons));
    must('nor a tax, nor money', invoice.taxes.every(({ left }) => left >= 0n) && refunded <= captured);
  }
  must('in the end all of it was given back', given === draft.total && due === 0n);
  // A note of nothing is not made: what coupons had paid wholly stays where it is.
  must('what stays was the coupons’', invoice.fees.every(({ amount, coupons, given: so }) => amount - so.amount === coupons - so.coupons));
  must('and no tax stays', invoice.taxes.every(({ left }) => left === 0n));
}

it('coupons, taxes, credit notes and wallets: parts sum to wholes, in currencies of 0, 2, 3 and 4 digits', () => {
  fc.assert(
    fc.property(anInvoice, (facts) => {
      const { lines, currency, coupons, taxes } = facts;
      const fees = lines.map((line, index) => feeOfLine(line, index, currency));
      const draft = draftOfFees({ coupons, taxes }, { fees, at, currency, billingPeriod: Period.of(at, at) });
      feesHold(facts, draft);
      couponsHold(facts, draft);
      taxesHold(facts, draft);
      totalsHold(facts, draft);
      giveBack(facts, draft, pay(facts, draft));
    }),
    { numRuns: 10_000 },
  );
});
