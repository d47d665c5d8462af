import { Precise } from '@farthing/core/money';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Call, clockArrived, startTestApp, type TestApp } from '../../testing/app.ts';

// The law: estimates, current usage, the simulation of a plan, the preview of an invoice, the invoice and past usage are the same prices of the
// same usage, whatever the plan and whatever order events come in. Where two of them say different things, `agree` says by which rule.

const metrics = {
  count: { aggregation_type: 'count' },
  sum: { aggregation_type: 'sum', field_name: 'v' },
  rounded: { aggregation_type: 'sum', field_name: 'v', rounding_function: 'ceil' },
  max: { aggregation_type: 'max', field_name: 'v' },
  latest: { aggregation_type: 'latest', field_name: 'v' },
  unique: { aggregation_type: 'unique_count', field_name: 'who' },
  weighted: { aggregation_type: 'weighted_sum', field_name: 'v' },
  custom: { aggregation_type: 'custom', expression: 'v > 1 ? round(v * w, 1) : w' },
  keptCount: { aggregation_type: 'count', recurring: true },
  keptSum: { aggregation_type: 'sum', field_name: 'v', recurring: true },
  keptMax: { aggregation_type: 'max', field_name: 'v', recurring: true },
  keptLatest: { aggregation_type: 'latest', field_name: 'v', recurring: true },
  keptUnique: { aggregation_type: 'unique_count', field_name: 'who', recurring: true },
  keptWeighted: { aggregation_type: 'weighted_sum', field_name: 'v', recurring: true },
} as const;
type Metric = keyof typeof metrics;

const models = ['standard', 'graduated', 'volume', 'package', 'percentage', 'graduated_percentage', 'custom', 'dynamic'] as const;
/** Of percentages: how many events or units are exempt, and what an event pays at least or at most. */
const allowances = ['free_units_per_events', 'free_units_per_total_aggregation', 'per_transaction_min_amount', 'per_transaction_max_amount', 'fixed_amount'] as const;

interface Charge {
  readonly metric: Metric;
  readonly model: (typeof models)[number];
  readonly prices: readonly [string, string];
  readonly flats: readonly [string, string];
  readonly bound: number;
  readonly allowances: readonly (typeof allowances)[number][];
  readonly groups: readonly string[];
  readonly filters: readonly Readonly<Record<string, readonly string[]>>[];
  readonly payInAdvance: boolean;
  readonly prorated: boolean;
  readonly minimum: number | null;
}

interface Sent {
  /** Which charge's metric it is of. */
  readonly of: number;
  readonly day: number;
  readonly v: string;
  readonly w: string;
  readonly who: string;
  readonly operation_type: 'add' | 'remove';
  readonly unit_price: string;
  readonly quantity: string | null;
  readonly region: string | null;
  readonly tier: string | null;
  readonly team: string | null;
}

const decimal = (min: number, max: number) => fc.integer({ min, max }).map((n) => (n / 1000).toFixed(3));

const anyCharge: fc.Arbitrary<Omit<Charge, 'metric'> & { readonly of: number }> = fc.record({
  of: fc.nat(1000),
  model: fc.constantFrom(...models),
  prices: fc.tuple(decimal(1, 3000), decimal(1, 3000)),
  flats: fc.tuple(decimal(0, 2000), decimal(0, 2000)),
  bound: fc.integer({ min: 1, max: 9 }),
  allowances: fc.subarray([...allowances]),
  groups: fc.constantFrom([], [], ['team'], ['team', 'region']),
  filters: fc.constantFrom([], [], [{ region: ['eu'] }], [{ region: ['eu'] }, { region: ['eu', 'us'], tier: ['gold'] }], [{ tier: [] }, { region: ['us'], tier: [] }]),
  payInAdvance: fc.boolean(),
  prorated: fc.boolean(),
  minimum: fc.option(fc.integer({ min: 1, max: 9000 })),
});

const isRecurring = (metric: Metric): boolean => metric.startsWith('kept');
const isWeighted = (metric: Metric): boolean => metrics[metric].aggregation_type === 'weighted_sum';
const addsUp = (metric: Metric): boolean => !isRecurring(metric) && ['count', 'sum', 'custom'].includes(metrics[metric].aggregation_type);

