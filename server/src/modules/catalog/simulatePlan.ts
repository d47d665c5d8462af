import { roundAggregate } from '@farthing/core/metering';
import { Amount, AmountOutOfRange, Precise, Quantity } from '@farthing/core/money';
import { encodeProperties, priceUsage, type Step, type Usage } from '@farthing/core/rating';
import type { z } from 'zod';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { invalid, invalidFields, notFound } from '../../kernel/problem.ts';
import type { PlanSimulateRequest, PlanSimulateResponse } from './catalog.schemas.ts';
import { findPlan } from './catalog.sql.ts';
import { loadPlan, type Plan, type PlanCharge } from './loadPlan.ts';

type Request = z.output<typeof PlanSimulateRequest>;

/** What one period of a plan costs at so many units of each charge; priced by the charges' own properties, like usage no filter matches. */
export async function simulatePlan(db: ReadDb, reference: string, request: Request): Promise<z.output<typeof PlanSimulateResponse>> {
  const found = await findPlan(db, reference);
  const plan = found === undefined ? undefined : await loadPlan(db, found.id);
  if (plan === undefined) throw notFound('plan');
  refuseUnknownCodes(plan, request);
  try {
    return simulate(plan, request);
  } catch (error) {
    if (error instanceof AmountOutOfRange) throw invalid('units', 'too_large', 'So many units cost more than an amount can hold.');
    throw error;
  }
}

function simulate(plan: Plan, request: Request): z.output<typeof PlanSimulateResponse> {
  const charges = plan.charges.map((charge) => simulateCharge(plan, charge, request));
  const fixed = plan.fixedCharges.map(({ code, units, properties }) => {
    const { amount } = priceUsage(properties.model, properties, { units, eventsCount: 0n }, plan.currency);
    return { add_on_code: code, units, amount_cents: Precise.toAmount(amount), precise_amount_cents: amount };
  });
  const invoiced = charges.filter((_, index) => plan.charges[index]?.definition.invoiceable === true);
  return {
    plan_id: plan.row.id,
    base_amount_cents: plan.amount,
    currency: plan.currency,
    fixed_charges: fixed,
    charges,
    total_amount_cents: Amount.sum([plan.amount, ...fixed.map((charge) => charge.amount_cents), ...invoiced.flatMap((charge) => [charge.amount_cents, charge.true_up_amount_cents])]),
  };
}

function refuseUnknownCodes({ charges }: Plan, request: Request): void {
  const known = new Set(charges.map(({ definition }) => definition.code));
  const unknown = Object.keys(request.charges ?? {}).filter((code) => !known.has(code));
  const errors = unknown.map((code) => ({ path: `charges.${code}`, code: 'not_found', message: `The plan has no charge with the code ${code}.` }));
  if (errors.length > 0) throw invalidFields(errors);
}

function simulateCharge({ currency }: Plan, charge: PlanCharge, request: Request) {
  const { definition, metric, model } = charge;
  const units = roundAggregate(request.charges?.[definition.code] ?? request.units, metric.definition);
  const { amount, steps } = priceUsage(model, definition.properties, usageOf(charge, units), currency);
  const posted = Precise.toAmount(amount);
  return {
    charge_id: definition.id,
    charge_code: definition.code,
    billable_metric_id: metric.id,
    charge_model: model,
    units,
    amount_cents: posted,
    true_up_amount_cents: Amount.max(Amount.zero, Amount.subtract(definition.minAmount ?? Amount.zero, posted)),
    precise_amount_cents: amount,
    properties: { ...encodeProperties(model, definition.properties) },
    breakdown: steps.map(presentStep),
  };
}

/** All units in one event; the price of a dynamic charge comes with events that nobody has seen yet, so it is 0 here. */
function usageOf({ model }: PlanCharge, units: Quantity): Usage {
  const used = !Quantity.isZero(units) && model !== 'dynamic';
  return { units, eventsCount: used ? 1n : 0n, events: used ? [{ amount: units }] : [] };
}

function presentStep({ label, units, unitPrice, flat, percent, amount }: Step) {
  return { label, units, unit_price: unitPrice, flat_amount: flat, percent, precise_amount_cents: amount };
}
