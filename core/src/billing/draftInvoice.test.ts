import { describe, expect, it } from 'vitest';
import { Amount, Currency, Precise, Quantity } from '../money/index.ts';
import { spanOf, termsOf } from '../subscriptions/testing.ts';
import type { ChargeFacts, InvoiceDraft } from './index.ts';
import { chargeOf, draftSingle, factsAt, january, propertiesOf, used } from './testing.ts';

const ZONE = 'America/New_York';

/** The lines of an invoice: "Growth (17 of 31 days) 1 x 2687.096… = 2687". */
function lines({ fees }: InvoiceDraft): string[] {
  return fees.map(({ description, units, unitAmount, amount }) => {
    const price = Precise.toString(unitAmount);
    const short = price.length > 10 ? `${price.slice(0, 9)}…` : price;
    return `${description} ${Quantity.toString(units)} x ${short} = ${amount}`;
  });
}

describe('an invoice of a partial month with five charges', () => {
  const draft = draftSingle(factsAt('2026-02-01', 'periodic'));

  it('bills what each of them comes to by hand', () => {
    expect(lines(draft)).toEqual([
      // 4900 × 17 ÷ 31 = 83300 ÷ 31 = 2687.0967…
      'Growth (17 of 31 days) 1 x 2687.0967… = 2687',
      // 1,000 free, 500 at 0.2 cents: 100; over 1,500 units that is 0.0666… each.
      'api_calls 1500 x 0.0666666… = 100',
      // 12,345 less 5,000 free are 7.345, so 8 packages at 50; 400 ÷ 12345 = 0.0324…
      'tokens 12345 x 0.0324017… = 400',
      // 80 units are in the second tier: 80 × 8 + 100.
      'storage 80 x 9.25 = 740',
      'seats 7 x 150 = 1050',
      // 2.9 % of 169.95 is 4.92855, and 3 × 0.30: 582.855 cents.
      'card_volume 169.95 x 3.4295675… = 583',
    ]);
    expect([draft.subtotal, draft.total].map(Amount.toNumber)).toEqual([5560, 5560]);
  });

  it('says what each line covers and where it comes from', () => {
    expect(spanOf(draft.billingPeriod, ZONE)).toBe('2026-01-15..2026-02-01');
    expect(draft.fees.map(({ from, to }) => spanOf({ start: from, end: to }, ZONE))).toEqual(
      Array(6).fill('2026-01-15..2026-02-01'),
    );
    expect(draft.fees.map(({ type, chargeId, metricCode, eventsCount }) => [type, chargeId, metricCode, eventsCount])).toEqual([
      ['subscription', null, null, 0n],
      ['charge', 'charge-api_calls', 'api_calls', 1500n],
      ['charge', 'charge-tokens', 'tokens', 3n],
      ['charge', 'charge-storage', 'storage', 3n],
      ['charge', 'charge-seats', 'seats', 9n],
      ['charge', 'charge-card_volume', 'card_volume', 3n],
    ]);
  });

  it('keeps the properties it was priced by', () => {
    expect(draft.fees[0]?.properties).toEqual({
      amount_cents: 4900,
      interval: 'monthly',
      interval_count: 1,
      pay_in_advance: false,
      days: 17,
      period_days: 31,
    });
    expect(draft.fees[4]?.properties).toEqual({ amount: '1.5' });
  });

  it('keeps the exact amount beside the posted one', () => {
    expect(draft.fees.map(({ precise }) => Precise.toString(precise))).toEqual([
      expect.stringMatching(/^2687\.0967741935483870967741935483870967/),
      '100',
      '400',
      '740',
      '1050',
      '582.855',
    ]);
  });
});

