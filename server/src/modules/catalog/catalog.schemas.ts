import { Amount, amountCodec, currencyCodec, nonNegativeQuantityCodec, preciseCodec, quantityCodec, rateCodec } from '@farthing/core/money';
import { type ChargeModelName, chargeModelNames } from '@farthing/core/rating';
import { z } from 'zod';
import { code, idInput, instant, jsonObject, text, uuid } from '../../kernel/wire.ts';
import { FixedChargeInput, FixedChargeOutput } from './fixedCharges.schemas.ts';

const intervals = ['daily', 'weekly', 'monthly', 'quarterly', 'semiannual', 'yearly'] as const;
const chargeModel = z.enum(chargeModelNames as readonly [ChargeModelName, ...ChargeModelName[]]);
export const amount = amountCodec
  .refine((value) => !Amount.isNegative(value), 'Must not be negative.')
  .meta({ override: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Integer of the currency’s minor unit' } });

export const properties = jsonObject(65_536);
const filterId = idInput('bmf');
const values = z.array(text(1, 255)).max(1000);
const displayName = text(1, 255).nullable();

const ChargeFilterInput = z
  .strictObject({
    billable_metric_filter_id: filterId,
    values: values.meta({ description: 'Any one of them; empty means any value.' }),
    conditions: z
      .array(z.strictObject({ billable_metric_filter_id: filterId, values: values.optional() }))
      .min(1)
      .max(10)
      .meta({ description: 'All of them, in place of the single condition of billable_metric_filter_id and values.' }),
    properties: properties.meta({ description: 'What differs from the charge’s own properties, key by key.' }),
    invoice_display_name: displayName,
  })
  .partial()
  .meta({ id: 'ChargeFilterInput' });

export const ChargeInput = z
  .strictObject({
    id: idInput('chg').meta({ description: 'Of a charge to keep, when a plan is updated.' }),
    code: code(255).meta({ description: 'Unique in the plan; the metric’s code unless given. An update keeps the charge that has it.' }),
    billable_metric_id: idInput('bm'),
    charge_model: chargeModel,
    properties: properties.meta({ description: 'By charge model. Prices are decimals in major units; pricing_group_keys fits every model.' }),
    filters: z.array(ChargeFilterInput).max(200),
    pay_in_advance: z.boolean(),
    invoiceable: z.boolean().meta({ description: 'False: usage is rated and shown, but no invoice carries it.' }),
    prorated: z.boolean().meta({ description: 'Units weigh the days they were there; for recurring metrics that count, sum or count unique values.' }),
    min_amount_cents: amount.meta({ description: 'The least that a full usage period of this charge costs; what its fees are short of is billed in a line of its own.' }),
    invoice_display_name: displayName,
  })
  .partial()
  .required({ billable_metric_id: true, charge_model: true })
  .meta({ id: 'ChargeInput' });

const fields = {
  name: text(1, 255),
  description: text(0, 5000).nullable(),
  amount_cents: amount,
  currency: currencyCodec,
  trial_period_days: z.int().min(0).max(3650),
  pay_in_advance: z.boolean().meta({ description: 'What its subscriptions do unless they say otherwise.' }),
  bill_charges_monthly: z.boolean().meta({ description: 'Usage of a longer period is invoiced every month of it.' }),
  charges: z.array(ChargeInput).max(500),
  fixed_charges: z.array(FixedChargeInput).max(100),
};

export const PlanCreate = z
  .strictObject({ code: code(255), interval: z.enum(intervals), interval_count: z.int().min(1).max(100), ...fields })
  .partial()
  .required({ code: true, name: true, interval: true })
  .meta({ id: 'PlanCreate' });

export const PlanUpdate = z.strictObject(fields).partial().meta({ id: 'PlanUpdate' });

const ChargeFilterOutput = z
  .object({
    id: uuid,
    conditions: z.array(z.object({ billable_metric_filter_id: uuid, key: z.string(), values: z.array(z.string()) })),
    properties: z.record(z.string(), z.unknown()),
    invoice_display_name: z.string().nullable(),
  })
  .meta({ id: 'ChargeFilterOutput' });

export const ChargeOutput = z
  .object({
    id: uuid,
    public_id: z.string(),
    plan_id: uuid,
    code: z.string(),
    billable_metric_id: uuid,
    charge_model: chargeModel,
    properties: z.record(z.string(), z.unknown()),
    filters: z.array(ChargeFilterOutput),
    pay_in_advance: z.boolean(),
    invoiceable: z.boolean(),
    prorated: z.boolean(),
    min_amount_cents: amountCodec,
    invoice_display_name: z.string().nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'ChargeOutput' });

export const PlanResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    code: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    interval: z.enum(intervals),
    interval_count: z.int(),
    amount_cents: amountCodec,
    currency: currencyCodec,
    trial_period_days: z.int(),
    pay_in_advance: z.boolean(),
    bill_charges_monthly: z.boolean(),
    charges: z.array(ChargeOutput),
    fixed_charges: z.array(FixedChargeOutput),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'PlanResponse' });

export const PlanSimulateRequest = z
  .strictObject({
    units: nonNegativeQuantityCodec,
    charges: z.record(z.string().max(255), nonNegativeQuantityCodec).optional().meta({ description: 'Charge code -> units, where they are not the same for all.' }),
  })
  .meta({ id: 'PlanSimulateRequest' });

const SimulationStep = z
  .object({
    label: z.string(),
    units: quantityCodec.nullable(),
    unit_price: rateCodec.nullable(),
    flat_amount: rateCodec.nullable(),
    percent: rateCodec.nullable(),
    precise_amount_cents: preciseCodec,
  })
  .meta({ id: 'SimulationStep' });

const ChargeSimulationResult = z
  .object({
    charge_id: uuid,
    charge_code: z.string(),
    billable_metric_id: uuid,
    charge_model: chargeModel,
    units: quantityCodec,
    amount_cents: amountCodec,
    true_up_amount_cents: amountCodec.meta({ description: 'What is missing to the charge’s least amount.' }),
    precise_amount_cents: preciseCodec,
    properties: z.record(z.string(), z.unknown()),
    breakdown: z.array(SimulationStep).meta({ description: 'Sums to precise_amount_cents.' }),
  })
  .meta({ id: 'ChargeSimulationResult' });

export const PlanSimulateResponse = z
  .object({
    plan_id: uuid,
    base_amount_cents: amountCodec,
    currency: currencyCodec,
    fixed_charges: z.array(
      z.object({ add_on_code: z.string(), units: quantityCodec, amount_cents: amountCodec, precise_amount_cents: preciseCodec }).meta({ id: 'FixedChargeSimulationResult' }),
    ),
    charges: z.array(ChargeSimulationResult),
    total_amount_cents: amountCodec,
  })
  .meta({ id: 'PlanSimulateResponse' });

export const PlanReference = z
  .object({ id: uuid, name: z.string(), code: z.string(), interval: z.enum(intervals) })
  .meta({ id: 'PlanReference' });

export const MetricPlanCounts = z
  .record(z.string(), z.int())
  .meta({ id: 'BillableMetricPlanCounts', description: 'Billable metric id -> plans with a charge on it.' });

/** An id, its prefixed form, or a code. */
const reference = z.string().min(1).max(300);
export const planParams = z.object({ plan_id: reference });
export const metricParams = z.object({ metric_id: reference });
