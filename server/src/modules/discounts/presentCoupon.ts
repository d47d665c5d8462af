import { Amount, Rate } from '@farthing/core/money';
import type { z } from 'zod';
import { publicId } from '../../kernel/wire.ts';
import type { AppliedCouponRow, CouponRow } from './discounts.sql.ts';
import { type AppliedCouponResponse, CouponResponse } from './discounts.schemas.ts';

const feeTypes = CouponResponse.shape.applies_to.shape.fee_types;

function givenBy(row: Pick<CouponRow, 'amount_cents' | 'percentage_rate' | 'plan_codes' | 'fee_types' | 'billable_metric_codes'>) {
  return {
    amount_cents: row.amount_cents === null ? null : Amount.of(row.amount_cents),
    percentage_rate: row.percentage_rate === null ? null : Rate.restore(row.percentage_rate),
    applies_to: { plan_codes: row.plan_codes, fee_types: feeTypes.parse(row.fee_types), billable_metric_codes: row.billable_metric_codes },
  };
}

export function presentCoupon(row: CouponRow): z.output<typeof CouponResponse> {
  return { ...row, ...givenBy(row), public_id: publicId('cou', row.id), status: row.terminated_at === null ? 'active' : 'terminated' };
}

/** A customer's coupon: active until it is used up or removed. */
export function presentApplied(row: AppliedCouponRow): z.output<typeof AppliedCouponResponse> {
  const terminatedAt = row.removed_at ?? row.used_up_at;
  return {
    ...row,
    ...givenBy(row),
    public_id: publicId('ac', row.id),
    frequency_duration_remaining: row.frequency_duration === null ? null : row.frequency_duration - row.uses,
    status: terminatedAt === null ? 'active' : 'terminated',
    terminated_at: terminatedAt,
  };
}
