import type { Fixture } from './fixtures.ts';
import type { World } from './world.ts';

const newFeature = ({ must, name }: World, more: object = {}) => must('POST', '/v1/features', { code: name(), name: name(), feature_type: 'quantity', ...more });

async function newEntitlement(world: World) {
  const [plan, feature] = [await world.newPlan(), await newFeature(world)];
  return world.must('POST', '/v1/entitlements', { plan_id: plan.id, feature_id: feature.id, value: '100' });
}

/** A feature of which the subscription has a value of its own. */
async function overridden(world: World) {
  const [{ subscription }, feature] = [world.made, await newFeature(world)];
  await world.must('PUT', `/v1/subscriptions/${subscription.id}/entitlements/${feature.code}`, { value: '5' });
  return { params: { external_id: subscription.external_id, feature_code: feature.code } };
}

/** Good calls of the operations on features and on who is granted them. */
export const entitlementFixtures: Readonly<Record<string, Fixture>> = {
  listFeatures: async (world) => {
    await newFeature(world);
    return {};
  },
  getFeature: async (world) => ({ params: { code: (await newFeature(world)).code } }),
  createFeature: ({ name, made }) => ({ body: { code: name(), name: name(), feature_type: 'quantity', billable_metric_id: made.metric.id } }),
  updateFeature: async (world) => ({
    params: { code: (await newFeature(world)).code },
    body: { name: world.name(), billable_metric_id: world.made.metric.id },
  }),
  deleteFeature: async (world) => ({ params: { code: (await newFeature(world)).code } }),
  countPlansPerFeature: () => ({}),
  listEntitlements: async (world) => {
    const { plan_id, feature_id } = await newEntitlement(world);
    return { query: { plan_id, feature_id } };
  },
  createEntitlement: async (world) => ({ body: { plan_id: (await world.newPlan()).id, feature_id: (await newFeature(world)).id, value: 'unlimited' } }),
  copyEntitlements: async (world) => ({ body: { source_plan_id: (await newEntitlement(world)).plan_id, target_plan_id: (await world.newPlan()).id } }),
  updateEntitlement: async (world) => ({ params: { entitlement_id: (await newEntitlement(world)).id }, body: { value: 200 } }),
  deleteEntitlement: async (world) => ({ params: { entitlement_id: (await newEntitlement(world)).id } }),
  checkEntitlement: async (world) => {
    const { metric, customer, subscription } = world.made;
    const { code } = await newFeature(world, { billable_metric_id: metric.id });
    await world.must('PUT', `/v1/subscriptions/${subscription.id}/entitlements/${code}`, { value: '1000' });
    return { query: { customer_id: customer.id, feature_code: code, subscription_id: subscription.id, quantity: '1.5' } };
  },
  listSubscriptionEntitlements: async (world) => {
    const { params } = await overridden(world);
    return { params: { external_id: params.external_id } };
  },
  getSubscriptionEntitlement: overridden,
  overrideSubscriptionEntitlement: async (world) => ({ ...(await overridden(world)), body: { value: null } }),
  dropSubscriptionEntitlement: overridden,
};
