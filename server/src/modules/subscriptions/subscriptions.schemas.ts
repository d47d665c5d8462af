import { nonNegativeQuantityCodec } from '@farthing/core/money';
import { invoiceKinds, prorations, subscriptionStatuses, terminationActions } from '@farthing/core/subscriptions';
import { z } from 'zod';
import { PlanOverridesInput, PlanOverridesOutput } from '../catalog/index.ts';
import { idInput, instant, text, uuid } from '../../kernel/wire.ts';

const billingTime = z.enum(['calendar', 'anniversary']);
const terminationAction = z.enum(terminationActions);
const trialPeriodDays = z.int().min(0).max(3650);

export const SubscriptionCreate = z
  .strictObject({
    external_id: text(1, 255),
    customer_id: text(1, 255).meta({ description: 'An id, its prefixed form cus_…, or the customer’s external_id.' }),
    plan_id: text(1, 255).meta({ description: 'An id, its prefixed form plan_…, or the plan’s code.' }),
    billing_time: billingTime.default('calendar'),
    started_at: instant
      .nullable()
      .optional()
      .meta({ description: 'When it starts: now or before, it is active at once; later, on that date; absent, when it is activated.' }),
    subscription_at: instant
      .nullable()
      .optional()
      .meta({ description: 'The anchor of its periods; never its start. Default: the start, or the first day after the trial.' }),
    ending_at: instant.nullable().optional(),
    trial_period_days: trialPeriodDays.optional().meta({ description: 'Default: the plan’s.' }),
    pay_in_advance: z.boolean().optional().meta({ description: 'Default: the plan’s.' }),
    on_termination_action: terminationAction.default('generate_invoice'),
    overrides: PlanOverridesInput.nullable().optional(),
    fixed_charges: z
      .array(z.strictObject({ add_on_code: text(1, 255), units: nonNegativeQuantityCodec }))
      .max(100)
      .optional()
      .meta({ description: 'Units of fixed charges that it has instead of its plan’s.' }),
    bill_past: z.boolean().default(false).meta({
      description: 'Of a start in the past. True: all that fell due since then is billed, one period after the other. False: billing begins with the period that is open.',
    }),
    invoice_separately: z.boolean().default(false).meta({ description: 'True: always on invoices of its own, also where others of the customer fall due with it.' }),
  })
  .meta({ id: 'SubscriptionCreate' });

/** A subscription that might be, with the terms it would have. */
export const SupposedSubscription = SubscriptionCreate.omit({ external_id: true, on_termination_action: true, bill_past: true, invoice_separately: true });

export const changeOptions = {
  timing: z.enum(['now', 'period_end']).optional().meta({ description: 'When the plan changes. Default: now to the same or a higher price a year, else at the end of the period.' }),
  proration: z.enum(prorations).optional().meta({
    description:
      'How the running period is settled where the plan changes now. day: each plan its days. none: it stays the old plan’s. full_price: the new price for all of it, a lower one instead of what was paid. difference: what the new price is above the old one. Default: day.',
  }),
};

export const SubscriptionUpdate = z
  .strictObject({
    plan_id: text(1, 255).meta({
      description: 'An id, its prefixed form plan_…, or the plan’s code. To the same or a higher price a year: now, else at the end of the period. Its own plan takes a pending change back.',
    }),
    ...changeOptions,
    ending_at: instant.nullable(),
    billing_time: billingTime.meta({ description: 'Another one only before the start.' }),
    pay_in_advance: z.boolean().meta({ description: 'Another one only before the start.' }),
    on_termination_action: terminationAction,
    subscription_at: instant
      .nullable()
      .meta({ description: 'The anchor: at once while nothing is billed, else from the end of the open period on. The one it has takes a pending one back.' }),
    trial_period_days: trialPeriodDays.meta({ description: 'Only while pending or in the trial.' }),
    invoice_separately: z.boolean().meta({ description: 'True: on invoices of its own from what is due now on.' }),
    overrides: PlanOverridesInput.nullable().meta({
      description: 'With a plan_id, of that plan: those it had end with the plan before. Else the new set, by which all is priced that is not billed yet; null: none.',
    }),
  })
  .partial()
  .meta({ id: 'SubscriptionUpdate' });

const readOnly = (description: string) => instant.nullable().meta({ description });

