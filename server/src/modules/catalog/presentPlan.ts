import { Amount, Currency, Quantity } from '@farthing/core/money';
import { z } from 'zod';
import { publicId } from '../../kernel/wire.ts';
import type { ChargeOutput, PlanResponse } from './catalog.schemas.ts';
import type { FixedChargeOutput } from './fixedCharges.schemas.ts';
import type { ChargeRow, PlanRow } from './catalog.sql.ts';
import type { FixedChargeRow } from './fixedCharges.sql.ts';

function presentCharge(row: ChargeRow): z.output<typeof ChargeOutput> {
  return {
    ...row,
    public_id: publicId('chg', row.id),
    properties: { ...row.properties },
    filters: row.filters.map((filter) => ({ ...filter })),
    min_amount_cents: Amount.of(row.min_amount_cents),
  };
}

const record = z.record(z.string(), z.unknown());

function presentFixed(row: FixedChargeRow): z.output<typeof FixedChargeOutput> {
  return { ...row, units: Quantity.restore(row.units), properties: record.parse(row.properties) };
}

/** What a plan is made of; there may be charges of other plans among them. */
export interface PlanContents {
  readonly charges: readonly ChargeRow[];
  readonly fixedCharges: readonly FixedChargeRow[];
}

/** A plan with its charges as replies, events and webhooks show it. */
export function presentPlan(row: PlanRow, { charges, fixedCharges }: PlanContents): z.output<typeof PlanResponse> {
  return {
    ...row,
    public_id: publicId('plan', row.id),
    amount_cents: Amount.of(row.amount_cents),
    currency: Currency.parse(row.currency),
    charges: charges.filter(({ plan_id: planId }) => planId === row.id).map(presentCharge),
    fixed_charges: fixedCharges.filter(({ plan_id: planId }) => planId === row.id).map(presentFixed),
  };
}