/** The charge with what its metric and model do not allow left out. */
function allowed(given: Charge): Charge {
  const model = given.model === 'dynamic' && !addsUp(given.metric) ? 'standard' : given.model;
  const singly = model === 'percentage' && addsUp(given.metric);
  const prorated = given.prorated && ['keptCount', 'keptSum', 'keptUnique'].includes(given.metric) && model !== 'percentage';
  return {
    ...given,
    model,
    prorated,
    allowances: given.allowances.filter((name) => singly || name === 'fixed_amount'),
    payInAdvance: given.payInAdvance && !prorated && !isWeighted(given.metric),
  };
}

/** Of few metrics, so that several events meet on each, and each is priced in several ways. */
const charges: fc.Arbitrary<readonly Charge[]> = fc
  .tuple(fc.uniqueArray(fc.constantFrom(...(Object.keys(metrics) as Metric[])), { minLength: 1, maxLength: 3 }), fc.array(anyCharge, { minLength: 3, maxLength: 8 }))
  .map(([some, all]) => all.map(({ of, ...one }) => allowed({ ...one, metric: some[of % some.length] ?? 'count' })));

/** Of any day of the month up to its 19th in any order, so that many come late, and of any sign, so that usage falls. */
const sent: fc.Arbitrary<Sent> = fc.record({
  of: fc.nat(1000),
  day: fc.integer({ min: 1, max: 19 }),
  v: decimal(-4000, 9000),
  w: decimal(0, 5000),
  who: fc.constantFrom('ann', 'bob', 'cleo'),
  operation_type: fc.constantFrom('add', 'add', 'remove'),
  unit_price: decimal(0, 3000),
  quantity: fc.option(decimal(0, 5000)),
  region: fc.constantFrom('eu', 'us', null),
  tier: fc.constantFrom('gold', 'silver', null),
  team: fc.constantFrom('a', 'b', null),
});

interface Life {
  readonly charges: readonly Charge[];
  /** In December, which is billed before January is looked at: what is carried in. */
  readonly earlier: readonly Sent[];
  readonly events: readonly Sent[];
  /** January's come at their own time. */
  readonly punctual: boolean;
}

const life: fc.Arbitrary<Life> = fc.record({
  charges,
  earlier: fc.array(sent, { maxLength: 4 }),
  events: fc.array(sent, { minLength: 2, maxLength: 12, size: 'max' }),
  punctual: fc.boolean(),
});

function propertiesOf({ metric, model, prices: [first, second], flats, bound, allowances: named, groups }: Charge): object {
  const by = groups.length === 0 ? {} : { pricing_group_keys: groups };
  // A line of no units that costs less than a half of the least coin is not on a preview, by which levels are compared.
  const [flat, next] = flats.map((amount) => (isWeighted(metric) ? amount.slice(0, -1) : amount));
  if (model === 'standard') return { amount: first, ...by };
  if (model === 'custom') return { ...(bound % 2 === 0 ? { custom_amount: flat } : { unit_price: first }), ...by };
  if (model === 'dynamic') return by;
  if (model === 'package') return { amount: first, package_size: bound, free_units: flat, ...by };
  if (model === 'percentage') {
    const amounts = { free_units_per_events: String((bound % 3) + 1), free_units_per_total_aggregation: String(bound), per_transaction_min_amount: '0.05', per_transaction_max_amount: '0.09', fixed_amount: flat };
    return { rate: first, ...Object.fromEntries(named.map((name) => [name, amounts[name]])), ...by };
  }
  if (model === 'graduated_percentage')
    return { graduated_percentage_ranges: [{ from_value: 0, to_value: bound, rate: first, flat_amount: flat }, { from_value: bound, to_value: null, rate: second, flat_amount: next }], ...by };
  return { tiers: [{ up_to: bound, unit_price: first, flat_amount: flat }, { up_to: null, unit_price: second, flat_amount: next }], ...by };
}

interface Line {
  readonly charge_id: string | null;
  readonly units: string;
  readonly precise_amount_cents: string;
  readonly amount_cents: number;
  readonly grouped_by: unknown;
  readonly metric_code: string;
  readonly events_count: number;
  readonly kind: string;
  readonly from_datetime: string;
}

/** A subscription since 1 December in an organization of its own. */
class World {
  readonly #call: Call;
  #sent = 0;

  constructor(call: Call) {
    this.#call = call;
  }

  async must(method: string, path: string, body?: unknown) {
    const answer = await this.#call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)} for ${JSON.stringify(body)}`);
    return answer.body;
  }

