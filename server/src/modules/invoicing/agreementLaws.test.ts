import { Precise } from '@farthing/core/money';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Call, clockArrived, startTestApp, type TestApp } from '../../testing/app.ts';

// The law: estimates, current usage, the simulation of a plan, the preview of an invoice and the invoice are the same prices of the same
// usage, whatever the plan and whatever order events come in. Where two of them say different things, `agree` says by which rule.

interface Charge {
  readonly metric: 'count' | 'sum' | 'max';
  readonly model: 'standard' | 'graduated' | 'volume' | 'package' | 'percentage';
  readonly prices: readonly [string, string];
  readonly flats: readonly [string, string];
  readonly bound: number;
  readonly grouped: boolean;
  readonly filtered: boolean;
  readonly payInAdvance: boolean;
  readonly minimum: number | null;
}

interface Sent {
  readonly metric: Charge['metric'];
  readonly day: number;
  readonly v: string;
  readonly region: string | null;
  readonly team: string | null;
}

const decimal = (min: number, max: number) => fc.integer({ min, max }).map((n) => (n / 1000).toFixed(3));
const metric = fc.constantFrom<Charge['metric']>('count', 'sum', 'max');

const charge: fc.Arbitrary<Charge> = fc.record({
  metric,
  model: fc.constantFrom<Charge['model']>('standard', 'graduated', 'volume', 'package', 'percentage'),
  prices: fc.tuple(decimal(1, 3000), decimal(1, 3000)),
  flats: fc.tuple(decimal(0, 2000), decimal(0, 2000)),
  bound: fc.integer({ min: 1, max: 9 }),
  grouped: fc.boolean(),
  filtered: fc.boolean(),
  payInAdvance: fc.boolean(),
  minimum: fc.option(fc.integer({ min: 1, max: 9000 })),
});

/** Of any day up to now in any order, so that many come late, and of any sign, so that usage falls. */
const sent: fc.Arbitrary<Sent> = fc.record({
  metric,
  day: fc.integer({ min: 1, max: 19 }),
  v: decimal(-4000, 9000),
  region: fc.constantFrom('eu', 'us', null),
  team: fc.constantFrom('a', 'b', null),
});

function propertiesOf({ model, prices: [first, second], flats: [flat, next], bound, grouped }: Charge): object {
  const by = grouped ? { pricing_group_keys: ['team'] } : {};
  if (model === 'standard') return { amount: first, ...by };
  if (model === 'percentage') return { rate: first, ...by };
  if (model === 'package') return { amount: first, package_size: bound, ...by };
  return { tiers: [{ up_to: bound, unit_price: first, flat_amount: flat }, { up_to: null, unit_price: second, flat_amount: next }], ...by };
}

/** Runs in its own organization, on 20 January at noon, with a subscription since the first. */
class World {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  async must(method: string, path: string, body?: unknown) {
    const answer = await this.#call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async begin(charges: readonly Charge[]) {
    await this.must('POST', '/v1/test_clock', { now: '2026-01-20T12:00:00Z' });
    const metrics = new Map<string, { readonly id: string; readonly filter: string }>();
    for (const code of ['count', 'sum', 'max']) {
      const { id } = await this.must('POST', '/v1/billable_metrics', { code, name: code, aggregation_type: code, ...(code === 'count' ? {} : { field_name: 'v' }) });
      const filter = await this.must('POST', `/v1/billable_metrics/${code}/filters`, { key: 'region', values: ['eu', 'us'] });
      metrics.set(code, { id, filter: filter.id });
    }
    await this.must('POST', '/v1/customers', { external_id: 'c', name: 'C', currency: 'USD' });
    const bodies = charges.map((one, index) => ({
      code: `charge-${index}`,
      billable_metric_id: metrics.get(one.metric)?.id,
      charge_model: one.model,
      properties: propertiesOf(one),
      filters: one.filtered ? [{ conditions: [{ billable_metric_filter_id: metrics.get(one.metric)?.filter, values: ['eu'] }], properties: propertiesOf({ ...one, prices: [one.prices[1], one.prices[0]] }) }] : [],
      pay_in_advance: one.payInAdvance,
      ...(one.minimum === null ? {} : { min_amount_cents: one.minimum }),
    }));
    const plan = await this.must('POST', '/v1/plans', { code: 'p', name: 'P', interval: 'monthly', amount_cents: 3100, currency: 'USD', charges: bodies });
    await this.must('POST', '/v1/subscriptions', { external_id: 's', customer_id: 'c', plan_id: 'p', started_at: '2026-01-01T00:00:00Z', billing_time: 'calendar' });
    return plan;
  }
}

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

interface Line {
  readonly charge_id: string | null;
  readonly units: string;
  readonly precise_amount_cents: string;
  readonly amount_cents: number;
  readonly grouped_by: unknown;
  readonly metric_code: string;
  readonly kind: string;
}

const sum = (lines: readonly { readonly precise_amount_cents: string }[]): Precise => Precise.sum(lines.map((line) => Precise.parse(line.precise_amount_cents)));
const texts = (lines: readonly Line[]): string[] =>
  lines.map((line) => JSON.stringify([line.metric_code, line.units, line.precise_amount_cents, line.amount_cents, line.grouped_by ?? {}])).toSorted();

