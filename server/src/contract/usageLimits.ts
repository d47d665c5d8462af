import { untilAnswered } from '../testing/comesAbout.ts';
import { eventFor } from './catalogue.ts';
import type { Fixture } from './fixtures.ts';
import type { World } from './world.ts';

async function newThreshold({ must, newPlan, count }: World) {
  return must('POST', `/v1/plans/${(await newPlan()).id}/usage_thresholds`, { amount_cents: 1_000_000_000 + count() });
}

async function alertParams({ must, made, count }: World) {
  const body = { subscription_id: made.subscription.id, billable_metric_id: made.metric.id, threshold_value: 1_000_000_000 + count() };
  return { params: { alert_id: (await must('POST', '/v1/usage_alerts', body)).id } };
}

/** An alert that was triggered: it has a history. */
async function triggeredAlert({ must, made, name, now }: World) {
  const body = { subscription_id: made.subscription.id, measure: 'units', billable_metric_id: made.metric.id, threshold_value: '0.5' };
  const { id } = await must('POST', '/v1/usage_alerts', body);
  await must('POST', '/v1/events', eventFor(made.metric.code, made.customer.external_id, name(), 1, now));
  await untilAnswered(async () => {
    const { times_triggered: times } = await must('GET', `/v1/usage_alerts/${id}`);
    return times > 0 ? true : undefined;
  });
  return { params: { alert_id: id } };
}

/** Good calls of the operations on usage thresholds and usage alerts. */
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
  listUsageAlerts: async (world) => {
    await alertParams(world);
    return { query: { subscription_id: world.made.subscription.id } };
  },
  createUsageAlert: ({ made, name }) => ({
    body: { subscription_id: made.subscription.id, billable_metric_id: made.metric.id, threshold_value: '2000000000.5', measure: 'units', recurring: true, name: name() },
  }),
  getUsageAlert: alertParams,
  updateUsageAlert: async (world) => ({ ...(await alertParams(world)), body: { threshold_value: 3_000_000_000, name: world.name() } }),
  deleteUsageAlert: alertParams,
  getUsageAlertStatus: alertParams,
  listUsageAlertTriggers: triggeredAlert,
  testUsageAlert: alertParams,
};
