import { Amount, Currency } from '@farthing/core/money';
import type { z } from 'zod';
import { publicId } from '../../kernel/wire.ts';
import type { ChargeOutput, PlanResponse } from './catalog.schemas.ts';
import type { ChargeRow, PlanRow } from './catalog.sql.ts';

function presentCharge(row: ChargeRow): z.output<typeof ChargeOutput> {
  return {
    ...row,
    public_id: publicId('chg', row.id),
    properties: { ...row.properties },
    filters: row.filters.map((filter) => ({ ...filter })),
    min_amount_cents: Amount.of(row.min_amount_cents),
  };
}

/** A plan with its charges as replies, events and webhooks show it. `charges` may hold those of other plans too. */
export function presentPlan(row: PlanRow, charges: readonly ChargeRow[]): z.output<typeof PlanResponse> {
  return {
    ...row,
    public_id: publicId('plan', row.id),
    amount_cents: Amount.of(row.amount_cents),
    currency: Currency.parse(row.currency),
    charges: charges.filter(({ plan_id: planId }) => planId === row.id).map(presentCharge),
  };
}