  /** Makes it; gives the ids of the plan's charges. */
  async begin(charges: readonly Charge[]): Promise<readonly string[]> {
    await this.must('POST', '/v1/test_clock', { now: '2025-12-20T12:00:00Z' });
    const made = new Map<string, { readonly id: string; readonly filters: ReadonlyMap<string, string> }>();
    for (const code of new Set(charges.map(({ metric }) => metric))) {
      const { id } = await this.must('POST', '/v1/billable_metrics', { code, name: code, ...metrics[code] });
      const filters = new Map<string, string>();
      for (const [key, values] of [['region', ['eu', 'us']], ['tier', []]] as const) filters.set(key, (await this.must('POST', `/v1/billable_metrics/${code}/filters`, { key, values })).id);
      made.set(code, { id, filters });
    }
    await this.must('POST', '/v1/customers', { external_id: 'c', name: 'C', currency: 'USD' });
    const bodies = charges.map((one, index) => ({
      code: `charge-${index}`,
      billable_metric_id: made.get(one.metric)?.id,
      charge_model: one.model,
      properties: propertiesOf(one),
      filters: one.filters.map((where) => ({
        conditions: Object.entries(where).map(([key, values]) => ({ billable_metric_filter_id: made.get(one.metric)?.filters.get(key), values })),
        properties: propertiesOf({ ...one, prices: [one.prices[1], one.prices[0]] }),
      })),
      pay_in_advance: one.payInAdvance,
      prorated: one.prorated,
      ...(one.minimum === null ? {} : { min_amount_cents: one.minimum }),
    }));
    const plan = await this.must('POST', '/v1/plans', { code: 'p', name: 'P', interval: 'monthly', amount_cents: 3100, currency: 'USD', charges: bodies });
    await this.must('POST', '/v1/subscriptions', { external_id: 's', customer_id: 'c', plan_id: 'p', started_at: '2025-12-01T00:00:00Z', billing_time: 'calendar' });
    return plan.charges.map(({ id }: { id: string }) => id);
  }

  /** What an event says besides its place in time. */
  static propertiesOf({ of: _of, day: _day, ...properties }: Sent): Readonly<Record<string, string | null>> {
    return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
  }

  /** Sends one; without a month it is of now. */
  async send(code: Metric, event: Sent, month: string | null): Promise<void> {
    const at = month === null ? {} : { timestamp: `${month}-${String(event.day).padStart(2, '0')}T10:00:00Z` };
    await this.must('POST', '/v1/events', { transaction_id: `e${++this.#sent}`, external_customer_id: 'c', code, ...at, properties: World.propertiesOf(event) });
  }

  async usage(past: boolean): Promise<readonly Line[]> {
    const answer = await this.must('GET', `/v1/customers/c/${past ? 'past_usage?periods_count=1&' : 'current_usage?'}external_subscription_id=s`);
    const { charges } = past ? answer[0] : answer;
    return charges.map((line: Line & { billable_metric: { code: string } }) => ({ ...line, metric_code: line.billable_metric.code }));
  }

  async preview() {
    return this.must('POST', '/v1/invoices/preview', { subscription_id: 's' });
  }

  async advance(to: string): Promise<void> {
    await this.must('POST', '/v1/test_clock/advance', { to });
    await clockArrived(() => this.must('GET', '/v1/test_clock'));
  }

  /** The invoice of the month that ended at an instant. */
  async invoiceOf(end: string) {
    const invoices = await this.must('GET', '/v1/invoices?limit=1000');
    return invoices.find(({ fees, billing_period_end: at }: { fees: readonly Line[]; billing_period_end: string }) => at === end && fees.some((fee) => fee.kind !== 'in_advance'));
  }
}

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const sum = (lines: readonly { readonly precise_amount_cents: string }[]): Precise => Precise.sum(lines.map((line) => Precise.parse(line.precise_amount_cents)));
const texts = (lines: readonly Line[]): string[] =>
  lines.map((line) => JSON.stringify([line.metric_code, line.units, line.precise_amount_cents, line.amount_cents, line.grouped_by ?? {}])).toSorted();

/** The charges of a life with what they are called, and which of them an event is of. */
class Charges {
  readonly all: readonly (Charge & { readonly id: string })[];

  constructor(charges: readonly Charge[], ids: readonly string[]) {
    this.all = charges.map((one, index) => ({ ...one, id: ids[index] ?? '' }));
  }

  metricOf({ of }: Sent): Metric {
    return this.all[of % this.all.length]?.metric ?? 'count';
  }

  ofMetric(code: Metric) {
    return this.all.filter(({ metric }) => metric === code);
  }

  isArrears = ({ charge_id: id }: Line): boolean => this.all.some((one) => one.id === id && !one.payInAdvance);

