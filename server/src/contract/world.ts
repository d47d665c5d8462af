import type { Answer, Call, TestApp } from '../testing/app.ts';
import { untilAnswered } from '../testing/comesAbout.ts';
import { chargesOfEveryModel, eventFor, metricKinds } from './catalogue.ts';

/** An answer's body: of whatever shape the operation gives it. */
type Body = Answer['body'];

/** An environment with something of everything in it, made through the API, and ways to make more. */
export interface World {
  /** In every name and code of this world, and in no other's. */
  readonly marker: string;
  readonly call: Call;
  readonly admin: Call;
  /** The environment's own time when the world was made: after its events, within its open periods. */
  readonly now: string;
  /** Calls and answers the body; throws unless it was a success. */
  must(method: string, path: string, body?: unknown): Promise<Body>;
  /** A name that nothing else has. */
  name(): string;
  /** A number that was not given before, larger than those that were. */
  count(): number;
  /** Waits until a test clock that was set going has arrived. */
  settled(): Promise<void>;
  newCustomer(more?: object): Promise<Body>;
  newEntity(more?: object): Promise<Body>;
  newMetric(more?: object): Promise<Body>;
  newPlan(more?: object): Promise<Body>;
  /** A running subscription, of a customer of its own and paid yearly in advance: its first invoice exists at once. */
  newSubscription(more?: object): Promise<Body>;
  /** The first invoice of a new subscription: finalized, or a draft. */
  newInvoice(status: 'finalized' | 'draft'): Promise<Body>;
  /** A wallet with 100 credits given and as many minor units. */
  newWallet(more?: object): Promise<Body>;
  newEndpoint(more?: object): Promise<Body>;
  newKey(more?: object): Promise<Body>;
  readonly made: Made;
  /** The other forms of an id that was seen: prefixed, code, external_id. */
  namesOf(id: string): readonly string[];
}

/** What every world has once. */
interface Made {
  readonly entity: Body;
  readonly metric: Body;
  readonly filter: Body;
  readonly plan: Body;
  readonly customer: Body;
  readonly subscription: Body;
  readonly event: Body;
  readonly invoice: Body;
  /** Of two events. */
  readonly usageFee: Body;
  readonly draft: Body;
  readonly payment: Body;
  readonly creditNote: Body;
  /** With two lots of credits that paid parts of two invoices. */
  readonly wallet: Body;
  readonly endpoint: Body;
  readonly webhook: Body;
}

export interface WorldOptions {
  readonly app: Pick<TestApp, 'base' | 'admin'>;
  readonly call: Call;
  readonly marker: string;
  /** False in a live environment, whose time is real. */
  readonly testClock: boolean;
}

const startOfClock = '2026-01-10T00:00:00Z';
const endOfClock = '2026-02-15T00:00:00Z';

type Factory = Omit<World, 'made'>;

/** Remembers under which other names an id was shown. */
function namesSeen(): { learn(body: unknown): void; of(id: string): readonly string[] } {
  const names = new Map<string, Set<string>>();
  const learn = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const inner of Object.values(value)) learn(inner);
    if (!('id' in value) || typeof value.id !== 'string') return;
    const known = names.get(value.id) ?? new Set();
    for (const key of ['public_id', 'code', 'external_id']) {
      const other: unknown = Reflect.get(value, key);
      if (typeof other === 'string') known.add(other);
    }
    names.set(value.id, known);
  };
  return { learn, of: (id) => [...(names.get(id) ?? [])] };
}

