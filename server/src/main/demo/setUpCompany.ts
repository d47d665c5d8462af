import type { Api } from './callApi.ts';
import { entities, metrics, plans, regionFilter } from './catalogue.ts';
import type { DemoCustomer } from './customers.ts';
import { endOf, startOf } from './timeline.ts';

interface Coded {
  readonly id: string;
  readonly code: string;
}

/** Makes what a list lacks, so that a demo that was interrupted goes on; answers the ids of all by code. */
async function ensureAll<T extends { readonly code: string }>(api: Api, path: string, wanted: readonly T[], bodyOf: (item: T) => unknown): Promise<ReadonlyMap<string, string>> {
  const ids = new Map((await api.list<Coded>(path)).map(({ code, id }) => [code, id]));
  for (const item of wanted) {
    if (!ids.has(item.code)) ids.set(item.code, (await api.call<Coded>('POST', path, bodyOf(item))).id);
  }
  return ids;
}

async function ensureRegionFilter(api: Api): Promise<string> {
  const path = `/v1/billable_metrics/${regionFilter.metric}/filters`;
  const { key, values } = regionFilter;
  const [found] = await api.list<{ readonly id: string }>(path);
  return (found ?? (await api.call<{ readonly id: string }>('POST', path, { key, values }))).id;
}

/** The company itself: who issues invoices, what is measured, what it costs. */
export async function setUpCompany(api: Api): Promise<void> {
  await api.call('PUT', '/v1/organizations/current', { name: 'Quillstack', timezone: 'America/New_York' });
  const known = await api.list<Coded & { readonly is_default: boolean }>('/v1/billing_entities');
  const ours = known.find(({ is_default: isDefault }) => isDefault);
  if (ours !== undefined) await api.call('PATCH', `/v1/billing_entities/${ours.code}`, entities.default);
  await ensureAll(api, '/v1/billing_entities', [entities.europe], (entity) => entity);

  const metricIds = await ensureAll(api, '/v1/billable_metrics', metrics, (metric) => metric);
  const filterId = await ensureRegionFilter(api);
  await ensureAll(api, '/v1/plans', plans, ({ charges, ...plan }) => ({
    ...plan,
    charges: charges.map(({ metric, region, ...charge }) => ({
      ...charge,
      billable_metric_id: metricIds.get(metric),
      ...(region === undefined ? {} : { filters: [{ billable_metric_filter_id: filterId, values: [region.value], properties: region.properties }] }),
    })),
  }));
}

export const trialDaysOf = (code: string): number => plans.find((plan) => plan.code === code)?.trial_period_days ?? 0;

const midnight = (day: Temporal.PlainDate, zone: string) => day.toZonedDateTime(zone).toInstant().toString();

/** A customer joins: its record, and a subscription that starts with the local day. */
export async function join(api: Api, customer: DemoCustomer): Promise<void> {
  const plan = plans.find(({ code }) => code === customer.plan);
  await api.call('POST', '/v1/customers', {
    external_id: customer.id,
    name: customer.name,
    email: `accounts@${customer.id}.example`,
    currency: plan?.currency,
    timezone: customer.timezone,
    address_country: customer.country,
    invoice_grace_period: customer.grace,
    net_payment_term: customer.terms,
    ...(plan?.currency === 'EUR' ? { billing_entity_id: await europeId(api) } : {}),
  }, `demo customer ${customer.id}`);
  const start = midnight(startOf(customer), customer.timezone);
  await api.call('POST', '/v1/subscriptions', {
    external_id: customer.id,
    customer_id: customer.id,
    plan_id: customer.plan,
    billing_time: customer.billing_time,
    started_at: start,
    // A trial would move the anchor to the day after it.
    ...(customer.billing_time === 'anniversary' ? { subscription_at: start } : {}),
  }, `demo subscription ${customer.id}`);
}

async function europeId(api: Api): Promise<string> {
  return (await api.call<Coded>('GET', `/v1/billing_entities/${entities.europe.code}`)).id;
}

/** The customer says when it will leave. */
export async function announceEnd(api: Api, customer: DemoCustomer): Promise<void> {
  const end = endOf(customer);
  if (end === null) return;
  await api.call('PUT', `/v1/subscriptions/${customer.id}`, { ending_at: midnight(end, customer.timezone) });
}

/** The customer leaves now; what it paid for later days is credited. */
export async function endAtOnce(api: Api, customer: DemoCustomer): Promise<void> {
  const { status } = await api.call<{ readonly status: string }>('GET', `/v1/subscriptions/${customer.id}`);
  if (status === 'active') await api.call('DELETE', `/v1/subscriptions/${customer.id}?on_termination_action=generate_credit_note`);
}
