import { randomUUIDv7 } from 'node:crypto';
import type { z } from 'zod';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { invalid } from '../../kernel/problem.ts';
import { checkOverrides, findPlan, overridePlan } from '../catalog/index.ts';
import { findCustomer } from '../customers/index.ts';
import { trialEndFor } from './nextPhase.ts';
import { refuseImpossibleEnd } from './refuseEnd.ts';
import { startingUnits } from './startingUnits.ts';
import type { SupposedSubscription } from './subscriptions.schemas.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';

/**
 * The row that a subscription would have if it were created like this: what it would cost can be worked out of it as of any other. Nothing
 * is written. Throws 422 as creating it would.
 */
export async function supposeSubscription(db: ReadDb, body: z.output<typeof SupposedSubscription>, now: Temporal.Instant): Promise<SubscriptionRow> {
  const customer = await findCustomer(db, body.customer_id);
  if (customer === undefined) throw invalid('customer_id', 'not_found', 'There is no such customer.');
  const found = await findPlan(db, body.plan_id);
  if (found === undefined) throw invalid('plan_id', 'not_found', 'There is no such plan.');
  const overrides = await checkOverrides(db, found.id, body.overrides ?? null);
  const plan = overridePlan(found, overrides);
  if (plan.currency !== customer.currency)
    throw invalid('plan_id', 'currency_mismatch', `The plan is priced in ${plan.currency}, the customer is billed in ${customer.currency}.`);
  const id = randomUUIDv7();
  const startedAt = body.started_at ?? now;
  const trial = { trial_period_days: body.trial_period_days ?? plan.trial_period_days, start_zone: customer.effective_timezone };
  const row: SubscriptionRow = {
    ...notYet,
    ...trial,
    tenant_id: customer.tenant_id,
    id,
    external_id: id,
    customer_id: customer.id,
    plan_id: plan.id,
    billing_time: body.billing_time,
    pay_in_advance: body.pay_in_advance ?? plan.pay_in_advance,
    trial_ends_at: trialEndFor({ ...trial, effective_timezone: customer.effective_timezone }, startedAt),
    subscription_at: body.subscription_at ?? null,
    started_at: startedAt,
    ending_at: body.ending_at ?? null,
    overrides,
    own_trial: body.trial_period_days !== undefined,
    own_payment_time: body.pay_in_advance !== undefined,
    created_at: now,
    updated_at: now,
    customer_external_id: customer.external_id,
    customer_currency: customer.currency,
    effective_timezone: customer.effective_timezone,
    plan_code: plan.code,
    plan_name: plan.name,
    plan_interval: plan.interval,
    plan_interval_count: plan.interval_count,
    plan_amount_cents: plan.amount_cents,
    plan_trial_period_days: plan.trial_period_days,
    plan_currency: plan.currency,
    plan_bill_charges_monthly: plan.bill_charges_monthly,
    plan_has_fixed_advance: plan.has_fixed_advance,
    plan_has_fixed_arrears: plan.has_fixed_arrears,
    units: await startingUnits(db, plan.id, body.fixed_charges ?? [], now),
  };
  refuseImpossibleEnd(row, now);
  return row;
}

/** What has not happened to a subscription that is only supposed. */
const notYet = {
  status: 'pending',
  on_termination_action: 'generate_invoice',
  invoice_separately: false,
  trial_ended_at: null,
  canceled_at: null,
  terminated_at: null,
  paused_at: null,
  resumed_at: null,
  previous_plan_id: null,
  downgraded_at: null,
  billed_through_at: null,
  billed_through_day: null,
  done_through_at: null,
  cancels_at: null,
  cancel_action: null,
  phase: 0,
  opened_at: null,
  opened_day: null,
  anchor_day: null,
  pending_plan_id: null,
  pending_day: null,
  pending_overrides: null,
  pending_anchor_day: null,
  pending_subscription_at: null,
  pending_plan: null,
  pauses: [],
} as const;
