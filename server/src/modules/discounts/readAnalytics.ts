import { Amount } from '@farthing/core/money';
import type { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { notFound } from '../../kernel/problem.ts';
import { findOrganization } from '../identity/index.ts';
import type { CouponAnalyticsResponse } from './discounts.schemas.ts';
import { countApplications, findCoupon, sumUses } from './discounts.sql.ts';

/** How often a coupon was given and what invoices took of it, in each currency: amounts of two are never added (M7). Throws 404. */
export async function readAnalytics({ db, scope }: Read, code: string): Promise<z.output<typeof CouponAnalyticsResponse>> {
  const coupon = await findCoupon(db, code);
  if (coupon === undefined) throw notFound('coupon');
  const { active_applications: active, times_applied: times, remaining_uses: remaining } = await countApplications(db, coupon.id);
  const sums = await sumUses(db, coupon.id);
  const currency = coupon.amount_currency ?? (await findOrganization(db, scope.tenant.organizationId))?.default_currency ?? 'USD';
  return {
    times_applied: times,
    active_applications: active,
    terminated_applications: times - active,
    currency,
    total_discount_cents: Amount.of(sums.find((sum) => sum.currency === currency)?.amount_cents ?? 0n),
    discounts: sums.map((sum) => ({ currency: sum.currency, amount_cents: Amount.of(sum.amount_cents) })),
    remaining_uses: remaining,
  };
}
