import fc from 'fast-check';
import { it } from 'vitest';
import { Amount, Fraction, Precise } from '../money/index.ts';
import { computeTaxes, groupKey, type TaxPart } from '../taxes/index.ts';
import { taxOf } from '../taxes/testing.ts';
import {
  amountLeft, type ComposedNote, composeNote, type CreditableFee, type CreditableInvoice, type CreditedPart, type NoteSplit, partOfAmount, partOfPrice, priceLeft, splitNote, voidNote,
} from './index.ts';

const taxes = [[], [taxOf('19')], [taxOf('7')], [taxOf('5'), taxOf('9.5', { compound: true })], [taxOf('20', { inclusive: true })], [taxOf('8', { inclusive: true }), taxOf('19')]];

const invoices = fc.array(
  fc.record({ price: fc.integer({ min: 1, max: 3000 }), off: fc.integer({ min: 0, max: 4 }), taxes: fc.constantFrom(...taxes) }),
  { minLength: 1, maxLength: 4 },
);
const steps = fc.array(
  fc.record({
    do: fc.constantFrom('credit', 'refund', 'offset', 'void'),
    fees: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 2 }),
    percent: fc.integer({ min: 1, max: 130 }),
    byPrice: fc.boolean(),
  }),
  { maxLength: 8 },
);

interface Issued {
  readonly note: ComposedNote;
  readonly split: NoteSplit;
  voided: Amount;
}

const part = (of: Amount, percent: number): Amount => Precise.toAmount(Precise.scale(Precise.ofMinor(of), Fraction.of(percent, 100)));
const sum = (list: readonly Amount[]): Amount => Amount.sum(list);

/** An invoice of which a part was paid with money, and the notes on it. */
class Account {
  fees: readonly CreditableFee[];
  left: readonly TaxPart[];
  readonly total: Amount;
  readonly captured: Amount;
  due: Amount;
  readonly issued: Issued[] = [];

  constructor(lines: readonly { price: number; off: number; taxes: CreditableFee['taxes'] }[], paid: number) {
    const coupons = lines.map(({ price, off }) => part(Amount.of(price), off * 25));
    const { groups, lines: taxed } = computeTaxes(lines.map(({ price, taxes: own }, index) => ({ amount: Amount.subtract(Amount.of(price), coupons[index] ?? Amount.zero), taxes: own })));
    const none = { amount: Amount.zero, included: Amount.zero, coupons: Amount.zero };
    this.fees = lines.map(({ price, taxes: own }, index) => {
      const included = taxed[index]?.included ?? Amount.zero;
      return { id: String(index), amount: Amount.subtract(Amount.of(price), included), included, coupons: coupons[index] ?? Amount.zero, taxes: own, given: none };
    });
    this.left = groups;
    const net = sum(this.fees.map(({ amount, coupons: off }) => Amount.subtract(amount, off)));
    this.total = Amount.add(net, sum(groups.map(({ amount }) => amount)));
    this.captured = part(this.total, paid);
    this.due = Amount.subtract(this.total, this.captured);
  }

  get invoice(): CreditableInvoice {
    return { fees: this.fees, taxes: this.left.map(({ tax, amount }) => ({ tax, left: amount })) };
  }

  get refunded(): Amount {
    return sum(this.issued.map(({ split }) => split.refund));
  }

  /** What notes give back, less what of them was taken back. */
  get given(): Amount {
    return sum(this.issued.map(({ note, voided }) => Amount.subtract(note.total, voided)));
  }

  issue(parts: readonly CreditedPart[], type: 'credit' | 'refund' | 'offset'): void {
    const note = composeNote(this.invoice, parts);
    const split = note && splitNote(note.total, type, { due: this.due, refundable: Amount.subtract(this.captured, this.refunded) });
    if (note === null || split === null) return;
    must('a note is its items and their taxes', sum(note.items.map((item) => item.net)) + note.tax === note.total && sum(note.items.map((item) => item.taxes)) === note.tax);
    must('a note goes somewhere', Object.values(split).every((amount) => amount >= 0n) && sum(Object.values(split)) === note.total);
    this.due = Amount.subtract(this.due, split.offset);
    this.#move(note, 1n);
    this.issued.push({ note, split, voided: Amount.zero });
  }

