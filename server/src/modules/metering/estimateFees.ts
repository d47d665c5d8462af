import { type FeeDraft, usageFees } from '@farthing/core/billing';
import type { MeteredEvent } from '@farthing/core/metering';
import { Precise, Quantity } from '@farthing/core/money';
import { groupKey } from '@farthing/core/rating';
import type { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { invalid, notFound } from '../../kernel/problem.ts';
import type { PlanCharge } from '../catalog/index.ts';
import { findSubscription } from '../subscriptions/index.ts';
import { measureUsage } from './measureUsage.ts';
import type { EstimateFeesRequest, EstimateFeesResponse } from './metering.schemas.ts';
import { metricsByCode } from './metering.sql.ts';
import { factsOf, openPeriod, rated } from './readUsage.ts';
import { takeValue } from './takeValue.ts';

/**
 * What one more event now would cost: the usage of the open period with it less the usage without it, priced by the function that
 * invoices are made by. Throws 404 for the subscription, 422 for an unknown metric or an event that would be refused.
 */
export async function estimateFees(
  { db, scope }: Read,
  { subscription_id: reference, code, properties = {} }: z.output<typeof EstimateFeesRequest>,
): Promise<z.output<typeof EstimateFeesResponse>> {
  const row = await findSubscription(db, reference);
  if (row === undefined) throw notFound('subscription');
  const metric = (await metricsByCode(db, [code])).get(code);
  if (metric === undefined) throw invalid('code', 'unknown_metric', 'There is no billable metric with this code.');
  const taken = takeValue(metric, properties);
  if ('path' in taken) throw invalid(taken.path, taken.code, taken.message);

  const { plan, terms } = await rated(db, row);
  const usage = openPeriod({ row, plan, terms }, scope.now);
  const charges = plan.charges.filter((charge) => charge.metric.code === code);
  const feesOf = async (suppose?: { code: string; event: MeteredEvent; properties: typeof properties }) => {
    const measured = await measureUsage(db, { subscription: row, charges, usage, ...(suppose === undefined ? {} : { suppose }) });
    return usageFees(factsOf(row, terms, measured, usage));
  };
  const event: MeteredEvent = { ...taken, id: '', timestamp: scope.now, receivedOrder: lastOrder };
  const [without, withEvent] = [await feesOf(), await feesOf({ code, event, properties })];

  const amount = Precise.sum(charges.map((charge) => costOf(charge, without, withEvent)));
  const [first] = charges;
  const units = first === undefined ? Quantity.zero : Quantity.subtract(unitsOf(first, withEvent), unitsOf(first, without));
  return {
    charge_model: first?.model ?? null,
    metric_code: code,
    units,
    amount_cents: Precise.toAmount(amount),
    precise_amount_cents: amount,
    unit_amount_cents: Precise.perUnit(amount, units),
    currency: terms.currency,
  };
}

/** After everything stored. */
const lastOrder = 2n ** 63n;

const feesOfCharge = ({ definition }: PlanCharge, fees: readonly FeeDraft[]) => fees.filter(({ chargeId }) => chargeId === definition.id);

/** In arrears the plain difference; in advance what is above the line's cost so far, which is 0 before its first event (P6). */
function costOf(charge: PlanCharge, without: readonly FeeDraft[], withEvent: readonly FeeDraft[]): Precise {
  const [before, after] = [feesOfCharge(charge, without), feesOfCharge(charge, withEvent)];
  if (!charge.payInAdvance) return Precise.subtract(sum(after), sum(before));
  const costs = new Map(before.filter(({ eventsCount }) => eventsCount > 0n).map((fee) => [lineKey(fee), fee]));
  const line = after.find((fee) => fee.eventsCount > (costs.get(lineKey(fee))?.eventsCount ?? 0n));
  if (line === undefined) return Precise.zero;
  return Precise.max(Precise.zero, Precise.subtract(line.precise, costs.get(lineKey(line))?.precise ?? Precise.zero));
}

const sum = (fees: readonly FeeDraft[]): Precise => Precise.sum(fees.map(({ precise }) => precise));
const lineKey = ({ filterId, groupedBy }: FeeDraft): string => `${filterId ?? ''} ${groupKey(groupedBy)}`;

function unitsOf(charge: PlanCharge, fees: readonly FeeDraft[]): Quantity {
  return feesOfCharge(charge, fees).reduce((total, { units }) => Quantity.add(total, units), Quantity.zero);
}
