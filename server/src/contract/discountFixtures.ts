import type { Fixture } from './fixtures.ts';
import type { World } from './world.ts';

async function newCoupon({ must, name }: World, more: object = {}) {
  return must('POST', '/v1/coupons', { code: name(), name: name(), coupon_type: 'percentage', percentage_rate: '10', frequency: 'forever', ...more });
}

async function appliedCoupon(world: World) {
  const { must, newCustomer } = world;
  return must('POST', '/v1/coupons/apply', { coupon_code: (await newCoupon(world)).code, customer_id: (await newCustomer()).id });
}

/** What a customer is given. */
export const discounts: Record<string, Fixture> = {
  listCoupons: async (world) => {
    for (const _ of [1, 2]) await newCoupon(world);
    return { query: { status: 'active' } };
  },
  createCoupon: ({ name, made }) => ({
    body: {
      ...{ code: name(), name: name(), coupon_type: 'fixed_amount', amount_cents: 500, amount_currency: 'USD', frequency: 'recurring', frequency_duration: 3 },
      applies_to: { plan_codes: [made.plan.code], fee_types: ['charge'], billable_metric_codes: [made.metric.code] },
    },
  }),
  getCoupon: async (world) => ({ params: { code: (await newCoupon(world)).code } }),
  updateCoupon: async (world) => ({ params: { code: (await newCoupon(world)).code }, body: { name: world.name(), expiration: 'time_limit', expiration_at: '2030-01-01T00:00:00Z' } }),
  terminateCoupon: async (world) => ({ params: { code: (await newCoupon(world)).code } }),
  applyCoupon: async (world) => ({ body: { coupon_code: (await newCoupon(world)).code, customer_id: (await world.newCustomer()).id, percentage_rate: '12.5' } }),
  removeAppliedCoupon: async (world) => ({ params: { applied_coupon_id: (await appliedCoupon(world)).id } }),
  getCouponAnalytics: async (world) => ({ params: { code: (await newCoupon(world)).code } }),
  duplicateCoupon: async (world) => ({ params: { code: (await newCoupon(world)).code } }),
  listCustomerAppliedCoupons: async (world) => ({ params: { customer_id: (await appliedCoupon(world)).customer_id } }),
};
