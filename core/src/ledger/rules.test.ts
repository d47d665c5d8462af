import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, Rate } from '../money/index.ts';
import { balanced, credit, debit, type Entry, UnbalancedPosting } from './entry.ts';
import { creditApplied, type CreditedFee, creditIssued, creditVoided, daysEarned, type FeeDeferral, invoiceFinalized, paymentReceived, type PostedFee, refundPaid, reversalOf } from './rules.ts';
import { creditsPaid } from './walletRules.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const amount = Amount.of;
const span = (start: string, end: string) => ({ start: day(start), end: day(end) });
const shown = (entries: readonly Entry[]) => entries.map((entry) => [entry.on.toString(), entry.account, Amount.toNumber(entry.amount)]);

function feeOf(id: string, cents: number, days: PostedFee['days'] = null, coupons = 0): PostedFee {
  return { id, amount: amount(cents), coupons: amount(coupons), days };
}

/** An invoice of these fees without tax. */
function invoiceOf(...fees: PostedFee[]) {
  const net = fees.map((fee) => Amount.subtract(fee.amount, fee.coupons));
  return { total: Amount.sum(net), fees, taxes: [] };
}

/** What a ledger with these entries has of a fee. */
function deferralOf(entries: readonly Entry[], feeId: string): FeeDeferral {
  const of = (account: Entry['account']) =>
    entries.filter((entry) => entry.account === account && entry.feeId === feeId && entry.release).map(({ on, amount: part }) => ({ on, amount: part }));
  return { releases: of('deferred_revenue'), discounts: of('discounts') };
}

/** A note over parts of fees without coupons, tax or refund. */
const noteOf = (...fees: readonly Omit<CreditedFee, 'coupons'>[]) => ({ fees: fees.map((fee) => ({ ...fee, coupons: Amount.zero })), taxes: [], refund: Amount.zero });

function balances(entries: readonly Entry[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const entry of entries) sums[entry.account] = (sums[entry.account] ?? 0) + Amount.toNumber(entry.amount);
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
}

describe('a finalized invoice', () => {
  it('in arrears is owed and earned', () => {
    expect(shown(invoiceFinalized(invoiceOf(feeOf('plan', 1000, span('2026-01-01', '2026-02-01')), feeOf('calls', 137)), day('2026-02-01')))).toEqual([
      ['2026-02-01', 'receivable', 1137], ['2026-02-01', 'revenue', -1000], ['2026-02-01', 'revenue', -137],
    ]);
  });

  it('in advance is owed and deferred, and earned month by month', () => {
    expect(shown(invoiceFinalized(invoiceOf(feeOf('plan', 4900, span('2026-01-15', '2026-02-15'))), day('2026-01-15')))).toEqual([
      ['2026-01-15', 'receivable', 4900], ['2026-01-15', 'deferred_revenue', -4900],
      ['2026-01-31', 'deferred_revenue', 2687], ['2026-01-31', 'revenue', -2687],
      ['2026-02-14', 'deferred_revenue', 2213], ['2026-02-14', 'revenue', -2213],
    ]);
  });

  it('owes tax to its authority, and its discount is earned with the fee', () => {
    // 60.00 for 60 days less a coupon of 6.00, and 10.80 of tax on 54.00: 31 days to 31 January, 28 in February, the 1st of March.
    const tax = { jurisdiction: 'FR', rate: Rate.parse('20'), amount: amount(1080) };
    const invoice = { ...invoiceOf(feeOf('plan', 6000, span('2026-01-01', '2026-03-02'), 600)), taxes: [tax], total: amount(6480) };
    const entries = invoiceFinalized(invoice, day('2026-01-01'));
    expect(shown(entries)).toEqual([
      ['2026-01-01', 'receivable', 6480], ['2026-01-01', 'deferred_revenue', -5400],
      ['2026-01-31', 'deferred_revenue', 2790], ['2026-01-31', 'revenue', -3100],
      ['2026-02-28', 'deferred_revenue', 2520], ['2026-02-28', 'revenue', -2800],
      ['2026-03-01', 'deferred_revenue', 90], ['2026-03-01', 'revenue', -100],
      ['2026-01-31', 'discounts', 310], ['2026-02-28', 'discounts', 280], ['2026-03-01', 'discounts', 10],
      ['2026-01-01', 'tax_payable', -1080],
    ]);
    expect(entries.at(-1)?.tax).toEqual({ jurisdiction: 'FR', rate: Rate.parse('20') });
  });

  it('of nothing posts nothing', () => {
    expect(invoiceFinalized(invoiceOf(feeOf('plan', 0, span('2026-01-01', '2026-02-01'))), day('2026-01-01'))).toEqual([]);
  });

  it('whose parts do not sum to its total is refused', () => {
    expect(() => invoiceFinalized({ ...invoiceOf(feeOf('plan', 5)), total: amount(6) }, day('2026-01-01'))).toThrow(UnbalancedPosting);
    expect(() => balanced([debit('cash', amount(5), day('2026-01-01')), credit('receivable', amount(5), day('2026-01-02'))])).toThrow('2026-01-01');
  });
});