  /** How many fees of their own these events get: one of each charge that is paid in advance. */
  feesOf(events: readonly Sent[]): number {
    return events.flatMap((event) => this.ofMetric(this.metricOf(event)).filter(({ payInAdvance }) => payInAdvance)).length;
  }

  /** Whether what an event adds to the cost of this metric depends on when it is dated. */
  dependsOnTime(code: Metric): boolean {
    const { aggregation_type: type } = metrics[code];
    return ['latest', 'unique_count', 'weighted_sum'].includes(type) || this.ofMetric(code).some((one) => one.prorated || one.allowances.some((name) => name.startsWith('free')));
  }
}

/** The fees of single events, once there are so many. */
async function feesInAdvance(world: World, organizationId: string, expected: number): Promise<readonly Line[]> {
  const fees = await app.until(async () => {
    const found: Line[] = (await world.must('GET', '/v1/fees?limit=1000')).filter(({ kind }: Line) => kind === 'in_advance');
    return found.length >= expected ? found : undefined;
  }, organizationId);
  expect(fees).toHaveLength(expected);
  return fees;
}

/** Whether so many units at once, in one event, are the usage of a line: that is what a simulation supposes; it takes none below zero, and 38 digits. */
function isSimulated({ model, metric, prorated, groups, filters }: Charge, { units, events_count: count }: Line): boolean {
  if (groups.length > 0 || filters.length > 0 || prorated || model === 'dynamic' || units.startsWith('-') || units.length > 38) return false;
  return model !== 'percentage' || (metric !== 'rounded' && count === (units === '0' ? 0 : 1));
}

async function agreeOnSimulation(world: World, charges: Charges, lines: readonly Line[]): Promise<void> {
  for (const [index, one] of charges.all.entries()) {
    const line = lines.find(({ charge_id: of }) => of === one.id);
    if (line === undefined || !isSimulated(one, line)) continue;
    const { charges: simulated } = await world.must('POST', '/v1/plans/p/simulate', { units: line.units });
    expect([simulated[index].precise_amount_cents, simulated[index].amount_cents], `simulation of charge ${index}`).toEqual([line.precise_amount_cents, line.amount_cents]);
  }
}

/** What is missing to a least amount is measured by posted amounts, of in advance those of single events. */
function agreeOnMinimums(charges: Charges, fees: readonly Line[], single: readonly Line[]): void {
  for (const { id, minimum } of charges.all) {
    const own = (lines: readonly Line[]) => lines.filter((fee) => fee.charge_id === id);
    const posted = own([...fees, ...single]).filter(({ kind }) => kind !== 'minimum').reduce((total, fee) => total + fee.amount_cents, 0);
    const missing = own(fees).filter(({ kind }) => kind === 'minimum').reduce((total, fee) => total + fee.amount_cents, 0);
    expect(missing, `what is missing of charge ${id}`).toBe(Math.max(0, (minimum ?? 0) - posted));
  }
}

/** Whether a charge costs no less for any event that comes. */
const onlyGrows = ({ metric, model }: Charge): boolean => ['count', 'max'].includes(metrics[metric].aggregation_type) && model !== 'volume';

/** Paid in advance, events have paid for all that usage shows of lines that have any; where a cost once fell, for more than that. */
function agreeOnAdvance(charges: Charges, lines: readonly Line[], single: readonly Line[]): void {
  for (const one of charges.all.filter(({ payInAdvance }) => payInAdvance)) {
    const own = ({ charge_id: id }: Line) => id === one.id;
    const [paid, cost] = [sum(single.filter(own)), sum(lines.filter((line) => own(line) && line.events_count > 0))];
    const difference = Precise.compare(paid, cost);
    expect(difference, `${Precise.toString(paid)} paid in advance for ${Precise.toString(cost)}`).toBeOneOf(onlyGrows(one) ? [0] : [0, 1]);
  }
}

/** What the usage costs so far: what is shown of it now, and the preview, which holds levels to the end of the month. */
const costsNow = async (world: World) => ({ current: await world.usage(false), preview: await world.preview() });
type Costs = Awaited<ReturnType<typeof costsNow>>;

/**
 * In arrears estimates are differences of exact costs, so that they telescope to what the period costs above what it cost without these
 * events; in advance they are the fees. Neither is rounded: only what is posted is. They are of events now.
 */
