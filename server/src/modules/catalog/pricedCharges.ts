import { aggregationTypes } from '@farthing/core/metering';
import { Amount } from '@farthing/core/money';
import { type ChargeModelName, type ChargeProperties, chargeModelNames, encodeProperties, parseProperties } from '@farthing/core/rating';
import { z } from 'zod';
import type { PlanCharge } from './loadPlan.ts';

const record = z.record(z.string(), z.unknown());
const model = z.enum(chargeModelNames as readonly [ChargeModelName, ...ChargeModelName[]]);

const storedCharge = z.object({
  id: z.string(),
  code: z.string(),
  // What was kept before plans were named here is of no plan that a coupon is limited to.
  plan_code: z.string().default(''),
  display_name: z.string(),
  model,
  properties: record,
  filters: z.array(
    z.object({
      id: z.string(),
      conditions: z.array(z.object({ key: z.string(), values: z.array(z.string()) })),
      properties: record,
      invoice_display_name: z.string().nullable(),
    }),
  ),
  metric: z.object({
    id: z.string(),
    code: z.string(),
    name: z.string(),
    aggregation_type: z.enum(aggregationTypes),
    recurring: z.boolean(),
    rounding: z.object({ function: z.enum(['round', 'ceil', 'floor']), precision: z.int() }).nullable(),
    field_name: z.string().nullable(),
    expression: z.string().nullable(),
  }),
  min_amount: z.string().nullable(),
  invoiceable: z.boolean(),
  pay_in_advance: z.boolean(),
  prorated: z.boolean(),
});

type StoredCharge = z.output<typeof storedCharge>;

/** Charges as JSON, for keeping how usage was priced. Read back by `decodeCharges`. */
export function encodeCharges(charges: readonly PlanCharge[]): readonly StoredCharge[] {
  return charges.map(({ definition, metric, model: name, payInAdvance, prorated }) => ({
    id: definition.id,
    code: definition.code,
    plan_code: definition.planCode,
    display_name: definition.displayName,
    model: name,
    properties: encodeProperties(name, definition.properties),
    filters: definition.filters.map(({ id, conditions, properties, invoiceDisplayName }) => ({
      id,
      conditions: conditions.map(({ key, values }) => ({ key, values: [...values] })),
      properties: encodeProperties(name, properties),
      invoice_display_name: invoiceDisplayName,
    })),
    metric: {
      id: metric.id,
      code: metric.code,
      name: metric.name,
      aggregation_type: metric.definition.aggregationType,
      recurring: metric.definition.recurring,
      rounding: metric.definition.rounding,
      field_name: metric.definition.fieldName,
      expression: metric.definition.expression,
    },
    min_amount: definition.minAmount?.toString() ?? null,
    invoiceable: definition.invoiceable,
    pay_in_advance: payInAdvance,
    prorated,
  }));
}

/** What `encodeCharges` wrote. */
export function decodeCharges(stored: unknown): readonly PlanCharge[] {
  return z.array(storedCharge).parse(stored).map(decode);
}

function decode(stored: StoredCharge): PlanCharge {
  const { id, code, name, field_name: fieldName, expression, ...metric } = stored.metric;
  const measured = { aggregationType: metric.aggregation_type, recurring: metric.recurring, rounding: metric.rounding };
  return {
    definition: {
      id: stored.id,
      code: stored.code,
      planCode: stored.plan_code,
      displayName: stored.display_name,
      properties: read(stored.model, stored.properties),
      filters: stored.filters.map(({ properties, invoice_display_name: invoiceDisplayName, ...filter }) => ({
        ...filter,
        properties: read(stored.model, properties),
        invoiceDisplayName,
      })),
      metric: { code, name, ...measured },
      minAmount: stored.min_amount === null ? null : Amount.of(BigInt(stored.min_amount)),
      invoiceable: stored.invoiceable,
    },
    metric: { id, code, name, definition: { ...measured, fieldName, expression } },
    model: stored.model,
    payInAdvance: stored.pay_in_advance,
    prorated: stored.prorated,
  };
}

function read(name: ChargeModelName, stored: Readonly<Record<string, unknown>>): ChargeProperties {
  const parsed = parseProperties(name, stored);
  if (parsed.ok) return parsed.value;
  throw new Error(`Stored properties of the charge model ${name} cannot be read: ${parsed.issues.map(({ path, message }) => `${path} ${message}`).join('; ')}`);
}