it('earns the price of a plan and of a fixed charge over the local days it touches, and usage at once', () => {
  const [from, to] = [Temporal.Instant.from('2026-01-15T05:00:00Z'), Temporal.Instant.from('2026-02-10T23:00:00Z')];
  // New York is five hours behind: from midnight of the 15th into the 10th, which is billed.
  const days = daysEarned('subscription', from, to, 'America/New_York');
  expect([days?.start.toString(), days?.end.toString()]).toEqual(['2026-01-15', '2026-02-11']);
  // A year of seats that is paid ahead is no more earned on its first day than the plan itself.
  expect(daysEarned('fixed_charge', from, to, 'America/New_York')).toEqual(days);
  expect(daysEarned('charge', from, to, 'America/New_York')).toBeNull();
  expect(daysEarned('commitment', from, to, 'America/New_York')).toBeNull();
  expect(daysEarned('subscription', null, null, 'UTC')).toBeNull();
});

describe('a credit note', () => {
  const july = invoiceFinalized(invoiceOf(feeOf('plan', 3100, span('2026-07-01', '2026-08-01'))), day('2026-07-01'));

  it('for unused days leaves nothing to be released after the last day that was used', () => {
    // 31.00 for July, ended on the 10th: 21 days are given back and ten are earned.
    const issued = creditIssued(
      noteOf({ feeId: 'plan', amount: amount(2100), deferral: deferralOf(july, 'plan'), keptDays: span('2026-07-01', '2026-07-11') }),
      day('2026-07-10'),
    );
    expect(shown(issued)).toEqual([
      ['2026-07-10', 'deferred_revenue', 2100],
      ['2026-07-31', 'deferred_revenue', -3100], ['2026-07-31', 'revenue', 3100],
      ['2026-07-10', 'deferred_revenue', 1000], ['2026-07-10', 'revenue', -1000],
      ['2026-07-10', 'customer_credit', -2100],
    ]);
    expect(balances([...july, ...issued])).toEqual({ receivable: 3100, revenue: -1000, customer_credit: -2100 });
  });

  it('in a later month leaves the months before as they were', () => {
    // 365.00 for a year, ended on 10 March, the 69th day: 296 days are given back, and of March ten are earned.
    const year = invoiceFinalized(invoiceOf(feeOf('plan', 36_500, span('2026-01-01', '2027-01-01'))), day('2026-01-01'));
    const issued = creditIssued(
      noteOf({ feeId: 'plan', amount: amount(29_600), deferral: deferralOf(year, 'plan'), keptDays: span('2026-01-01', '2026-03-11') }),
      day('2026-03-10'),
    );
    const months = new Map<string, number>();
    for (const entry of [...year, ...issued]) {
      const month = entry.on.toPlainYearMonth().toString();
      if (entry.account === 'revenue') months.set(month, (months.get(month) ?? 0) - Amount.toNumber(entry.amount));
    }
    expect([...months].filter(([, sum]) => sum !== 0)).toEqual([['2026-01', 3100], ['2026-02', 2800], ['2026-03', 1000]]);
  });

  it('on what is earned takes revenue back', () => {
    for (const deferral of [null, deferralOf(july, 'plan')])
      expect(shown(creditIssued(noteOf({ feeId: 'plan', amount: amount(700), deferral, keptDays: span('2026-07-01', '2026-08-01') }), day('2026-08-02')))).toEqual([
        ['2026-08-02', 'revenue', 700], ['2026-08-02', 'customer_credit', -700],
      ]);
  });

  it('takes the coupon\'s share out of what is deferred, and what discounts are to come with it', () => {
    // 62.00 for July less half; ended on the 10th: 42.00 are given back, of which 21.00 were the coupon's. Ten days of 2.00 less 1.00 stay.
    const halved = invoiceFinalized(invoiceOf(feeOf('plan', 6200, span('2026-07-01', '2026-08-01'), 3100)), day('2026-07-01'));
    const credited = { feeId: 'plan', amount: amount(4200), coupons: amount(2100), deferral: deferralOf(halved, 'plan'), keptDays: span('2026-07-01', '2026-07-11') };
    const issued = creditIssued({ fees: [credited], taxes: [], refund: Amount.zero }, day('2026-07-10'));
    expect(shown(issued)).toEqual([
      ['2026-07-10', 'deferred_revenue', 2100],
      ['2026-07-31', 'deferred_revenue', -3100], ['2026-07-31', 'revenue', 6200],
      ['2026-07-10', 'deferred_revenue', 1000], ['2026-07-10', 'revenue', -2000],
      ['2026-07-31', 'discounts', -3100], ['2026-07-10', 'discounts', 1000],
      ['2026-07-10', 'customer_credit', -2100],
    ]);
    expect(balances([...halved, ...issued])).toEqual({ receivable: 3100, revenue: -2000, discounts: 1000, customer_credit: -2100 });
  });

  const tax = { jurisdiction: 'FR', rate: Rate.parse('20'), amount: amount(100) };
  const taxed = { fees: [{ feeId: 'calls', amount: amount(600), coupons: amount(100), deferral: null, keptDays: span('2026-07-01', '2026-08-01') }], taxes: [tax] };

  it('over earned revenue with a coupon and tax gives all three back; what is to be paid back is owed apart', () => {
    // 6.00 less 1.00, and 1.00 of tax: 6.00, of which 2.00 are paid back.
    expect(shown(creditIssued({ ...taxed, refund: amount(200) }, day('2026-08-02')))).toEqual([
      ['2026-08-02', 'revenue', 600], ['2026-08-02', 'discounts', -100], ['2026-08-02', 'tax_payable', 100],
      ['2026-08-02', 'customer_credit', -400], ['2026-08-02', 'refund_payable', -200],
    ]);
    expect(shown(refundPaid(amount(200), day('2026-08-03')))).toEqual([['2026-08-03', 'refund_payable', 200], ['2026-08-03', 'cash', -200]]);
  });

  it('that is voided leaves nothing in the books', () => {
    const issued = creditIssued({ ...taxed, refund: amount(200) }, day('2026-08-02'));
    expect(balances([...issued, ...creditVoided({ ...taxed, credit: amount(400), refund: amount(200) }, day('2026-09-01'))])).toEqual({});
  });

  it('is taken by an invoice, and given back', () => {
    expect(shown(creditApplied(amount(300), day('2026-08-01')))).toEqual([['2026-08-01', 'customer_credit', 300], ['2026-08-01', 'receivable', -300]]);
    expect(balances([...creditApplied(amount(300), day('2026-08-01')), ...creditApplied(amount(-300), day('2026-09-01'))])).toEqual({});
  });
});