function factory({ app, call, marker, testClock }: WorldOptions): Factory {
  const seen = namesSeen();
  let counted = 0;
  let endpoints: string[] = [];
  const now = testClock ? endOfClock : Temporal.Now.instant().toString();

  const must: World['must'] = async (method, path, body) => {
    const answer = await call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    seen.learn(answer.body);
    return answer.body;
  };
  const count = () => ++counted;
  const name = () => `${marker}-${count()}`;
  const make = (path: string, ordinary: () => object) => (more: object = {}) => must('POST', path, { ...ordinary(), ...more });

  const newCustomer = make('/v1/customers', () => ({ name: name(), external_id: name(), currency: 'USD' }));
  const newPlan = make('/v1/plans', () => ({ name: name(), code: name(), interval: 'yearly', amount_cents: 36_500, currency: 'USD', pay_in_advance: true }));
  // No call changes the plan of a subscription that it was not given: what needs no plan of its own shares one.
  let madePlan: Promise<Body> | null = null;
  const ordinaryPlan = () => {
    madePlan ??= newPlan();
    return madePlan;
  };
  const newSubscription: World['newSubscription'] = async (more = {}) => {
    const ordinary = { external_id: name(), billing_time: 'anniversary', started_at: now };
    const given = { customer_id: undefined, plan_id: undefined, ...more };
    const customer = given.customer_id ?? (await newCustomer()).id;
    const plan = given.plan_id ?? (await ordinaryPlan()).id;
    return must('POST', '/v1/subscriptions', { ...ordinary, ...more, customer_id: customer, plan_id: plan });
  };
  const firstInvoice = async (customerId: string) => {
    const [invoice] = await must('GET', `/v1/invoices?customer_id=${customerId}&limit=1`);
    return invoice;
  };

  return {
    marker, call, admin: app.admin, now, must, name, count, newCustomer, newPlan, newSubscription,
    settled: async () => {
      if (testClock) await untilAnswered(async () => ((await must('GET', '/v1/test_clock')).status === 'ready' ? true : undefined));
    },
    newEntity: make('/v1/billing_entities', () => ({ name: name(), code: name(), currency: 'USD' })),
    newMetric: make('/v1/billable_metrics', () => ({ name: name(), code: name(), aggregation_type: 'count' })),
    newInvoice: async (status) => {
      const customer = await newCustomer(status === 'draft' ? { invoice_grace_period: 30 } : { invoice_grace_period: 0 });
      await newSubscription({ customer_id: customer.id });
      return firstInvoice(customer.id);
    },
    newWallet: async (more: object = {}) => {
      const given = { customer_id: undefined, ...more };
      const customer = given.customer_id ?? (await newCustomer()).id;
      return must('POST', '/v1/wallets', { initial_granted_credits: 100, ...more, customer_id: customer });
    },
    // An environment has at most twenty; those of past calls have done their work.
    newEndpoint: async (more = {}) => {
      if (endpoints.length >= 5) {
        for (const id of endpoints) await call('DELETE', `/v1/webhook_endpoints/${id}`);
        endpoints = [];
      }
      const made = await must('POST', '/v1/webhook_endpoints', { url: `${app.base}/${name()}`, event_types: ['plan.deleted'], ...more });
      endpoints.push(made.id);
      return made;
    },
    newKey: make('/v1/organizations/current/api_keys', () => ({ name: name(), scopes: ['api_keys:read'] })),
    namesOf: seen.of,
  };
}

/** A customer with usage on a plan of every charge model, and the first invoice of it where time can be moved. */
async function makeUsage(world: Factory, testClock: boolean) {
  const { must, name } = world;
  const metrics = new Map<string, Body>();
  for (const kind of metricKinds) metrics.set(kind.aggregation_type, await world.newMetric(kind));
  const summed = metrics.get('sum');
  const filter = await must('POST', `/v1/billable_metrics/${summed.code}/filters`, { key: 'region', values: ['eu', 'us'] });
  const plan = await world.newPlan({ interval: 'monthly', pay_in_advance: false, charges: chargesOfEveryModel(metrics, filter.id) });
  const entity = await world.newEntity({ invoice_prefix: 'W' });
  const customer = await world.newCustomer({ billing_entity_id: entity.id, tags: ['rich'] });
  const started = testClock ? startOfClock : world.now;
  // In real time a month by the calendar may end at any moment, and the events of this world with it.
  const billing_time = testClock ? 'calendar' : 'anniversary';
  const subscription = await world.newSubscription({ customer_id: customer.id, plan_id: plan.id, started_at: started, billing_time });
  const events = [...metrics.values()].flatMap((metric) => [1, 2].map((n) => eventFor(metric.code, customer.external_id, name(), n, started)));
  const sent = await must('POST', '/v1/events/batch', { events });
  return { entity, metric: summed, filter, plan, customer, subscription, event: sent.events[0] };
}

