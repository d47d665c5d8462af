import { featureTypes } from '@farthing/core/entitlements';
import { Quantity, nonNegativeQuantityCodec, quantityCodec } from '@farthing/core/money';
import { z } from 'zod';
import { listQuery } from '../../kernel/http/page.ts';
import { idInput, instant, text, uuid } from '../../kernel/wire.ts';

const given = z
  .union([text(1, 1000), z.boolean(), quantityCodec])
  .transform((value) => (typeof value === 'object' ? Quantity.toString(value) : String(value)))
  .meta({ description: 'By the type of the feature: true or false; a decimal that is not negative, or unlimited; any text.' });

const reference = text(1, 255);

export const EntitlementCreate = z
  .strictObject({
    plan_id: reference.meta({ description: 'An id, its prefixed form plan_…, or the code.' }),
    feature_id: reference.meta({ description: 'An id, its prefixed form feat_…, or the code.' }),
    value: given,
  })
  .meta({ id: 'EntitlementCreate' });

export const EntitlementUpdate = z.strictObject({ value: given }).partial().meta({ id: 'EntitlementUpdate' });

export const EntitlementCopyRequest = z
  .strictObject({ source_plan_id: reference, target_plan_id: reference })
  .meta({ id: 'EntitlementCopyRequest', description: 'Plans by id, prefixed id or code.' });

const feature = {
  feature_id: uuid,
  feature_code: z.string(),
  feature_type: z.enum(featureTypes),
};

export const EntitlementResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    plan_id: uuid.meta({ description: 'Where the subscription has the feature by itself, the plan that it is on.' }),
    ...feature,
    value: z.string().meta({ description: 'true or false; a decimal, or unlimited; any text.' }),
    source: z.enum(['plan', 'subscription']).meta({ description: 'Whether the plan grants it, or the subscription has it by itself.' }),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'EntitlementResponse' });

export const PlanCountsPerFeature = z.record(z.string(), z.int()).meta({ id: 'PlanCountsPerFeature', description: 'Feature id -> plans that grant it.' });

export const SubscriptionEntitlementUpdate = z
  .strictObject({ value: given.nullable().meta({ description: 'Instead of what the plan grants; null takes the feature from the subscription.' }) })
  .meta({ id: 'SubscriptionEntitlementUpdate' });

export const SubscriptionEntitlementResponse = z
  .object({
    id: uuid.nullable().meta({ description: 'Of what the subscription has by itself; null where the plan decides.' }),
    subscription_id: uuid,
    external_subscription_id: z.string(),
    plan_id: uuid,
    ...feature,
    plan_value: z.string().nullable().meta({ description: 'What the plan grants; null: nothing.' }),
    value: z.string().nullable().meta({ description: 'What counts; null: nothing is granted.' }),
    source: z.enum(['plan', 'subscription']).meta({ description: 'Which of the two decides.' }),
  })
  .meta({ id: 'SubscriptionEntitlementResponse' });

const access = z.enum(['granted', 'no_running_subscription', 'not_entitled', 'turned_off', 'limit_reached']);

export const EntitlementCheckResponse = z
  .object({
    has_access: z.boolean(),
    reason: access,
    customer_id: uuid,
    ...feature,
    value: z.string().nullable(),
    limit: quantityCodec.nullable().meta({ description: 'Of a quantity; null: none.' }),
    current_usage: quantityCodec.nullable().meta({ description: 'So far in the period, as the metric of the feature measures it. Null where there is no metric or no limit.' }),
    remaining: quantityCodec.nullable(),
    resets_at: instant.nullable().meta({ description: 'When the period of the usage ends; null where what is used now stays used.' }),
    source: z.enum(['plan', 'subscription']).nullable(),
    subscription_id: uuid.nullable(),
    external_subscription_id: z.string().nullable(),
    plan_id: uuid.nullable(),
  })
  .meta({ id: 'EntitlementCheckResponse' });

const otherName = (name: string) => reference.optional().meta({ description: `Another name of ${name}.` });

export const checkQuery = z.strictObject({
  customer_id: reference.optional().meta({ description: 'An id, its prefixed form cus_…, or the external_id.' }),
  customer: otherName('customer_id'),
  external_id: otherName('customer_id'),
  feature_code: reference.optional(),
  feature: otherName('feature_code'),
  subscription_id: reference.optional().meta({ description: 'An id, its prefixed form sub_…, or the external_id. Default: whichever running one grants most.' }),
  quantity: nonNegativeQuantityCodec.optional().meta({ description: 'How much is to be used; access only where all of it fits. Default: anything at all.' }),
});

export const entitlementParams = z.object({ entitlement_id: idInput('entl') });
export const entitlementsQuery = listQuery({ plan_id: idInput('plan').optional(), feature_id: idInput('feat').optional() });
const subscription = reference.meta({ description: 'The external_id, an id, or its prefixed form sub_….' });
export const subscriptionParams = z.object({ external_id: subscription });
export const subscriptionFeatureParams = z.object({ external_id: subscription, feature_code: reference });
