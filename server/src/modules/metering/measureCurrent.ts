import { usageFees } from '@farthing/core/billing';
import { Amount, Quantity } from '@farthing/core/money';
import { parseProperties } from '@farthing/core/rating';
import { currentPeriod, type UsageSpan } from '@farthing/core/subscriptions';
import type { Read } from '../../kernel/envelope.ts';
import type { PlanCharge } from '../catalog/index.ts';
import { type MeasuringMetric, type MetricRow, metricDefinitionOf } from '../metrics/index.ts';
import { presentPhase, type SubscriptionRow } from '../subscriptions/index.ts';
import { measureUsage } from './measureUsage.ts';
import { factsOf, rated } from './readUsage.ts';

/** What is measured of a subscription: the units of a metric, or what the usage of one metric, or of all, costs in minor units. */
export type Measured =
  | { readonly measure: 'units'; readonly metric: MeasuringMetric }
  | { readonly measure: 'amount'; readonly metric: MetricRow | null };

/** The usage period of a subscription that is open now; null where none is. */
export function openSpan(row: SubscriptionRow, now: Temporal.Instant): UsageSpan | null {
  return row.status === 'pending' || row.status === 'terminated' ? null : currentPeriod(presentPhase(row).terms, now);
}

/**
 * What was used so far in the open period: units as the metric measures them, over all events of the subscription, however they are
 * priced, or the amount that a usage read shows, before coupons and tax.
 */
export async function measureCurrent({ db, scope }: Read, row: SubscriptionRow, usage: UsageSpan, measured: Measured): Promise<Quantity> {
  const request = { subscription: row, usage, heldUntil: scope.now };
  if (measured.measure === 'units') {
    const [charge] = await measureUsage(db, { ...request, charges: [unpriced(measured.metric, row.plan_code)] });
    return charge?.usage[0]?.usage.units ?? Quantity.zero;
  }
  const { plan, terms } = await rated(db, row);
  const { metric } = measured;
  const charges = plan.charges.filter((charge) => metric === null || charge.metric.id === metric.id);
  const fees = usageFees(factsOf(row, terms, await measureUsage(db, { ...request, charges }), usage));
  return Quantity.fromInteger(Amount.toBigInt(Amount.sum(fees.map(({ amount }) => amount))));
}

/** The units of a metric so far in a period of a subscription. Throws as `measureUsage` does. */
export async function readUnits(read: Read, row: SubscriptionRow, usage: UsageSpan, metric: MeasuringMetric): Promise<Quantity> {
  return measureCurrent(read, row, usage, { measure: 'units', metric });
}

const free = parseProperties('standard', { amount: '0' });

/** A charge that asks nothing for a metric: all of its usage in one line. */
function unpriced({ id, code, name, ...row }: MeasuringMetric, planCode: string): PlanCharge {
  if (!free.ok) throw new Error('A price of 0 is a price.');
  const definition = metricDefinitionOf(row);
  const { aggregationType, recurring, rounding } = definition;
  return {
    definition: {
      id,
      code,
      planCode,
      displayName: name,
      properties: free.value,
      filters: [],
      metric: { code, name, aggregationType, recurring, rounding },
      minAmount: null,
      invoiceable: false,
    },
    metric: { id, code, name, definition },
    model: 'standard',
    payInAdvance: false,
    prorated: false,
  };
}