it('credits of a wallet that are given back for money leave the sale open, until they are out of their wallet', () => {
  const fees = [{ feeId: 'credits', amount: amount(1000), coupons: Amount.zero, isCredits: true, deferral: null, keptDays: span('2026-08-01', '2026-08-02') }];
  const issued = creditIssued({ fees, taxes: [], refund: amount(1000) }, day('2026-08-01'));
  expect(shown(issued)).toEqual([['2026-08-01', 'wallet_pending', 1000], ['2026-08-01', 'refund_payable', -1000]]);
  expect(balances([...issued, ...creditsPaid('wallet', amount(-1000), day('2026-08-01'))])).toEqual({ wallet_cash: 1000, refund_payable: -1000 });
  expect(balances([...issued, ...creditVoided({ fees, taxes: [], credit: Amount.zero, refund: amount(1000) }, day('2026-09-01'))])).toEqual({});
});

it('a payment turns what is owed into cash', () => {
  expect(shown(paymentReceived(amount(500), day('2026-08-01')))).toEqual([['2026-08-01', 'cash', 500], ['2026-08-01', 'receivable', -500]]);
});

it('a void takes back on its day what was earned, and what was to be on its own', () => {
  const invoice = invoiceFinalized(invoiceOf(feeOf('plan', 4900, span('2026-01-15', '2026-02-15'))), day('2026-01-15'));
  expect(shown(reversalOf(invoice, day('2026-02-03')))).toEqual([
    ['2026-02-03', 'receivable', -4900], ['2026-02-03', 'deferred_revenue', 4900],
    ['2026-02-03', 'deferred_revenue', -2687], ['2026-02-03', 'revenue', 2687],
    ['2026-02-14', 'deferred_revenue', -2213], ['2026-02-14', 'revenue', 2213],
  ]);
});

