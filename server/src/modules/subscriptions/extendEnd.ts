import { dayAfter, endOf, endOfPlanPeriod } from '@farthing/core/subscriptions';
import type { Tx } from '../../kernel/envelope.ts';
import { isInTrial } from './nextPhase.ts';
import { subscriptionBillingDue } from './subscriptions.events.ts';
import { insertExtension, isPaidUpTo, reread, type SubscriptionRow } from './subscriptions.sql.ts';
import { ownTerms } from './termsOf.ts';

/**
 * Bills the days that a later end adds to a period which was paid ahead up to the end that was known (T3). They are kept and billed like those
 * of a resumption after a pause that took no day, so that an invoice made before has the days before them, whenever it is issued. What was
 * paid to the end of the period, or is on a draft, is right as it is.
 */
export async function extendEnd(tx: Tx, before: SubscriptionRow, after: SubscriptionRow): Promise<SubscriptionRow> {
  const { now } = tx.scope;
  const from = addedFrom(before, after, now);
  if (from === null || !(await isPaidUpTo(tx.db, after, from.end))) return after;
  const turn = await insertExtension(tx, after, from.day);
  await tx.emit(subscriptionBillingDue, { id: after.id, data: { subscription_ids: [after.id], at: now, kind: 'resumption', turn } });
  return reread(tx.db, after.id);
}

/** Where it was to end, and the first day after it; null where that adds no day to the open period. */
function addedFrom(before: SubscriptionRow, after: SubscriptionRow, now: Temporal.Instant): { readonly end: Temporal.Instant; readonly day: Temporal.PlainDate } | null {
  const [earlier, terms] = [ownTerms(before), ownTerms(after)];
  const end = earlier === null ? null : endOf(earlier);
  if (terms === null || end === null || after.done_through_at === null || after.paused_at !== null || isInTrial(after, now)) return null;
  const later = endOf(terms);
  if (later !== null && Temporal.Instant.compare(later, end) <= 0) return null;
  const day = dayAfter(end, terms.zone);
  return Temporal.PlainDate.compare(day, endOfPlanPeriod(terms, now)) < 0 ? { end, day } : null;
}
