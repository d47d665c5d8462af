import { describe, expect, it } from 'vitest';
import { Precise, Quantity } from '../money/index.ts';
import { termsOf } from '../subscriptions/testing.ts';
import { type ChargeFacts, type ExplainNode, encodeExplain, explainInvoice, leavesSum, usageFees } from './index.ts';
import { chargeOf, draftSingle, factsAt, propertiesOf, usageFactsOf, used } from './testing.ts';

/** The tree as an indented text: label and, where there is money, the amount. */
function outline(node: ExplainNode, depth = 0): string[] {
  const amount = node.amount === null ? '' : ` = ${Precise.toString(node.amount)}`;
  return [`${'  '.repeat(depth)}${node.label}${amount}`, ...node.children.flatMap((child) => outline(child, depth + 1))];
}

/** What a reader gets who adds up the written amounts of the leaves by hand: exact, with as many places as they have. */
function sumOfWrittenLeaves(json: unknown): string {
  const leaves: string[] = [];
  collectLeaves(json, leaves);
  const places = Math.max(0, ...leaves.map((text) => text.split('.')[1]?.length ?? 0));
  const sum = leaves.reduce((total, text) => total + scaled(text, places), 0n);
  expect(sum % 10n ** BigInt(places)).toBe(0n);
  return String(sum / 10n ** BigInt(places));
}

function collectLeaves(json: unknown, leaves: string[]): void {
  const { amount_cents, children } = json as { amount_cents: string | null; children: unknown[] };
  if (children.length === 0 && amount_cents !== null) leaves.push(amount_cents);
  for (const child of children) collectLeaves(child, leaves);
}

function scaled(text: string, places: number): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const digits = BigInt(whole + fraction.padEnd(places, '0'));
  return text.startsWith('-') ? -digits : digits;
}

const tiers = propertiesOf('graduated', {
  tiers: [
    { up_to: 1000, unit_price: '0' },
    { up_to: null, unit_price: '0.002' },
  ],
});

describe('the explanation of an invoice', () => {
  it('goes from the total down to the tiers and what the rounding did', () => {
    const calls = chargeOf('api_calls', 'count', tiers, used('1777', 1777));
    const draft = draftSingle(factsAt('2026-02-01', 'periodic', [calls]));
    // 777 × 0.2 = 155.4, posted as 155. 4900 × 17 ÷ 31 as written: 40 digits, of which the last is rounded.
    expect(outline(explainInvoice(draft))).toEqual([
      'Invoice of 28.42 USD = 2842',
      '  Growth (17 of 31 days) = 2687',
      '    17 of 31 days of 49.00 USD = 2687.096774193548387096774193548387096774',
      '    Rounded to whole minor units, half away from zero = -0.096774193548387096774193548387096774',
      '  api_calls = 155',
      '    1777 units from 1777 events',
      '      The metric api_calls: number of events',
      '      Aggregated: 1777',
      '    Priced by the charge model graduated = 155.4',
      '      tier 1: 0 to 1000 = 0',
      '      tier 2: above 1000 = 155.4',
      '    Rounded to whole minor units, half away from zero = -0.4',
    ]);
  });

  it('sums to the total, in memory and as written', () => {
    const invoice = draftSingle(factsAt('2026-02-01', 'periodic'));
    const node = explainInvoice(invoice);
    expect(Precise.toString(leavesSum(node))).toBe('5560');
    expect(sumOfWrittenLeaves(JSON.parse(JSON.stringify(encodeExplain(node))))).toBe('5560');
  });

  it('sums as written where several quotients do not end', () => {
    // Two sevenths and three sevenths of a unit on two tiers: both steps are written with a rounded last digit.
    const sevenths = (n: bigint) => Quantity.scale(Quantity.one, { numerator: n, denominator: 7n });
    const entries = [
      { units: Quantity.one, days: 2 },
      { units: Quantity.one, days: 3 },
    ];
    const base = used('0', 2, { fullUnits: Quantity.parse('2'), prorated: { entries, periodDays: 7 } });
    const charge = chargeOf(
      'seats',
      'sum',
      propertiesOf('graduated', { tiers: [{ up_to: 1, unit_price: '1' }, { up_to: null, unit_price: '0.5' }] }),
      { ...base, usage: { ...base.usage, units: sevenths(5n) } },
    );
    const fee = draftSingle(factsAt('2026-02-01', 'periodic', [charge])).fees[1] ?? expect.fail('one charge');
    // 100 × 2/7 + 50 × 3/7 = 350/7 = 50 exactly, though neither step ends.
    expect(fee.amount).toBe(50n);
    expect(Precise.toString(fee.precise)).toBe('50');
    expect(sumOfWrittenLeaves(JSON.parse(JSON.stringify(encodeExplain(fee.explain))))).toBe('50');
  });
});

