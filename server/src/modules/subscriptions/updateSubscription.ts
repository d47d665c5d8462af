import type { Updateable } from 'kysely';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { invalid } from '../../kernel/problem.ts';
import type { Tables } from '../../tables.ts';
import { checkOverrides, findPlan, type PlanOverrides } from '../catalog/index.ts';
import { changePlan } from './changePlan.ts';
import { extendEnd } from './extendEnd.ts';
import { anchorColumns } from './moveAnchor.ts';
import { trialEndFor } from './nextPhase.ts';
import { nextStatus } from './nextStatus.ts';
import { presentSubscription } from './presentSubscription.ts';
import { refuseImpossibleEnd } from './refuseEnd.ts';
import { separateInvoices } from './separateInvoices.ts';
import { subscriptionUpdated } from './subscriptions.events.ts';
import { scheduleNext } from './scheduleNext.ts';
import type { SubscriptionUpdate } from './subscriptions.schemas.ts';
import { changeRow, holdPlan, type SubscriptionRow } from './subscriptions.sql.ts';
import { takeSubscription } from './takeSubscription.ts';

type Body = z.output<typeof SubscriptionUpdate>;

/** Changes what is given; an explicit null clears. The status moves by its own operations, never by this one. */
export async function updateSubscription(tx: Tx, reference: string, body: Body) {
  if (body.invoice_separately !== undefined && Object.keys(body).length === 1) return separateInvoices(tx, reference, body.invoice_separately);
  const { now } = tx.scope;
  const { plan_id: planId, timing, proration, overrides: given, subscription_at: anchorAt, ...fields } = body;
  if (planId === undefined) refuseOptionsAlone({ timing, proration });
  const taken = await takeSubscription(tx, reference);
  const before = planId === undefined ? taken : await changePlan(tx, taken, planId, { timing, proration, overrides: given });
  const overrides = given !== undefined && (await staysOn(tx, taken, planId)) ? await ownOverrides(tx, taken, given) : undefined;
  if (planId !== undefined && Object.keys(fields).length === 0 && overrides === undefined && anchorAt === undefined && before !== taken) {
    await scheduleNext(tx, before);
    return presentSubscription(before, now);
  }
  const status = nextStatus(before.status, 'update');
  refuseAfterStart(before, fields);
  const anchor = anchorAt === undefined ? {} : await anchorColumns(tx, before, anchorAt);
  const changed = await changeRow(tx, before.id, {
    ...fields,
    ...anchor,
    ...(overrides === undefined ? {} : { overrides }),
    own_payment_time: before.own_payment_time || (fields.pay_in_advance !== undefined && fields.pay_in_advance !== before.pay_in_advance),
    ...trialColumns(before, fields, overrides, now),
    status,
  });
  refuseImpossibleEnd(changed, now);
  const after = fields.ending_at === undefined ? changed : await extendEnd(tx, before, changed);
  await scheduleNext(tx, after);
  const data = presentSubscription(after, now);
  await tx.emit(subscriptionUpdated, { id: after.id, data, before: presentSubscription(before, now) });
  return data;
}

function refuseOptionsAlone(options: Pick<Body, 'timing' | 'proration'>): void {
  for (const [path, value] of Object.entries(options))
    if (value !== undefined) throw invalid(path, 'without_plan', 'It says how the plan changes: give a plan_id with it.');
}

/** When it is paid, and by which calendar, is settled with its first invoice: another plan, or another subscription, has another way. */
function refuseAfterStart(row: SubscriptionRow, given: Pick<Body, 'billing_time' | 'pay_in_advance'>): void {
  if (row.done_through_at === null) return;
  for (const path of ['billing_time', 'pay_in_advance'] as const)
    if (given[path] !== undefined && given[path] !== row[path]) throw invalid(path, 'already_started', 'It can be changed only before the subscription starts.');
}

/** Whether overrides are those of the plan it has: where a request names another plan they are that one's. */
async function staysOn(tx: Tx, row: SubscriptionRow, planReference: string | undefined): Promise<boolean> {
  return planReference === undefined || (await findPlan(tx.db, planReference))?.id === row.plan_id;
}

/** Checked while the plan is held, so that it does not change meanwhile. */
async function ownOverrides(tx: Tx, row: SubscriptionRow, given: NonNullable<Body['overrides']> | null): Promise<PlanOverrides | null> {
  await holdPlan(tx.db, row.plan_id);
  return checkOverrides(tx.db, row.plan_id, given);
}

type TrialColumns = Pick<Updateable<Tables['subscriptions']>, 'trial_period_days' | 'trial_ends_at' | 'own_trial'>;

/** The trial's length comes from the subscription itself, else from its overrides, else from its plan. */
function trialColumns(
  before: SubscriptionRow,
  { trial_period_days: own }: Pick<Body, 'trial_period_days'>,
  overrides: PlanOverrides | null | undefined,
  now: Temporal.Instant,
): TrialColumns {
  if (own !== undefined) return changedTrial(before, own, 'trial_period_days', now);
  if (overrides === undefined || before.own_trial) return {};
  const overridden = overrides?.trial_period_days ?? null;
  if (overridden === null && !mayChangeTrial(before)) return {};
  return { ...changedTrial(before, overridden ?? before.plan_trial_period_days, 'overrides.trial_period_days', now), own_trial: false };
}

function mayChangeTrial({ done_through_at: done, trial_ends_at: endsAt, trial_ended_at: endedAt }: SubscriptionRow): boolean {
  return done === null || (endsAt !== null && endedAt === null);
}

/** A trial can get another length while it has not ended, and never one by which it would have. */
function changedTrial(before: SubscriptionRow, days: number, path: string, now: Temporal.Instant): TrialColumns {
  if (days === before.trial_period_days) return {};
  if (!mayChangeTrial(before)) throw invalid(path, 'no_trial', 'The length of a trial can be changed only before the start and while it lasts.');
  const endsAt = trialEndFor({ ...before, trial_period_days: days }, before.started_at);
  if (before.done_through_at !== null && (endsAt === null || Temporal.Instant.compare(endsAt, now) <= 0))
    throw invalid(path, 'in_the_past', 'The trial would have ended already.');
  return { trial_period_days: days, trial_ends_at: endsAt, own_trial: true };
}