async function agree(charges: readonly Charge[], events: readonly Sent[]): Promise<void> {
  const { id, sandbox } = await app.otherOrganization();
  const world = new World(sandbox);
  const plan = await world.begin(charges);
  const idOf = (index: number): string => plan.charges[index].id;
  const inAdvance = new Set(charges.flatMap((one, index) => (one.payInAdvance ? [idOf(index)] : [])));
  const current = async (): Promise<Line[]> => {
    const { charges: lines } = await world.must('GET', '/v1/customers/c/current_usage');
    return lines.map((line: Line & { billable_metric: { code: string } }) => ({ ...line, metric_code: line.billable_metric.code }));
  };

  const before = await current();
  const estimated = new Map<string, Precise>();
  for (const [place, { metric: code, day, v, region, team }] of events.entries()) {
    const properties = { v, ...(region === null ? {} : { region }), ...(team === null ? {} : { team }) };
    const estimate = await world.must('POST', '/v1/events/estimate_fees', { subscription_id: 's', code, properties });
    estimated.set(code, Precise.add(estimated.get(code) ?? Precise.zero, Precise.parse(estimate.precise_amount_cents)));
    await world.must('POST', '/v1/events', { transaction_id: `e${place}`, external_customer_id: 'c', code, timestamp: `2026-01-${String(day).padStart(2, '0')}T10:00:00Z`, properties });
  }
  const after = await current();

  // A charge that is paid in advance has a fee for each event; those are what they were estimated at.
  const expected = events.reduce((count, event) => count + charges.filter((one) => one.payInAdvance && one.metric === event.metric).length, 0);
  const single = await app.until(async () => {
    const fees: Line[] = (await world.must('GET', '/v1/fees?limit=1000')).filter(({ kind }: Line) => kind === 'in_advance');
    return fees.length >= expected ? fees : undefined;
  }, id);
  expect(single).toHaveLength(expected);

  // In arrears estimates are differences of exact costs, so that they telescope to what the period costs above what it costs without an
  // event; in advance they are the fees. Neither is rounded: only what is posted is.
  for (const code of ['count', 'sum', 'max']) {
    const arrears = (lines: readonly Line[]) => lines.filter((line) => line.metric_code === code && !inAdvance.has(line.charge_id ?? ''));
    const billed = Precise.add(Precise.subtract(sum(arrears(after)), sum(arrears(before))), sum(single.filter((fee) => fee.metric_code === code)));
    expect(Precise.toString(estimated.get(code) ?? Precise.zero), `estimates of ${code}`).toBe(Precise.toString(billed));
  }

  // A simulation prices one line of so many units by the charge's own properties; it takes none below zero.
  for (const [index, one] of charges.entries()) {
    const line = after.find(({ charge_id: of }) => of === idOf(index));
    if (one.grouped || one.filtered || line === undefined || line.units.startsWith('-')) continue;
    const simulated = await world.must('POST', '/v1/plans/p/simulate', { units: line.units });
    expect([simulated.charges[index].precise_amount_cents, simulated.charges[index].amount_cents], `simulation of charge ${index}`).toEqual([line.precise_amount_cents, line.amount_cents]);
  }

  const preview = await world.must('POST', '/v1/invoices/preview', { subscription_id: 's' });
  await world.must('POST', '/v1/test_clock/advance', { to: '2026-02-01T00:00:00Z' });
  await clockArrived(() => world.must('GET', '/v1/test_clock'));
  const invoices = await world.must('GET', '/v1/invoices?limit=1000');
  const invoice = invoices.find(({ fees }: { fees: readonly Line[] }) => fees.some((fee) => fee.kind !== 'in_advance'));

  expect(texts(invoice.fees), 'the invoice and its preview').toEqual(texts(preview.fees));
  expect([invoice.subtotal_cents, invoice.total_cents]).toEqual([preview.subtotal_cents, preview.total_cents]);
  // Current usage shows every charge; the invoice of the end those in arrears, line by line, without lines of no units that cost nothing.
  const used = after.filter((line) => !inAdvance.has(line.charge_id ?? '') && (line.units !== '0' || line.amount_cents !== 0));
  expect(texts(invoice.fees.filter(({ kind, metric_code: code }: Line) => kind === 'regular' && code !== null)), 'the invoice and current usage').toEqual(texts(used));
  // What is missing to a least amount is measured by posted amounts, of in advance those of single events.
  for (const [index, { minimum }] of charges.entries()) {
    const own = (lines: readonly Line[]) => lines.filter((fee) => fee.charge_id === idOf(index));
    const posted = own([...invoice.fees, ...single]).filter(({ kind }) => kind !== 'minimum').reduce((total, fee) => total + fee.amount_cents, 0);
    const missing = own(invoice.fees).filter(({ kind }) => kind === 'minimum').reduce((total, fee) => total + fee.amount_cents, 0);
    expect(missing, `what is missing of charge ${index}`).toBe(Math.max(0, (minimum ?? 0) - posted));
  }
}

/** A failure says its seed: with it, and a number of runs, it is seen again. */
const { FARTHING_AGREEMENT_RUNS: runs = '4', FARTHING_AGREEMENT_SEED: seed } = process.env;

it('estimates, current usage, simulation, preview and invoice agree', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(charge, { minLength: 1, maxLength: 4 }), fc.array(sent, { maxLength: 10, size: 'max' }), agree),
    { numRuns: Number(runs), endOnFailure: true, ...(seed === undefined ? {} : { seed: Number(seed) }) },
  );
});