describe('how the units came about', () => {
  const feeOf = (charge: ChargeFacts, index = 0) => {
    const usage = factsAt('2026-02-01', 'periodic').invoicePlan.usage ?? expect.fail('a boundary has usage');
    return usageFees(usageFactsOf([charge], usage))[index] ?? expect.fail('a line');
  };
  const quantityOf = (charge: ChargeFacts, index = 0): ExplainNode =>
    feeOf(charge, index).explain.children[0] ?? expect.fail('a quantity');
  const paid = propertiesOf('standard', { amount: '1' });

  it('shows the rounding of the metric', () => {
    const charge = chargeOf('gb', 'sum', paid, used('13', 5, { unrounded: '12.3' }));
    const rounding = { function: 'ceil', precision: 0 } as const;
    const metric = { ...charge.definition.metric, name: 'Gigabytes', rounding };
    expect(outline(quantityOf({ ...charge, definition: { ...charge.definition, metric } }))).toEqual([
      '13 units from 5 events',
      '  The metric Gigabytes: sum of the values',
      '  Aggregated: 12.3',
      '  Rounded (ceil) at 0 decimal places: 12.3 to 13',
    ]);
  });

  it('shows the weight of days', () => {
    const charge = chargeOf('seats', 'unique_count', paid, used('5', 10, { fullUnits: Quantity.parse('10') }));
    expect(outline(quantityOf(charge))).toEqual([
      '10 units from 10 events',
      '  The metric seats: number of different values present',
      '  Aggregated: 10',
      '  Weighted by the days they were there: 5 of 10 units',
    ]);
  });

  it('counts one of each in the singular', () => {
    expect(outline(quantityOf(chargeOf('calls', 'count', paid, used('1', 1))))[0]).toBe('1 unit from 1 event');
  });

  const filters = [
    { id: 'eu', conditions: [{ key: 'region', values: ['eu'] }], properties: paid, invoiceDisplayName: null },
    {
      id: 'eu-gold',
      conditions: [{ key: 'region', values: ['eu'] }, { key: 'tier', values: [] }],
      properties: paid,
      invoiceDisplayName: null,
    },
  ];
  const filtered = chargeOf('calls', 'count', paid, used('2', 2, { filterId: 'eu', group: { model: null } }));
  const charge = { ...filtered, definition: { ...filtered.definition, filters } };

  it('names the filter and the group', () => {
    expect(outline(quantityOf(charge)).slice(2, 4)).toEqual([
      '  Only events with region: eu',
      '  Only the group model: none',
    ]);
  });

  it('selects the events of a line, less those of filters that come first', () => {
    const eu = [{ key: 'region', values: ['eu'] }];
    const gold = [...eu, { key: 'tier', values: [] }];
    const selected = (index: number) => quantityOf(charge, index).events;
    expect(selected(0)).toMatchObject({ conditions: eu, except: [gold], group: { model: null } });
    expect(selected(1)).toMatchObject({ conditions: gold, except: [], group: null });
    expect(selected(2)).toMatchObject({ conditions: [], except: [eu, gold], group: null });
  });

  it('takes nothing away for a filter without conditions, which matches no event', () => {
    const empty = { id: 'empty', conditions: [], properties: paid, invoiceDisplayName: 'Empty' };
    const definition = { ...charge.definition, filters: [empty, ...filters] };
    expect(quantityOf({ ...charge, definition }, 3).events?.except).toHaveLength(2);
  });

  it('writes the selector with everything that finds the events again', () => {
    const json = encodeExplain(quantityOf(charge));
    expect(json).toMatchObject({
      kind: 'quantity',
      amount_cents: null,
      events: {
        metric_code: 'calls',
        external_customer_id: 'acme',
        external_subscription_id: 'acme-growth',
        from: '2026-01-15T05:00:00Z',
        to: '2026-02-01T05:00:00Z',
        conditions: [{ key: 'region', values: ['eu'] }],
        except: [[{ key: 'region', values: ['eu'] }, { key: 'tier', values: [] }]],
        group: { model: null },
      },
    });
  });

  it('reaches back to the beginning for a recurring metric', () => {
    const metric = { ...filtered.definition.metric, recurring: true };
    const events = quantityOf({ ...filtered, definition: { ...charge.definition, metric } }).events;
    expect(events?.from).toBeNull();
  });
});

describe('the explanation of a plan fee', () => {
  it('says of a whole period that it is one', () => {
    const draft = draftSingle(factsAt('2026-02-01', 'periodic', [], termsOf({ startedAt: '2026-01-01' })));
    expect(outline(explainInvoice(draft))).toEqual([
      'Invoice of 49.00 USD = 4900',
      '  Growth = 4900',
      '    The whole period of 31 days at 49.00 USD = 4900',
      '    Rounded to whole minor units, half away from zero = 0',
    ]);
    expect(draft.fees[0]?.explain.inputs).toEqual({
      plan: 'Growth',
      paid: 'in arrears',
      from: '2026-01-01T05:00:00Z',
      to: '2026-02-01T05:00:00Z',
    });
  });
});
