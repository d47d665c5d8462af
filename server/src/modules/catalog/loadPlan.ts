import type { ChargeDefinition, FixedChargeFacts } from '@farthing/core/billing';
import type { MetricDefinition } from '@farthing/core/metering';
import { Amount, Currency, Quantity } from '@farthing/core/money';
import { type ChargeFilter, type ChargeModelName, type ChargeProperties, overlayProperties, parseProperties } from '@farthing/core/rating';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { together } from '../../kernel/db/together.ts';
import { type CommitmentRow, commitmentsOf } from './commitments.sql.ts';
import type { PlanOverrides } from './overrides.schemas.ts';
import { type FixedChargeRow, fixedChargesOf } from './fixedCharges.sql.ts';
import { type ChargeRow, chargesOf, type PlanRow, plansById, type StoredFilter } from './catalog.sql.ts';

/** A plan as billing reads it. */
export interface Plan {
  readonly row: PlanRow;
  readonly currency: Currency;
  /** The price of one full period. */
  readonly amount: Amount;
  /** The live ones, in the order of the plan. */
  readonly charges: readonly PlanCharge[];
  /** In the order of the plan. */
  readonly fixedCharges: readonly PlanFixedCharge[];
  /** What a full period costs at least; null without. It has no id where only the subscription has one. */
  readonly commitment: { readonly id: string | null; readonly amount: Amount; readonly displayName: string } | null;
}

/** As billing takes it, but for what a subscription's invoice makes of it. */
interface PlanFixedCharge extends Omit<FixedChargeFacts, 'next' | 'changes' | 'settles'> {
  readonly addOnId: string;
}

export interface PlanCharge {
  readonly definition: ChargeDefinition;
  readonly metric: { readonly id: string; readonly code: string; readonly name: string; readonly definition: MetricDefinition };
  readonly model: ChargeModelName;
  readonly payInAdvance: boolean;
  readonly prorated: boolean;
}

interface Wanted {
  readonly planId: string;
  readonly overrides: PlanOverrides | null;
}

const loading = together<Wanted, Plan | undefined, ReadDb>(async (db, wanted) => {
  const ids = [...new Set(wanted.map(({ planId }) => planId))];
  const rows = new Map((await plansById(db, ids)).map((row) => [row.id, row]));
  const charges = Map.groupBy(await chargesOf(db, ids), (row) => row.plan_id);
  const commitments = new Map((await commitmentsOf(db, ids)).map((row) => [row.plan_id, readCommitment(row)]));
  const fixed = Map.groupBy(await fixedChargesOf(db, ids), (row) => row.plan_id);
  const read = ({ planId, overrides }: Wanted): Plan | undefined => {
    const found = rows.get(planId);
    if (found === undefined) return undefined;
    const row = overridePlan(found, overrides);
    return {
      row,
      currency: Currency.parse(row.currency),
      amount: Amount.of(row.amount_cents),
      charges: (charges.get(planId) ?? []).map((charge) => readCharge(overrideCharge(charge, overrides), row.code)),
      fixedCharges: (fixed.get(planId) ?? []).map(readFixed),
      commitment: overrideCommitment(commitments.get(planId) ?? null, overrides?.minimum_cents ?? null),
    };
  };
  // Many have the same plan, and it is read for all of them.
  const asItIs = new Map(ids.map((planId) => [planId, read({ planId, overrides: null })]));
  return wanted.map((one) => (one.overrides === null ? asItIs.get(one.planId) : read(one)));
});

/** A plan with its charges, filters and metrics, as one with these overrides has it; also a deleted one, which running subscriptions keep. */
export async function loadPlan(db: ReadDb, planId: string, overrides: PlanOverrides | null = null): Promise<Plan | undefined> {
  return loading(db, { planId, overrides });
}

function readFixed(row: FixedChargeRow): PlanFixedCharge {
  const { id, charge_model: model, pay_in_advance: payInAdvance, prorated } = row;
  const parsed = parseProperties(model, row.properties);
  if (!parsed.ok) throw new Error(`The stored properties of fixed charge ${id} cannot be read.`);
  return { id, addOnId: row.add_on_id, code: row.add_on_code, displayName: row.add_on_name, properties: parsed.value, units: Quantity.restore(row.units), payInAdvance, prorated };
}

/** The columns of a plan as one with these overrides has them. */
export function overridePlan(row: PlanRow, overrides: PlanOverrides | null): PlanRow {
  const { amount_cents: amount = null, trial_period_days: trial = null } = overrides ?? {};
  return { ...row, amount_cents: amount === null ? row.amount_cents : BigInt(amount), trial_period_days: trial ?? row.trial_period_days };
}

function overrideCharge(row: ChargeRow, overrides: PlanOverrides | null): ChargeRow {
  const over = overrides?.charges.find(({ charge_code: code }) => code === row.code);
  return over === undefined ? row : { ...row, charge_model: over.charge_model, properties: over.properties };
}

const MINIMUM = 'Minimum commitment';

function overrideCommitment(commitment: Plan['commitment'], minimum: number | null): Plan['commitment'] {
  return minimum === null ? commitment : { id: null, displayName: MINIMUM, ...commitment, amount: Amount.of(minimum) };
}

function readCommitment({ id, amount_cents: amount, invoice_display_name: name }: CommitmentRow): NonNullable<Plan['commitment']> {
  return { id, amount: Amount.of(amount), displayName: name ?? MINIMUM };
}

function readCharge(row: ChargeRow, planCode: string): PlanCharge {
  const metric = { code: row.metric_code, name: row.metric_name };
  const rounding = row.rounding_function === null ? null : { function: row.rounding_function, precision: row.rounding_precision ?? 0 };
  const measured = { aggregationType: row.aggregation_type, recurring: row.recurring, rounding };
  const minimum = Amount.of(row.min_amount_cents);
  return {
    definition: {
      id: row.id,
      code: row.code,
      planCode,
      displayName: row.invoice_display_name ?? metric.name,
      properties: readProperties(row, row.properties),
      filters: row.filters.map((filter) => readFilter(row, filter)),
      metric: { ...metric, ...measured },
      minAmount: Amount.isZero(minimum) ? null : minimum,
      invoiceable: row.invoiceable,
    },
    metric: {
      id: row.billable_metric_id,
      ...metric,
      definition: { ...measured, fieldName: row.field_name, expression: row.expression },
    },
    model: row.charge_model,
    payInAdvance: row.pay_in_advance,
    prorated: row.prorated,
  };
}

function readFilter(row: ChargeRow, { id, conditions, properties, invoice_display_name: invoiceDisplayName }: StoredFilter): ChargeFilter {
  const complete = overlayProperties(row.charge_model, row.properties, properties);
  return { id, conditions: conditions.map(({ key, values }) => ({ key, values })), properties: readProperties(row, complete), invoiceDisplayName };
}

/** What is stored was checked when it was saved; that it cannot be read is a fault of ours and stops the bill. */
function readProperties(row: ChargeRow, stored: Readonly<Record<string, unknown>>): ChargeProperties {
  const parsed = parseProperties(row.charge_model, stored);
  if (parsed.ok) return parsed.value;
  throw new Error(`The stored properties of charge ${row.id} cannot be read: ${parsed.issues.map(({ path, message }) => `${path} ${message}`).join('; ')}`);
}
