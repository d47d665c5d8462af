import { type FeeDraft, projectUsage, usageFees } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import type { ChargeFilter, Group } from '@farthing/core/rating';
import type { z } from 'zod';
import type { PlanCharge } from '../catalog/index.ts';
import type { PeriodUsage } from './readUsage.ts';
import type { CustomerCurrentUsage, CustomerProjectedUsage, SubscriptionCurrentUsage } from './usage.schemas.ts';

type Usage = z.output<typeof CustomerCurrentUsage>;
type Projected = z.output<typeof CustomerProjectedUsage>;

/** The usage of a period as replies show it: one line for each charge, filter and group. */
export function presentUsage(usage: PeriodUsage): Usage {
  const charges = usageFees(usage.facts).map((fee): Usage['charges'][number] => ({
    ...named(usage, fee),
    units: fee.units,
    amount_cents: fee.amount,
    precise_amount_cents: fee.precise,
    unit_amount_cents: fee.unitAmount,
    events_count: Number(fee.eventsCount),
  }));
  return { ...period(usage), amount_cents: total(charges.map((line) => line.amount_cents)), charges };
}

/** The usage of an open period as it will stand at its end, if it goes on as it did up to `now`. */
export function presentProjection(usage: PeriodUsage, now: Temporal.Instant): Projected {
  const charges = projectUsage(usage.facts, now).map((line): Projected['charges'][number] => ({
    ...named(usage, line),
    units: line.projectedUnits,
    amount_cents: line.projectedAmount,
    current_units: line.units,
    current_amount_cents: line.amount,
  }));
  return {
    ...period(usage),
    amount_cents: total(charges.map((line) => line.amount_cents)),
    current_amount_cents: total(charges.map((line) => line.current_amount_cents)),
    charges,
  };
}

/** The amount alone. */
export function presentSubscriptionUsage(usage: PeriodUsage): z.output<typeof SubscriptionCurrentUsage> {
  const { subscription_id, currency, from_datetime, to_datetime } = period(usage);
  return {
    subscription_id,
    current_usage_amount_cents: total(usageFees(usage.facts).map(({ amount }) => amount)),
    currency,
    billing_period_start: from_datetime,
    billing_period_end: to_datetime,
  };
}

function period({ subscription: { row, terms }, facts }: PeriodUsage) {
  const { start, end } = facts.usage.period;
  return {
    subscription_id: row.id,
    external_subscription_id: row.external_id,
    from_datetime: start,
    to_datetime: end,
    currency: terms.currency,
  };
}

const total = (amounts: readonly Amount[]): Amount => amounts.reduce(Amount.add, Amount.zero);

interface Line extends Pick<FeeDraft, 'filterId' | 'description'> {
  readonly chargeId: string | null;
  readonly groupedBy: Group | null;
}

/** What a line is about. */
function named({ subscription: { plan } }: PeriodUsage, line: Line) {
  const charge = chargeOf(plan.charges, line.chargeId);
  const { definition, metric, model } = charge;
  const filter = definition.filters.find(({ id }) => id === line.filterId);
  return {
    charge_id: definition.id,
    charge_code: definition.code,
    charge_filter_id: line.filterId,
    billable_metric: { code: metric.code, name: metric.name, aggregation_type: metric.definition.aggregationType },
    charge_model: model,
    description: line.description,
    filters: filter === undefined ? {} : filtersOf(filter),
    grouped_by: line.groupedBy,
  };
}

function chargeOf(charges: readonly PlanCharge[], id: string | null): PlanCharge {
  const found = charges.find(({ definition }) => definition.id === id);
  if (found === undefined) throw new Error(`Usage was rated for a charge that the plan does not have: ${id}`);
  return found;
}

function filtersOf({ conditions }: ChargeFilter): Record<string, string> {
  return Object.fromEntries(conditions.map(({ key, values }) => [key, values.length === 0 ? '*' : values.join(',')]));
}
