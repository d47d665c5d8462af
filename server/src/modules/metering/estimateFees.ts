import { type FeeDraft, type UsageFacts, usageFees } from '@farthing/core/billing';
import type { MeteredEvent } from '@farthing/core/metering';
import { Precise, Quantity } from '@farthing/core/money';
import type { z } from 'zod';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { Read } from '../../kernel/envelope.ts';
import { invalid, notFound } from '../../kernel/problem.ts';
import type { PlanCharge } from '../catalog/index.ts';
import { findSubscription, type SubscriptionRow } from '../subscriptions/index.ts';
import { measureUsage, type SupposedEvent } from './measureUsage.ts';
import type { EstimateFeesRequest, EstimateFeesResponse } from './metering.schemas.ts';
import { metricsByCode } from './metering.sql.ts';
import { factsOf, openPeriod, rated } from './readUsage.ts';
import { takeValue } from './takeValue.ts';

/** The fee that an event, if it came next, would get of a charge that is paid in advance, after all that came before it (P6); null for none. */
export type FeeOfNext = (db: ReadDb, subscription: SubscriptionRow, charge: PlanCharge, facts: UsageFacts, suppose: SupposedEvent) => Promise<FeeDraft | null>;

/**
 * What one more event now would cost: in arrears the usage of the open period with it less the usage without it, priced by the function that
 * invoices are made by; in advance the fee that it would get. Throws 404 for the subscription, 422 for an unknown metric or an event that would be refused.
 */
export async function estimateFees(
  { db, scope }: Read,
  { subscription_id: reference, code, properties = {} }: z.output<typeof EstimateFeesRequest>,
  feeOfNext: FeeOfNext,
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
  const feesOf = async (suppose?: SupposedEvent) => {
    const measured = await measureUsage(db, { subscription: row, charges, usage, ...(suppose === undefined ? {} : { suppose }) });
    return usageFees(factsOf(row, terms, measured, usage));
  };
  const event: MeteredEvent = { ...taken, id: '', timestamp: scope.now, receivedOrder: lastOrder };
  const suppose = { code, event, properties };
  const [without, withEvent] = [await feesOf(), await feesOf(suppose)];

  const costs: Precise[] = [];
  for (const charge of charges) {
    const fee = charge.payInAdvance ? await feeOfNext(db, row, charge, factsOf(row, terms, [], usage), suppose) : null;
    costs.push(charge.payInAdvance ? (fee?.precise ?? Precise.zero) : Precise.subtract(sum(feesOfCharge(charge, withEvent)), sum(feesOfCharge(charge, without))));
  }
  const amount = Precise.sum(costs);
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

const sum = (fees: readonly FeeDraft[]): Precise => Precise.sum(fees.map(({ precise }) => precise));

function unitsOf(charge: PlanCharge, fees: readonly FeeDraft[]): Quantity {
  return feesOfCharge(charge, fees).reduce((total, { units }) => Quantity.add(total, units), Quantity.zero);
}