  /** Takes back of the latest note so much of its credit. */
  void(percent: number): void {
    const last = this.issued.at(-1);
    if (last === undefined || last.voided > 0n) return;
    const left = part(last.split.credit, Math.min(percent, 100));
    if (left === 0n) return;
    const back = voidNote(last.note, left, this.fees);
    const { items, taxes: groups } = back;
    must('what is taken back is what is left', sum([...items.map(({ net }) => net), ...groups.map(({ amount }) => amount)]) === left);
    must('no more is taken back than was given', items.every((item, index) => item.amount <= (last.note.items[index]?.amount ?? 0n)));
    last.voided = left;
    this.#move(back, -1n);
  }

  #move({ items, taxes: groups }: Pick<ComposedNote, 'items' | 'taxes'>, sign: bigint): void {
    const by = (a: Amount, b: Amount | undefined): Amount => Amount.of(a + sign * (b ?? 0n));
    this.fees = this.fees.map((fee) => {
      const item = items.find(({ feeId }) => feeId === fee.id);
      const { amount, included, coupons } = fee.given;
      return { ...fee, given: { amount: by(amount, item?.amount), included: by(included, item?.included), coupons: by(coupons, item?.coupons) } };
    });
    const own = (tax: TaxPart['tax']) => groups.find((group) => groupKey(group.tax) === groupKey(tax))?.amount ?? Amount.zero;
    this.left = this.left.map((group) => ({ ...group, amount: Amount.of(group.amount - sign * own(group.tax)) }));
  }

  /** Notes never exceed their fees, nor refunds the money; nothing is ever below nothing. */
  check(): void {
    for (const { amount, included, coupons, given } of this.fees) {
      must('no fee is given back twice', given.amount >= 0n && given.amount <= amount);
      must('nor is the tax in its price', given.included >= 0n && given.included <= included);
      must('nor are its coupons', given.coupons >= 0n && given.coupons <= coupons);
      must('what is left of it holds what is left of its coupons', coupons - given.coupons <= amount - given.amount);
    }
    must('no tax is given back twice', this.left.every(({ amount }) => amount >= 0n));
    must('refunds are money that came', this.refunded <= this.captured);
    must('notes never exceed their invoice', this.given <= this.total);
    must('nothing is owed below nothing', this.due >= 0n);
  }
}

/** Not `expect`, which is asked a hundred thousand times here. */
function must(law: string, holds: boolean): void {
  if (!holds) throw new Error(law);
}

it('credits never exceed their lines, nor refunds the money, in whatever order; together they give back all there was', () => {
  fc.assert(
    fc.property(invoices, fc.integer({ min: 0, max: 100 }), steps, (lines, paid, doing) => {
      const account = new Account(lines, paid);
      for (const { do: what, fees: named, percent, byPrice } of doing) {
        const fees = account.fees.filter(({ id }) => named.includes(Number(id)) || named.includes(Number(id) - lines.length));
        const parts = fees.map((fee) => (byPrice ? partOfPrice(fee, part(priceLeft(fee), percent)) : partOfAmount(fee, part(amountLeft(fee), percent))));
        if (what === 'void') account.void(percent);
        else account.issue(parts.filter(({ amount }) => amount > 0n), what);
        account.check();
      }
      account.issue(account.fees.map((fee) => partOfAmount(fee, amountLeft(fee))).filter(({ amount }) => amount > 0n), 'refund');
      account.check();
      // What notes give back comes to the invoice, whatever went before and was taken back: coupons and tax are given back to the last minor unit.
      must('all is given back', account.given === account.total);
      must('with all of its tax', account.left.every(({ amount }) => amount === 0n));
    }),
    { numRuns: 10_000 },
  );
});