describe('laws', () => {
  const cents = fc.integer({ min: 0, max: 1_000_000_000 });
  const days = fc.integer({ min: 0, max: 500 }).map((n) => day('2026-01-01').add({ days: n }));
  const spans = fc.tuple(days, fc.integer({ min: 1, max: 400 })).map(([start, length]) => ({ start, end: start.add({ days: length }) }));
  const fees = fc.array(fc.tuple(cents, fc.option(spans), fc.integer({ min: 0, max: 100 })), { minLength: 1, maxLength: 5 }).map((list) =>
    list.map(([size, period, percent], index) => feeOf(`fee ${index}`, size, period, Math.floor((size * percent) / 100))),
  );

  /** Not `balanced`: the sum of every day, added here. */
  function expectBalance(entries: readonly Entry[]): void {
    const sums = new Map<string, bigint>();
    for (const { on, amount: part } of entries) sums.set(on.toString(), (sums.get(on.toString()) ?? 0n) + part);
    expect([...sums.values()].every((sum) => sum === 0n)).toBe(true);
    expect(entries.some(({ amount: part }) => Amount.isZero(part))).toBe(false);
  }

  it('every posting balances on every day, and nothing stays deferred when all days are over', () => {
    fc.assert(
      fc.property(fees, days, days, fc.integer({ min: 0, max: 100 }), (lines, on, later, percent) => {
        const finalized = invoiceFinalized(invoiceOf(...lines), on);
        expectBalance(finalized);
        const creditedOn = Temporal.PlainDate.compare(on, later) < 0 ? later : on;
        const notes = lines.map((fee) => {
          const net = Amount.subtract(fee.amount, fee.coupons);
          const period = fee.days ?? { start: on, end: on };
          const cut = Temporal.PlainDate.compare(creditedOn, period.end) < 0 ? creditedOn : period.end;
          const keptDays = { start: period.start, end: Temporal.PlainDate.compare(cut, period.start) < 0 ? period.start : cut };
          const own = deferralOf(finalized, fee.id);
          const coupons = amount((fee.coupons * BigInt(percent)) / 100n);
          const given = Amount.add(amount((net * BigInt(percent)) / 100n), coupons);
          return { feeId: fee.id, amount: given, coupons, deferral: own.releases.length === 0 ? null : own, keptDays };
        });
        const issued = creditIssued({ fees: notes, taxes: [], refund: Amount.zero }, creditedOn);
        expectBalance(issued);
        const after = balances([...finalized, ...issued]);
        expect(after['deferred_revenue']).toBeUndefined();
        const credited = Amount.sum(notes.map((note) => Amount.subtract(note.amount, note.coupons)));
        expect((after['revenue'] ?? 0) + (after['discounts'] ?? 0)).toBe(-Number(invoiceOf(...lines).total) + Number(credited));

        const undone = reversalOf(finalized, later);
        expectBalance(undone);
        expect(balances([...finalized, ...undone])).toEqual({});
      }),
    );
  });

  it('the order of the fees changes nothing', () => {
    fc.assert(
      fc.property(fees, days, (lines, on) => {
        const sorted = (entries: readonly Entry[]) => shown(entries).map(String).sort();
        expect(sorted(invoiceFinalized(invoiceOf(...lines.toReversed()), on))).toEqual(sorted(invoiceFinalized(invoiceOf(...lines), on)));
      }),
    );
  });
});
