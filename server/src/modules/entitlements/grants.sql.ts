import type { FeatureType } from '@farthing/core/entitlements';
import { sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { parseId } from '../../kernel/wire.ts';
import type { MeasuringMetric } from '../metrics/index.ts';

/** A customer and a feature, and what measures the feature. */
export interface CheckedFeature {
  readonly customer_id: string;
  readonly feature_id: string;
  readonly feature_code: string;
  readonly feature_type: FeatureType;
  /** Null where nothing measures it. */
  readonly metric: MeasuringMetric | null;
}

/** What a running subscription is granted of the feature. */
export interface SubscriptionGrant {
  readonly subscription_id: string;
  readonly external_subscription_id: string;
  readonly plan_id: string;
  /** Null: nothing. */
  readonly value: string | null;
  readonly source: 'plan' | 'subscription';
  /** Another one as soon as the row of the subscription, or of the customer, is. */
  readonly version: string;
}

/** Who and what was named; null for what is not there. */
interface Found {
  readonly customer: string | null;
  readonly feature: CheckedFeature | null;
  /** Oldest first. */
  readonly grants: readonly SubscriptionGrant[];
}

type Nullable<T> = { readonly [K in keyof T]: T[K] | null };

interface Row extends Nullable<Omit<CheckedFeature, 'metric'>>, Nullable<SubscriptionGrant>, Nullable<Omit<MeasuringMetric, 'id' | 'code' | 'name'>> {
  readonly metric_id: string | null;
  readonly metric_code: string | null;
  readonly metric_name: string | null;
}

/**
 * A customer, a feature, and what each running subscription of the customer is granted of it, in one statement of which every table is
 * read by an index. A subscription runs while it is active, or canceled and not yet at its end; before its start and during a pause it grants nothing.
 */
export async function readGrants(db: ReadDb, customer: string, featureCode: string, now: Temporal.Instant): Promise<Found> {
  const id = parseId('cus', customer);
  const byId = id === null ? null : await rowsOf(db, 'id', id, { featureCode, now });
  const rows = byId?.[0]?.customer_id ? byId : await rowsOf(db, 'external_id', customer, { featureCode, now });
  const [first] = rows;
  return { customer: first?.customer_id ?? null, feature: first === undefined ? null : featureOf(first), grants: rows.flatMap(grantOf) };
}

async function rowsOf(db: ReadDb, column: 'id' | 'external_id', value: string, { featureCode, now }: { featureCode: string; now: Temporal.Instant }): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    select c.id as customer_id, f.id as feature_id, f.code as feature_code, f.feature_type,
      m.id as metric_id, m.code as metric_code, m.name as metric_name, m.aggregation_type, m.field_name, m.expression, m.recurring,
      m.rounding_function, m.rounding_precision,
      s.id as subscription_id, s.external_id as external_subscription_id, s.plan_id, s.xmin || ' ' || c.xmin as version,
      case when o.id is null then e.value else o.value end as value, case when o.id is null then 'plan' else 'subscription' end as source
    from (select) asked
    left join customers c on ${sql.ref(`c.${column}`)} = ${value} and c.deleted_at is null
    left join features f on f.code = ${featureCode}
    left join billable_metrics m on m.tenant_id = f.tenant_id and m.id = f.billable_metric_id
    left join subscriptions s on s.tenant_id = c.tenant_id and s.customer_id = c.id and s.status in ('active', 'canceled')
      and s.done_through_at is not null and (s.ending_at is null or s.ending_at > ${now}::timestamptz) and (s.cancels_at is null or s.cancels_at > ${now}::timestamptz)
    left join entitlements e on e.tenant_id = s.tenant_id and e.plan_id = s.plan_id and e.feature_id = f.id
    left join subscription_entitlements o on o.tenant_id = s.tenant_id and o.subscription_id = s.id and o.feature_id = f.id
    order by s.started_at, s.id`.execute(db);
  return rows;
}

function featureOf(row: Row): CheckedFeature | null {
  const { customer_id, feature_id, feature_code, feature_type } = row;
  if (customer_id === null || feature_id === null || feature_code === null || feature_type === null) return null;
  return { customer_id, feature_id, feature_code, feature_type, metric: metricOf(row) };
}

function metricOf({ metric_id: id, metric_code: code, metric_name: name, aggregation_type, recurring, ...row }: Row): MeasuringMetric | null {
  if (id === null || code === null || name === null || aggregation_type === null || recurring === null) return null;
  const { field_name, expression, rounding_function, rounding_precision } = row;
  return { id, code, name, aggregation_type, recurring, field_name, expression, rounding_function, rounding_precision };
}

function grantOf({ subscription_id, external_subscription_id, plan_id, value, source, version }: Row): SubscriptionGrant[] {
  if (subscription_id === null || external_subscription_id === null || plan_id === null || source === null || version === null) return [];
  return [{ subscription_id, external_subscription_id, plan_id, value, source, version }];
}