function agreeOnEstimates(charges: Charges, code: Metric, estimated: Precise, [before, after]: readonly [Costs, Costs], single: readonly Line[]): void {
  const isOf = (line: Line) => line.metric_code === code;
  // A preview does not say which of its lines are least amounts.
  if (isWeighted(code) && charges.ofMetric(code).some(({ minimum }) => minimum !== null)) return;
  const cost = ({ current, preview }: Costs) => sum(isWeighted(code) ? preview.fees.filter(isOf) : current.filter((line) => isOf(line) && charges.isArrears(line)));
  const billed = Precise.add(Precise.subtract(cost(after), cost(before)), sum(single.filter(isOf)));
  // Days and seconds make quotients, of which each is formed to so many digits: their differences do not cancel to the last of them.
  const divides = isWeighted(code) || charges.ofMetric(code).some(({ prorated }) => prorated);
  const shown = divides && isTiny(Precise.subtract(estimated, billed)) ? billed : estimated;
  expect(Precise.toString(shown), `estimates of ${code}`).toBe(Precise.toString(billed));
}

const tiny = Precise.parse('0.000000000000000000000000001');
const isTiny = (difference: Precise): boolean => [difference, Precise.negate(difference)].every((one) => Precise.compare(one, tiny) < 0);

async function agreeOnInvoice(world: World, charges: Charges, { preview, current }: Costs, single: readonly Line[], end: string): Promise<void> {
  const invoice = await world.invoiceOf(end);
  expect(texts(invoice.fees), 'the invoice and its preview').toEqual(texts(preview.fees));
  expect([invoice.subtotal_cents, invoice.total_cents]).toEqual([preview.subtotal_cents, preview.total_cents]);
  // Usage shows every charge; the invoice of the end those in arrears, line by line, without lines of no units that cost nothing. Up to now
  // a level was held only so far.
  const usage: Line[] = invoice.fees.filter(({ kind, metric_code: code }: Line) => kind === 'regular' && code !== null);
  const used = (lines: readonly Line[]) => lines.filter((line) => charges.isArrears(line) && (line.units !== '0' || line.amount_cents !== 0));
  const isHeld = ({ metric_code: code }: Line) => isWeighted(code as Metric);
  expect(texts(usage), 'the invoice and past usage').toEqual(texts(used(await world.usage(true))));
  expect(texts(usage.filter((line) => !isHeld(line))), 'the invoice and current usage').toEqual(texts(used(current).filter((line) => !isHeld(line))));
  agreeOnMinimums(charges, invoice.fees, single);
}

async function agree({ charges: given, earlier, events, punctual }: Life): Promise<void> {
  const { id, sandbox } = await app.otherOrganization();
  const world = new World(sandbox);
  const charges = new Charges(given, await world.begin(given));

  for (const event of earlier) await world.send(charges.metricOf(event), event, '2025-12');
  const feesOfDecember = await feesInAdvance(world, id, charges.feesOf(earlier));
  const december = await costsNow(world);
  await world.advance('2026-01-20T12:00:00Z');
  await agreeOnInvoice(world, charges, december, feesOfDecember, '2026-01-01T00:00:00Z');

  const before = await costsNow(world);
  const estimated = new Map<Metric, Precise>();
  for (const event of events) {
    const code = charges.metricOf(event);
    const estimate = await world.must('POST', '/v1/events/estimate_fees', { subscription_id: 's', code, properties: World.propertiesOf(event) });
    estimated.set(code, Precise.add(estimated.get(code) ?? Precise.zero, Precise.parse(estimate.precise_amount_cents)));
    await world.send(code, event, punctual ? null : '2026-01');
  }
  const fees = await feesInAdvance(world, id, charges.feesOf([...earlier, ...events]));
  const single = fees.filter(({ from_datetime: from }) => from.startsWith('2026-01'));
  const after = await costsNow(world);

  for (const [code, amount] of estimated) if (punctual || !charges.dependsOnTime(code)) agreeOnEstimates(charges, code, amount, [before, after], single);
  await agreeOnSimulation(world, charges, after.current);
  agreeOnAdvance(charges, after.current, single);
  await world.advance('2026-02-01T00:00:00Z');
  await agreeOnInvoice(world, charges, after, single, '2026-02-01T00:00:00Z');
}

/** A failure says its seed: with it, and a number of runs, it is seen again. */
const { FARTHING_AGREEMENT_RUNS: runs = '4', FARTHING_AGREEMENT_SEED: seed } = process.env;

it('estimates, current and past usage, simulation, preview and invoice agree', async () => {
  await fc.assert(
    fc.asyncProperty(life, agree),
    { numRuns: Number(runs), endOnFailure: true, ...(seed === undefined ? {} : { seed: Number(seed) }) },
  );
});