export const SubscriptionResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    external_id: z.string(),
    customer_id: uuid,
    customer_external_id: z.string().nullable(),
    plan_id: uuid,
    plan_code: z.string(),
    status: z.enum(subscriptionStatuses),
    billing_time: billingTime,
    pay_in_advance: z.boolean(),
    on_termination_action: terminationAction,
    invoice_separately: z.boolean().meta({ description: 'Whether it is never on one invoice with others.' }),
    trial_period_days: z.int(),
    trial_ends_at: instant.nullable(),
    trial_ended_at: instant.nullable(),
    subscription_at: instant.nullable(),
    started_at: instant.nullable(),
    ending_at: instant.nullable(),
    canceled_at: instant.nullable(),
    cancels_at: readOnly('When a canceled subscription ends, unless the cancellation is taken back.'),
    terminated_at: instant.nullable(),
    paused_at: instant.nullable(),
    resumed_at: instant.nullable(),
    previous_plan_id: uuid.nullable(),
    pending_plan_id: uuid.nullable().meta({ description: 'The plan it changes to at the end of its period.' }),
    pending_plan_at: readOnly('When it does.'),
    overrides: PlanOverridesOutput.nullable(),
    pending_overrides: PlanOverridesOutput.nullable().meta({ description: 'Those of the plan it changes to.' }),
    pending_subscription_at: readOnly('The anchor it gets at the end of its period.'),
    anchor_changes_at: readOnly('When it does; set, too, where the anchor becomes the start again.'),
    downgraded_at: readOnly('When a downgrade was asked for that is still to come.'),
    current_period_start: readOnly('The usage period that is open now.'),
    current_period_end: readOnly('Where it closes: at its boundary, or at the end of the subscription before it.'),
    next_billing_at: readOnly('When the next invoice is made.'),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'SubscriptionResponse' });

export const NextBillingDateResponse = z
  .object({
    next_billing_date: instant,
    current_period_started_at: instant,
    interval: z.enum(['daily', 'weekly', 'monthly', 'quarterly', 'semiannual', 'yearly']),
    days_until_next_billing: z.int().meta({ description: 'Local days of the customer, from today’s date to that date.' }),
  })
  .meta({ id: 'NextBillingDateResponse' });

export const progressQuery = z.strictObject({
  since: instant.optional().meta({ description: 'From when on what fell due is counted as billed. Default: a day ago.' }),
});

export const BillingProgressResponse = z
  .object({
    as_of: instant,
    since: instant,
    billed: z.int().meta({ description: 'Subscriptions for which something fell due since then, and all of it is done.' }),
    waiting: z.int().meta({ description: 'Those for which something is due that is not done yet, however long.' }),
    failed: z.int().meta({ description: 'Those whose due work failed again and again: it waits for somebody to mend the cause.' }),
    oldest_due_at: instant.nullable().meta({ description: 'Since when the first of those that wait does.' }),
  })
  .meta({ id: 'BillingProgressResponse' });

/** What invoicing is told: something of this kind fell due at this instant. */
export const BillingDue = z
  .object({
    subscription_ids: z.array(uuid).meta({ description: 'Of one customer and currency, to be billed on one invoice; more than one only for kind periodic.' }),
    at: instant,
    kind: z.enum(invoiceKinds),
    turn: z.int().meta({ description: 'Which of several of this kind: the number of the pause, else 0.' }),
  })
  .meta({ id: 'SubscriptionBillingDue' });

export const PlanSubscriptionCounts = z
  .record(z.string(), z.int())
  .meta({ id: 'PlanSubscriptionCounts', description: 'Plan id -> subscriptions that have not ended.' });

export const subscriptionParams = z.object({
  subscription_id: z.string().min(1).max(255).meta({ description: 'An id, its prefixed form sub_…, or the external_id.' }),
});

const actionAsked = terminationAction.optional().meta({ description: 'Default: the one stored on the subscription.' });

export const terminationQuery = z.strictObject({
  on_termination_action: actionAsked,
  ended_at: instant
    .optional()
    .meta({ description: 'When it ended, if that was before now: not before anything that is billed or was paused or resumed since. Default: now.' }),
});

export const cancellationQuery = z.strictObject({ on_termination_action: actionAsked });

export const SubscriptionResume = z
  .strictObject({
    reset_anchor: z.boolean().meta({ description: 'True: a new period begins today, for a subscription that is billed from its anchor.' }),
  })
  .partial()
  .meta({ id: 'SubscriptionResume' });

const subscriptionIds = z
  .array(text(1, 255))
  .min(1)
  .max(500)
  .meta({ description: 'Ids, prefixed forms sub_…, or external_ids.' });

export const BulkSubscriptionRequest = z.strictObject({ subscription_ids: subscriptionIds }).meta({ id: 'BulkSubscriptionRequest' });

export const BulkTerminateRequest = z
  .strictObject({ subscription_ids: subscriptionIds, on_termination_action: actionAsked })
  .meta({ id: 'BulkTerminateRequest' });

const BulkSubscriptionResult = z
  .object({
    subscription_id: z.string().meta({ description: 'As it was given.' }),
    success: z.boolean(),
    code: z.string().nullable().meta({ description: 'Why not, as the single operation says it.' }),
    error: z.string().nullable(),
  })
  .meta({ id: 'BulkSubscriptionResult' });

export const BulkSubscriptionResponse = z
  .object({ results: z.array(BulkSubscriptionResult), succeeded_count: z.int(), failed_count: z.int() })
  .meta({ id: 'BulkSubscriptionResponse' });

export const subscriptionFilters = {
  customer_id: idInput('cus').optional(),
  plan_id: idInput('plan').optional(),
  status: z.enum(subscriptionStatuses).optional(),
  external_id: text(1, 255).optional(),
};
