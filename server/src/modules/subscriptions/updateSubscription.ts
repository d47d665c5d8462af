import type { Updateable } from 'kysely';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { invalid } from '../../kernel/problem.ts';
import type { Tables } from '../../tables.ts';
import { changePlan } from './changePlan.ts';
import { trialEndFor } from './nextPhase.ts';
import { nextStatus } from './nextStatus.ts';
import { presentSubscription } from './presentSubscription.ts';
import { refuseImpossibleEnd } from './refuseEnd.ts';
import { subscriptionUpdated } from './subscriptions.events.ts';
import { scheduleNext } from './subscriptions.jobs.ts';
import type { SubscriptionUpdate } from './subscriptions.schemas.ts';
import { changeRow, type SubscriptionRow } from './subscriptions.sql.ts';
import { takeSubscription } from './takeSubscription.ts';

type Body = z.output<typeof SubscriptionUpdate>;

/** Changes what is given; an explicit null clears. The status moves by its own operations, never by this one. */
export async function updateSubscription(tx: Tx, reference: string, body: Body) {
  const { now } = tx.scope;
  const { plan_id: planId, timing, proration, ...fields } = body;
  if (planId === undefined) refuseOptionsAlone({ timing, proration });
  const taken = await takeSubscription(tx, reference);
  const before = planId === undefined ? taken : await changePlan(tx, taken, planId, { timing, proration });
  if (planId !== undefined && Object.keys(fields).length === 0 && before !== taken) {
    await scheduleNext(tx, before);
    return presentSubscription(before, now);
  }
  const status = nextStatus(before.status, 'update');
  if (fields.subscription_at !== undefined && before.status !== 'pending')
    throw invalid('subscription_at', 'already_started', 'The anchor can be changed only before the subscription starts.');
  const after = await changeRow(tx, before.id, { ...fields, ...trialColumns(before, fields, now), status });
  refuseImpossibleEnd(after, now);
  await scheduleNext(tx, after);
  const data = presentSubscription(after, now);
  await tx.emit(subscriptionUpdated, { id: after.id, data, before: presentSubscription(before, now) });
  return data;
}

function refuseOptionsAlone(options: Pick<Body, 'timing' | 'proration'>): void {
  for (const [path, value] of Object.entries(options))
    if (value !== undefined) throw invalid(path, 'without_plan', 'It says how the plan changes: give a plan_id with it.');
}

/** A trial can get another length while it has not ended, and never one by which it would have. */
function trialColumns(
  before: SubscriptionRow,
  { trial_period_days: days }: Body,
  now: Temporal.Instant,
): Pick<Updateable<Tables['subscriptions']>, 'trial_ends_at' | 'own_trial'> {
  if (days === undefined || days === before.trial_period_days) return {};
  const inTrial = before.trial_ends_at !== null && before.trial_ended_at === null;
  if (before.status !== 'pending' && !inTrial)
    throw invalid('trial_period_days', 'no_trial', 'The length of a trial can be changed only before the start and while it lasts.');
  const endsAt = trialEndFor({ ...before, trial_period_days: days }, before.started_at);
  if (before.status !== 'pending' && (endsAt === null || Temporal.Instant.compare(endsAt, now) <= 0))
    throw invalid('trial_period_days', 'in_the_past', 'The trial would have ended already.');
  return { trial_ends_at: endsAt, own_trial: true };
}
