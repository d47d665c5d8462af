import type { Answer, TestApp } from './app.ts';

type Body = Answer['body'];

/** A charge as tests say it: its metric, and beside what a plan takes, the keys and values of its filters. */
export interface ChargeSketch {
  readonly metric: string;
  readonly model?: string;
  readonly properties: object;
  readonly filters?: readonly { readonly on: Readonly<Record<string, readonly string[]>>; readonly properties?: object; readonly name?: string }[];
  readonly more?: object;
}

/** Makes what usage is measured on, by the API of the sandbox; throws what the API refuses. */
export interface UsageSetup {
  make(path: string, body: unknown): Promise<Body>;
  metric(code: string, more: object): Promise<void>;
  /** A customer with a subscription to a plan with these charges; answers the subscription. Both external ids are `name`. */
  subscribe(name: string, charges: readonly ChargeSketch[], more?: { customer?: object; subscription?: object; plan?: object }): Promise<Body>;
  send(customer: string, code: string, events: readonly (readonly [timestamp: string, properties?: object, subscription?: string])[]): Promise<Body>;
  get(path: string): Promise<Body>;
}

export function usageSetup(app: TestApp): UsageSetup {
  const metrics = new Map<string, string>();
  let sent = 0;

  const make = async (path: string, body: unknown): Promise<Body> => {
    const answer = await app.sandbox('POST', path, body);
    if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const get = async (path: string): Promise<Body> => {
    const answer = await app.sandbox('GET', path);
    if (answer.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const filterIds = new Map<string, Promise<Body>>();
  const filterOn = (metric: string, key: string): Promise<Body> => {
    const name = JSON.stringify([metric, key]);
    const known = filterIds.get(name) ?? make(`/v1/billable_metrics/${metric}/filters`, { key, values: [] });
    filterIds.set(name, known);
    return known;
  };
  const chargeInput = async ({ metric, model = 'standard', properties, filters = [], more = {} }: ChargeSketch) => {
    const inputs = [];
    for (const { on, properties: own = {}, name = null } of filters) {
      const conditions = [];
      for (const [key, values] of Object.entries(on)) conditions.push({ billable_metric_filter_id: (await filterOn(metric, key)).id, values });
      inputs.push({ conditions, properties: own, invoice_display_name: name });
    }
    return { billable_metric_id: metrics.get(metric), charge_model: model, properties, filters: inputs, ...more };
  };

  return {
    make,
    get,
    async metric(code, more) {
      metrics.set(code, (await make('/v1/billable_metrics', { code, name: `The ${code}`, ...more })).id);
    },
    async subscribe(name, charges, { customer = {}, subscription = {}, plan = {} } = {}) {
      const inputs = [];
      for (const charge of charges) inputs.push(await chargeInput(charge));
      await make('/v1/customers', { external_id: name, name, ...customer });
      const { id } = await make('/v1/plans', { code: `plan-${name}`, name, interval: 'monthly', amount_cents: 0, charges: inputs, ...plan });
      const dates = { started_at: '2026-01-01T00:00:00Z', billing_time: 'calendar' };
      return make('/v1/subscriptions', { external_id: name, customer_id: name, plan_id: id, ...dates, ...subscription });
    },
    async send(customer, code, events) {
      const batch = events.map(([timestamp, properties = {}, subscription = null]) => ({
        transaction_id: `sent-${++sent}`, external_customer_id: customer, external_subscription_id: subscription, code, timestamp, properties,
      }));
      const body = await make('/v1/events/batch', { events: batch });
      if (body.ingested !== batch.length) throw new Error(JSON.stringify(body.results));
      return body;
    },
  };
}
