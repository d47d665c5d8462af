import { Amount, amountCodec, currencyCodec, nonNegativeRateCodec, rateCodec } from '@farthing/core/money';
import { z } from 'zod';
import { code, idInput, instant, text, uuid } from '../../kernel/wire.ts';

const couponType = z.enum(['fixed_amount', 'percentage']);
const frequency = z.enum(['once', 'recurring', 'forever']);
const expiration = z.enum(['no_expiration', 'time_limit']);
const status = z.enum(['active', 'terminated']);
const feeType = z.enum(['charge', 'subscription', 'fixed_charge', 'add_on', 'commitment']);

const amount = amountCodec
  .refine((value) => !Amount.isNegative(value), 'Must not be negative.')
  .meta({ override: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Of each invoice, in minor units of amount_currency.' } });

const codes = z.array(text(1, 255)).max(100).transform((given) => [...new Set(given)]);

const limits = {
  plan_codes: codes.meta({ description: 'Fees of subscriptions to these plans.' }),
  fee_types: z.array(feeType).max(5).transform((given) => [...new Set(given)]),
  billable_metric_codes: codes.meta({ description: 'Fees for usage of these metrics.' }),
};

const AppliesToInput = z
  .strictObject(limits)
  .partial()
  .meta({ id: 'CouponAppliesToInput', description: 'The fees it takes from: those for which each list that is not empty holds; all of them by default.' });

const AppliesTo = z
  .object({ plan_codes: z.array(z.string()), fee_types: z.array(feeType), billable_metric_codes: z.array(z.string()) })
  .meta({ id: 'CouponAppliesTo' });

const name = text(1, 255);
const description = text(0, 2000).nullable();

export const CouponCreate = z
  .strictObject({
    code: code(255),
    name,
    description: description.optional(),
    coupon_type: couponType,
    amount_cents: amount.nullable().optional(),
    amount_currency: currencyCodec.nullable().optional(),
    percentage_rate: nonNegativeRateCodec.nullable().optional().meta({ description: 'Percent, 0 to 100.' }),
    frequency,
    frequency_duration: z.int().min(1).max(10_000).nullable().optional().meta({ description: 'How many invoices, where it is recurring.' }),
    reusable: z.boolean().optional().meta({ description: 'False: once per customer for ever. Default true.' }),
    expiration: expiration.optional(),
    expiration_at: instant.nullable().optional().meta({ description: 'From then on it is not given any more; who has it keeps it.' }),
    applies_to: AppliesToInput.optional(),
  })
  .meta({ id: 'CouponCreate' });

export const CouponUpdate = z
  .strictObject({ name, description, expiration, expiration_at: instant.nullable(), status: status.meta({ description: 'terminated ends it, for good.' }) })
  .partial()
  .meta({ id: 'CouponUpdate' });

const given = {
  coupon_type: couponType,
  amount_cents: amountCodec.nullable(),
  amount_currency: z.string().nullable(),
  percentage_rate: rateCodec.nullable(),
  frequency,
  frequency_duration: z.int().nullable(),
};

export const CouponResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    code: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    ...given,
    reusable: z.boolean(),
    expiration,
    expiration_at: instant.nullable(),
    applies_to: AppliesTo,
    status,
    terminated_at: instant.nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'CouponResponse' });

export const ApplyCouponRequest = z
  .strictObject({
    coupon_code: z.string().min(1).max(300),
    customer_id: z.string().min(1).max(255).meta({ description: 'An id, prefixed id or external_id.' }),
    amount_cents: amount.nullable().optional(),
    amount_currency: currencyCodec.nullable().optional().meta({ description: 'The customer’s; with amount_cents it may be another one than the coupon’s.' }),
    percentage_rate: nonNegativeRateCodec.nullable().optional(),
  })
  .meta({ id: 'ApplyCouponRequest', description: 'An amount or percentage that is given holds for this customer instead of the coupon’s.' });

export const AppliedCouponResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    coupon_id: uuid,
    coupon_code: z.string(),
    coupon_name: z.string(),
    customer_id: uuid,
    ...given,
    frequency_duration_remaining: z.int().nullable().meta({ description: 'Invoices that may still take it; null where it is not recurring.' }),
    applies_to: AppliesTo,
    status,
    terminated_at: instant.nullable().meta({ description: 'When it was used up or removed.' }),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'AppliedCouponResponse' });

export const CouponAnalyticsResponse = z
  .object({
    times_applied: z.int(),
    active_applications: z.int(),
    terminated_applications: z.int(),
    currency: z.string().meta({ description: 'Of the total: the coupon’s, else the organization’s.' }),
    total_discount_cents: amountCodec.meta({ description: 'What invoices in this currency took, less what they gave back.' }),
    discounts: z.array(z.object({ currency: z.string(), amount_cents: amountCodec })).meta({ description: 'The same in each currency.' }),
    remaining_uses: z.int().nullable().meta({ description: 'Invoices that may still take it, over all active applications; null without a limit.' }),
  })
  .meta({ id: 'CouponAnalyticsResponse' });

export const couponParams = z.object({ code: z.string().min(1).max(300) });
export const appliedCouponParams = z.object({ applied_coupon_id: idInput('ac') });
export const couponFilters = { status: status.optional() };