describe('which lines an invoice has', () => {
  const free = propertiesOf('standard', { amount: '0' });
  const paid = propertiesOf('standard', { amount: '1.50' });
  const flat = propertiesOf('graduated', {
    graduated_ranges: [{ from_value: 0, to_value: null, per_unit_amount: '0.01', flat_amount: '5.00' }],
  });
  const draftOf = (...charges: ChargeFacts[]) => lines(draftSingle(factsAt('2026-02-01', 'periodic', charges))).slice(1);

  it.each([
    ['units that cost nothing', chargeOf('calls', 'count', free, used('3', 3)), ['calls 3 x 0 = 0']],
    ['no units', chargeOf('calls', 'count', paid), []],
    ['events without units', chargeOf('tokens', 'sum', paid, used('0', 4)), []],
    ['a flat amount without units', chargeOf('calls', 'count', flat), ['calls 0 x 0 = 500']],
    ['a negative quantity, which costs nothing', chargeOf('tokens', 'sum', paid, used('-2.5', 1)), ['tokens -2.5 x 0 = 0']],
  ])('%s', (_name, charge, expected) => {
    expect(draftOf(charge)).toEqual(expected);
  });

  it('leaves out charges that are not invoiced', () => {
    const charge = chargeOf('calls', 'count', paid, used('3', 3));
    expect(draftOf({ ...charge, definition: { ...charge.definition, invoiceable: false } })).toEqual([]);
  });

  it('names filters and groups, the base last', () => {
    const filters = [
      { id: 'eu', conditions: [{ key: 'region', values: ['eu', 'uk'] }], properties: paid, invoiceDisplayName: null },
      { id: 'us', conditions: [{ key: 'region', values: ['us'] }], properties: paid, invoiceDisplayName: 'Calls in America' },
    ];
    const charge = chargeOf(
      'calls',
      'count',
      paid,
      used('1', 1),
      used('3', 3, { filterId: 'us', group: { model: 'small' } }),
      used('2', 2, { filterId: 'us', group: { model: 'large' } }),
      used('4', 4, { filterId: 'us', group: { model: null } }),
      used('5', 5, { filterId: 'eu' }),
    );
    expect(draftOf({ ...charge, definition: { ...charge.definition, filters } })).toEqual([
      'calls (region: eu, uk) 5 x 150 = 750',
      'Calls in America, model: large 2 x 150 = 300',
      'Calls in America, model: small 3 x 150 = 450',
      'Calls in America, model: none 4 x 150 = 600',
      'calls 1 x 150 = 150',
    ]);
  });

  it('shows the full units of a prorated charge', () => {
    // 10 units for 17 of 31 days weigh 5.48387…; at 1.50 that is 822.58… cents, or 82.258… for each of the ten.
    const weighted = Quantity.scale(Quantity.parse('10'), { numerator: 17n, denominator: 31n });
    const measured = used('0', 1, { fullUnits: Quantity.parse('10') });
    const charge = chargeOf('seats', 'sum', paid, { ...measured, usage: { ...measured.usage, units: weighted } });
    expect(draftOf(charge)).toEqual(['seats 10 x 82.258064… = 823']);
  });

  it('refuses usage that would be billed never or twice', () => {
    expect(() => draftOf(chargeOf('calls', 'count', paid, used('1', 1, { filterId: 'gone' })))).toThrow(RangeError);
    expect(() => draftOf(chargeOf('calls', 'count', paid, used('1', 1), used('2', 2)))).toThrow(RangeError);
  });
});

describe('every kind of invoice', () => {
  const advance = { payInAdvance: true };

  it('at the start has the advance fee alone', () => {
    const draft = draftSingle(factsAt('2026-01-15', 'start', january, termsOf({ plan: advance })));
    expect(lines(draft)).toEqual(['Growth (17 of 31 days) 1 x 2687.0967… = 2687']);
  });

  it('in advance has the usage of the ended period and the fee of the coming one', () => {
    const draft = draftSingle(factsAt('2026-02-01', 'periodic', january, termsOf({ plan: advance })));
    expect(lines(draft)[0]).toBe('Growth 1 x 4900 = 4900');
    // 4900 + 100 + 400 + 740 + 1050 + 583
    expect(draft.total).toBe(7773n);
    expect(spanOf(draft.billingPeriod, ZONE)).toBe('2026-02-01..2026-03-01');
    expect(draft.fees.map(({ from }) => from.toString())).toEqual([
      '2026-02-01T05:00:00Z',
      ...Array(5).fill('2026-01-15T05:00:00Z'),
    ]);
  });

  it('at the end of a trial bills from that day', () => {
    const terms = termsOf({ startedAt: '2026-01-15 10:00', trialEndsAt: '2026-01-29 10:00', plan: advance });
    // 4900 × 3 ÷ 31 = 474.19…
    expect(lines(draftSingle(factsAt('2026-01-29 10:00', 'trial_end', january, terms)))).toEqual([
      'Growth (3 of 31 days) 1 x 474.19354… = 474',
    ]);
  });

  it('at a termination bills the days and the usage so far', () => {
    // 15 to 20 January are 6 days: 4900 × 6 ÷ 31 = 948.38…
    const draft = draftSingle(factsAt('2026-01-20 18:00', 'termination', january.slice(3, 4)));
    expect(lines(draft)).toEqual(['Growth (6 of 31 days) 1 x 948.38709… = 948', 'seats 7 x 150 = 1050']);
    expect(draft.fees.map(({ to }) => to.toString())).toEqual(['2026-01-20T23:00:00Z', '2026-01-20T23:00:00Z']);
  });

  it('between the boundaries of a longer plan carries usage alone', () => {
    const terms = termsOf({ plan: { interval: 'yearly', billChargesMonthly: true } });
    expect(lines(draftSingle(factsAt('2026-02-01', 'periodic', january.slice(3, 4), terms)))).toEqual([
      'seats 7 x 150 = 1050',
    ]);
  });

  it('of a free plan keeps its line', () => {
    const terms = termsOf({ startedAt: '2026-01-01', plan: { amount: Amount.zero } });
    expect(lines(draftSingle(factsAt('2026-02-01', 'periodic', [], terms)))).toEqual(['Growth 1 x 0 = 0']);
  });

  it('in another currency is in its minor units', () => {
    // 4900 yen × 17 ÷ 31 is 2687 yen; 7 seats at 1.50 yen are 10.5 yen, posted as 11.
    const terms = termsOf({ currency: Currency.parse('JPY') });
    const draft = draftSingle(factsAt('2026-02-01', 'periodic', january.slice(3, 4), terms));
    expect(draft.fees.map(({ amount }) => Amount.toNumber(amount))).toEqual([2687, 11]);
  });
});