/** The fee for the last hour's usage of a subscription that just ended. */
async function makeUsageFee({ must, name, now, newMetric, newPlan, newCustomer, newSubscription }: Factory) {
  const metric = await newMetric();
  const plan = await newPlan({ pay_in_advance: false, charges: [{ billable_metric_id: metric.id, charge_model: 'standard', properties: { amount: '1' } }] });
  const customer = await newCustomer({ invoice_grace_period: 0 });
  const began = Temporal.Instant.from(now).subtract({ hours: 1 }).toString();
  const subscription = await newSubscription({ customer_id: customer.id, plan_id: plan.id, started_at: began });
  for (const timestamp of [began, began]) {
    await must('POST', '/v1/events', { transaction_id: name(), external_customer_id: customer.external_id, code: metric.code, timestamp });
  }
  await must('DELETE', `/v1/subscriptions/${subscription.id}?on_termination_action=generate_invoice`);
  return untilAnswered(async () => {
    const fees = await must('GET', `/v1/fees?subscription_id=${subscription.id}`);
    return fees.find((fee: Body) => fee.events_count === 2);
  });
}

async function makeWallet(world: Factory) {
  const customer = await world.newCustomer({ invoice_grace_period: 0 });
  const wallet = await world.newWallet({ customer_id: customer.id });
  for (const _ of [1, 2]) {
    await world.must('POST', `/v1/wallets/${wallet.id}/top_up`, { credits: 50 });
    await world.must('POST', '/v1/invoices/one_off', { customer_id: customer.id, line_items: [{ description: 'Set-up', quantity: 1, unit_price: '0.60' }] });
  }
  return wallet;
}

async function makeMoney(world: Factory) {
  const { must } = world;
  const invoice = await world.newInvoice('finalized');
  const payment = await must('POST', '/v1/payments/record', { invoice_id: invoice.id, amount: 500, currency: 'USD' });
  const ending = await world.newSubscription();
  await must('DELETE', `/v1/subscriptions/${ending.id}?on_termination_action=generate_credit_note`);
  const [creditNote] = await must('GET', `/v1/credit_notes?customer_id=${ending.customer_id}`);
  return { invoice, draft: await world.newInvoice('draft'), usageFee: await makeUsageFee(world), payment, creditNote, wallet: await makeWallet(world) };
}

/** An endpoint whose receiver answers 404, and a message to it that was tried. */
async function makeWebhook(world: Factory, receiver: string) {
  const { must } = world;
  const endpoint = await must('POST', '/v1/webhook_endpoints', { url: receiver, event_types: ['billable_metric.deleted'] });
  const gone = await world.newMetric();
  await must('DELETE', `/v1/billable_metrics/${gone.id}`);
  const webhook = await untilAnswered(async () => {
    const [sent] = await must('GET', `/v1/webhook_endpoints/hooks/list?webhook_endpoint_id=${endpoint.id}`);
    return sent?.http_status === 404 ? sent : undefined;
  });
  return { endpoint, webhook };
}

/** Makes a world. */
export async function buildWorld(options: WorldOptions): Promise<World> {
  const world = factory(options);
  if (options.testClock) await world.must('POST', '/v1/test_clock', { now: startOfClock });
  const usage = await makeUsage(world, options.testClock);
  if (options.testClock) {
    await world.must('POST', '/v1/test_clock/advance', { to: endOfClock });
    await world.settled();
  }
  const money = await makeMoney(world);
  return { ...world, made: { ...usage, ...money, ...(await makeWebhook(world, `${options.app.base}/${world.name()}`)) } };
}
