import { sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { MetricRow } from '../metrics/index.ts';

/** The properties that hold price and quantity of a charge of the model dynamic. */
interface DynamicFields {
  readonly price_field: string;
  readonly quantity_field: string;
}

export interface KnownMetric extends MetricRow {
  /** Of the charges that price this metric: what they read must be numbers, too. */
  readonly dynamic_fields: readonly DynamicFields[];
}

/**
 * The metrics events may name. A deleted one counts on while a subscription that has not ended keeps a plan with it; a live one of
 * the same code comes before it.
 */
export async function metricsByCode(db: ReadDb, codes: readonly string[]): Promise<ReadonlyMap<string, KnownMetric>> {
  const { rows } = await sql<KnownMetric>`
    select distinct on (m.code) m.*, (
      select coalesce(jsonb_agg(distinct jsonb_build_object(
        'price_field', coalesce(p.properties ->> 'price_field', 'unit_price'),
        'quantity_field', coalesce(p.properties ->> 'quantity_field', 'quantity'))), '[]')
      from charges c
      left join charge_filters f on f.tenant_id = c.tenant_id and f.charge_id = c.id and f.deleted_at is null
      cross join lateral (values (c.properties), (c.properties || coalesce(f.properties, '{}'))) p (properties)
      where c.tenant_id = m.tenant_id and c.billable_metric_id = m.id and c.charge_model = 'dynamic' and c.deleted_at is null
    ) as dynamic_fields
    from billable_metrics m
    where m.code = any(${codes}::text[]) and (m.deleted_at is null or exists (
      select from charges c
      join subscriptions s on s.tenant_id = c.tenant_id and s.plan_id = c.plan_id
      where c.tenant_id = m.tenant_id and c.billable_metric_id = m.id and c.deleted_at is null
        and s.status in ('pending', 'active', 'paused', 'canceled')))
    order by m.code, m.deleted_at desc nulls first`.execute(db);
  return new Map(rows.map((row) => [row.code, row]));
}

/** Whom an event names: a customer, perhaps one of its subscriptions, and a metric. */
export interface EventTarget {
  readonly externalCustomerId: string;
  readonly externalSubscriptionId: string | null;
  readonly code: string;
}

/** What is known of a target: who is there, and when a subscription prices the metric (half-open, null: still does). */
export interface TargetCoverage {
  readonly customer: boolean;
  readonly subscription: boolean;
  readonly spans: readonly { readonly from: Temporal.Instant; readonly to: Temporal.Instant | null }[];
}

interface CoverageRow {
  readonly place: number;
  readonly customer: boolean;
  readonly subscription: boolean;
  readonly started_at: Temporal.Instant | null;
  readonly ended_at: Temporal.Instant | null;
  readonly priced: boolean;
}

/** What is known of each target, in their order: of a subscription that changed its plan, each time by the plan it was on. */
export async function coverageOf(db: ReadDb, targets: readonly EventTarget[]): Promise<readonly TargetCoverage[]> {
  if (targets.length === 0) return [];
  const { rows } = await sql<CoverageRow>`
    select t.place::int - 1 as place, c.id is not null as customer, s.id is not null as subscription,
      phase.started_at, phase.ended_at,
      exists (
        select from charges ch
        join billable_metrics m on m.tenant_id = ch.tenant_id and m.id = ch.billable_metric_id
        where ch.tenant_id = s.tenant_id and ch.plan_id = phase.plan_id and ch.deleted_at is null and m.code = t.code
      ) as priced
    from unnest(
      ${targets.map(({ externalCustomerId }) => externalCustomerId)}::text[],
      ${targets.map(({ externalSubscriptionId }) => externalSubscriptionId)}::text[],
      ${targets.map(({ code }) => code)}::text[]
    ) with ordinality as t (customer, subscription, code, place)
    left join customers c on c.external_id = t.customer and c.deleted_at is null
    left join subscriptions s on s.tenant_id = c.tenant_id and s.customer_id = c.id
      and (t.subscription is null or s.external_id = t.subscription)
    left join lateral (
      select f.plan_id, coalesce(lag(f.closed_at) over (order by f.phase), s.started_at) as started_at, f.closed_at as ended_at
      from subscription_phases f where f.tenant_id = s.tenant_id and f.subscription_id = s.id
      union all
      select s.plan_id, coalesce((select max(f.closed_at) from subscription_phases f where f.tenant_id = s.tenant_id and f.subscription_id = s.id), s.started_at),
        coalesce(s.terminated_at, s.ending_at)
    ) phase on s.id is not null`.execute(db);
  const byPlace = Map.groupBy(rows, ({ place }) => place);
  return targets.map((_, place) => {
    const known = byPlace.get(place) ?? [];
    return {
      customer: known.some(({ customer }) => customer),
      subscription: known.some(({ subscription }) => subscription),
      spans: known.flatMap(({ priced, started_at: from, ended_at: to }) => (priced && from !== null ? [{ from, to }] : [])),
    };
  });
}

/** Ids of the customer's subscriptions that are running now. */
export async function runningSubscriptions(db: ReadDb, customerId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('subscriptions')
    .select('id')
    .where('customer_id', '=', customerId)
    .where('status', 'in', ['active', 'paused', 'canceled'])
    .execute();
  return rows.map(({ id }) => id);
}
