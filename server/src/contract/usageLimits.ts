import type { Fixture } from './fixtures.ts';
import type { World } from './world.ts';

async function newThreshold({ must, newPlan, count }: World) {
  return must('POST', `/v1/plans/${(await newPlan()).id}/usage_thresholds`, { amount_cents: 1_000_000_000 + count() });
}

/** Good calls of the operations on usage thresholds. */
export const usageLimits: Record<string, Fixture> = {
  listPlanUsageThresholds: async (world) => ({ params: { plan_code: (await newThreshold(world)).plan_id } }),
  createPlanUsageThreshold: async ({ newPlan }) => ({
    params: { plan_code: (await newPlan()).code },
    body: { amount_cents: 100, currency: 'USD', recurring: true, threshold_display_name: 'First' },
  }),
  deleteUsageThreshold: async (world) => ({ params: { threshold_id: (await newThreshold(world)).id } }),
  listSubscriptionUsageThresholds: async ({ must, newSubscription, count }) => {
    const { id } = await newSubscription();
    await must('POST', `/v1/subscriptions/${id}/usage_thresholds`, { amount_cents: 1_000_000_000 + count() });
    return { params: { subscription_id: id } };
  },
  createSubscriptionUsageThreshold: async ({ newSubscription, count }) => ({
    params: { subscription_id: (await newSubscription()).id },
    body: { amount_cents: 1_000_000_000 + count() },
  }),
};
