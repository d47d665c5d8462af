import { customerName, workload } from './events.ts';
import { adminSecret, withClient } from './product.ts';

/** An organization made through the API, ready to meter. */
export interface Tenant {
  readonly liveKey: string;
  /** Of the live environment, as rows name it. */
  readonly tenantId: string;
}

type Body = Record<string, unknown>;

/** One call with JSON; throws what the API refuses. */
export async function call(base: string, key: string, method: string, path: string, body?: unknown): Promise<Body> {
  const credential: Record<string, string> = key === adminSecret ? { 'x-admin-secret': key } : { authorization: `Bearer ${key}` };
  const response = await fetch(base + path, {
    method,
    headers: { ...credential, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Body;
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** An organization with the benchmarks' metric, a plan that prices it apart by model, and customers who are subscribed to it. */
export async function makeTenant(base: string, adminUrl: string, customers: number, name = 'Benchmark'): Promise<Tenant> {
  const organization = await call(base, adminSecret, 'POST', '/v1/organizations', { name });
  const liveKey = String(organization['live_key']);
  const make = (path: string, body: unknown) => call(base, liveKey, 'POST', path, body);
  const metric = { code: workload.metric, name: 'Tokens', aggregation_type: 'sum', field_name: 'tokens' };
  const { id: metricId } = await make('/v1/billable_metrics', metric);
  const { id: filterId } = await make(`/v1/billable_metrics/${metricId}/filters`, { key: 'model', values: [] });
  const filters = [{ conditions: [{ billable_metric_filter_id: filterId, values: [workload.model] }], properties: { amount: '0.0002' } }];
  const charges = [{ billable_metric_id: metricId, charge_model: 'standard', properties: { amount: '0.0001' }, filters }];
  const { id: planId } = await make('/v1/plans', { code: 'bench', name: 'Bench', interval: 'monthly', amount_cents: 0, charges });
  const dates = { billing_time: 'calendar', started_at: '2026-01-01T00:00:00Z' };
  for (let place = 0; place < customers; place++) {
    const customer = customerName(place);
    await make('/v1/customers', { external_id: customer, name: customer });
    await make('/v1/subscriptions', { external_id: customer, customer_id: customer, plan_id: planId, ...dates });
  }
  const tenantId = await withClient(adminUrl, async (client) => {
    const { rows } = await client.query("select id from tenants where organization_id = $1 and environment = 'live'", [organization['id']]);
    return String(rows[0]?.id);
  });
  return { liveKey, tenantId };
}
