import type { Tx } from '../../kernel/envelope.ts';
import { invalid } from '../../kernel/problem.ts';
import { endSubscription } from './endSubscription.ts';
import { nextStatus } from './nextStatus.ts';
import { scheduleNext } from './scheduleNext.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';
import { takeSubscription } from './takeSubscription.ts';

interface Termination {
  /** What is billed and credited; default: what the subscription says. */
  readonly action?: SubscriptionRow['on_termination_action'] | undefined;
  /** When it ended; default: now. */
  readonly endedAt?: Temporal.Instant | undefined;
}

/** Ends a subscription now, or as of a moment before that nothing stands against. */
export async function terminateSubscription(tx: Tx, reference: string, { action, endedAt }: Termination): Promise<void> {
  const row = await takeSubscription(tx, reference);
  nextStatus(row.status, 'terminate');
  const at = endedAt ?? tx.scope.now;
  if (endedAt !== undefined) refuseImpossible(row, endedAt, tx.scope.now);
  await scheduleNext(tx, await endSubscription(tx, row, at, action));
}

/** What is billed stays billed (I2): an end in the past lies after the last boundary that was done and after the last pause, resumption and change of units. */
function refuseImpossible(row: SubscriptionRow, endedAt: Temporal.Instant, now: Temporal.Instant): void {
  if (Temporal.Instant.compare(endedAt, now) > 0)
    throw invalid('ended_at', 'in_the_future', 'To end a subscription later, set its ending_at or cancel it.');
  const turned = row.units.filter(({ timing }) => timing === 'now').map(({ asked_at: asked }) => Temporal.Instant.from(asked));
  for (const done of [row.done_through_at, row.paused_at, row.resumed_at, ...turned])
    if (done !== null && Temporal.Instant.compare(endedAt, done) < 0)
      throw invalid('ended_at', 'before_what_is_done', `The subscription is settled up to ${done}; credit the invoices for the time before.`);
}
