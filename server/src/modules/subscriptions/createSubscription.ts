import { randomUUIDv7 } from 'node:crypto';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, invalid } from '../../kernel/problem.ts';
import { checkOverrides, findPlan, overridePlan, type PlanRow } from '../catalog/index.ts';
import { type CustomerRow, findCustomer, lockBilling, lockCustomer } from '../customers/index.ts';
import { keepClockForward } from '../identity/index.ts';
import { hasCome } from './doDueWork.ts';
import { trialEndFor } from './nextPhase.ts';
import { presentSubscription } from './presentSubscription.ts';
import { refuseImpossibleEnd } from './refuseEnd.ts';
import { startingUnits } from './startingUnits.ts';
import { startSubscription } from './startSubscription.ts';
import { subscriptionCreated } from './subscriptions.events.ts';
import { scheduleNext } from './scheduleNext.ts';
import type { SubscriptionCreate } from './subscriptions.schemas.ts';
import { hasExternalId, holdPlan, reread, type SubscriptionRow } from './subscriptions.sql.ts';
import { insertUnits } from './units.sql.ts';

type Body = z.output<typeof SubscriptionCreate>;

/**
 * Creates a subscription. It is pending first; if its start has come it starts in the same transaction and is billed from the period
 * that is open now, or where that is asked for from its start: its timer then does what fell due since, one by one.
 */
export async function createSubscription(tx: Tx, body: Body) {
  const { now } = tx.scope;
  const customer = await takeCustomer(tx, body.customer_id);
  const found = await takePlan(tx, body.plan_id);
  const overrides = await checkOverrides(tx.db, found.id, body.overrides ?? null);
  const plan = overridePlan(found, overrides);
  if (plan.currency !== customer.currency)
    throw invalid('plan_id', 'currency_mismatch', `The plan is priced in ${plan.currency}, the customer is billed in ${customer.currency}.`);
  await refuseTakenExternalId(tx, body.external_id);
  await keepClockForward(tx);

  const pending = await insertPending(tx, body, customer, {
    plan_id: plan.id,
    overrides,
    trial_period_days: body.trial_period_days ?? plan.trial_period_days,
    pay_in_advance: body.pay_in_advance ?? plan.pay_in_advance,
    own_trial: body.trial_period_days !== undefined,
    own_payment_time: body.pay_in_advance !== undefined,
  });
  refuseImpossibleEnd(pending, now);
  await tx.emit(subscriptionCreated, { id: pending.id, data: presentSubscription(pending, now) });
  const startedAt = pending.started_at;
  const row = startedAt !== null && hasCome(tx, startedAt) ? await startSubscription(tx, pending, startedAt, body.bill_past ? startedAt : now) : pending;
  await scheduleNext(tx, row);
  return presentSubscription(row, now);
}

async function insertPending(
  tx: Tx,
  body: Body,
  customer: CustomerRow,
  fromPlan: Pick<SubscriptionRow, 'plan_id' | 'overrides' | 'trial_period_days' | 'pay_in_advance' | 'own_trial' | 'own_payment_time'>,
): Promise<SubscriptionRow> {
  const { tenant, now } = tx.scope;
  const id = randomUUIDv7();
  const startedAt = body.started_at ?? null;
  const trial = { trial_period_days: fromPlan.trial_period_days, start_zone: null, effective_timezone: customer.effective_timezone };
  await tx.db
    .insertInto('subscriptions')
    .values({
      ...fromPlan,
      tenant_id: tenant.id,
      id,
      external_id: body.external_id,
      customer_id: customer.id,
      status: 'pending',
      billing_time: body.billing_time,
      trial_ends_at: trialEndFor(trial, startedAt),
      subscription_at: body.subscription_at ?? null,
      started_at: startedAt,
      ending_at: body.ending_at ?? null,
      on_termination_action: body.on_termination_action,
      invoice_separately: body.invoice_separately,
      created_at: now,
      updated_at: now,
    })
    .execute();
  await insertUnits(tx, id, await startingUnits(tx.db, fromPlan.plan_id, body.fixed_charges ?? [], now));
  return reread(tx.db, id);
}

/** The live customer a reference names, locked: nobody deletes it while it gets a subscription. */
async function takeCustomer(tx: Tx, reference: string): Promise<CustomerRow> {
  const found = await findCustomer(tx.db, reference);
  if (found !== undefined) {
    await lockBilling(tx, found.id);
    await lockCustomer(tx.db, found.id);
  }
  const customer = found === undefined ? undefined : await findCustomer(tx.db, found.id);
  if (customer === undefined) throw invalid('customer_id', 'not_found', 'There is no such customer.');
  return customer;
}

/** The live plan a reference names, held: it is not deleted while it gets a subscription. */
async function takePlan(tx: Tx, reference: string): Promise<PlanRow> {
  const found = await findPlan(tx.db, reference);
  const plan = found === undefined ? undefined : await holdPlan(tx.db, found.id);
  if (plan === undefined) throw invalid('plan_id', 'not_found', 'There is no such plan.');
  return plan;
}

async function refuseTakenExternalId(tx: Tx, externalId: string): Promise<void> {
  await tx.lock(`subscription external_id ${externalId}`);
  if (await hasExternalId(tx.db, externalId))
    throw conflict('external_id_taken', `There is already a subscription with the external_id ${externalId}.`);
}
