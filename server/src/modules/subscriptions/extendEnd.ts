import { dayAfter, endOf, endOfPlanPeriod, openDay, type SubscriptionTerms } from '@farthing/core/subscriptions';
import type { Tx } from '../../kernel/envelope.ts';
import { isInTrial } from './nextPhase.ts';
import { subscriptionBillingDue } from './subscriptions.events.ts';
import { insertExtension, isPaidUpTo, reread, type SubscriptionRow } from './subscriptions.sql.ts';
import { ownTerms } from './termsOf.ts';

/**
 * Bills the days that a later end adds to a period which was paid ahead up to the end that was known (T3). They are kept and billed like those
 * of a resumption after a pause that took no day, so that an invoice made before has the days before them, whenever it is issued. What was
 * paid to the end of the period, or is on a draft, is right as it is; where the invoice was deleted or voided nothing else bills them.
 */
export async function extendEnd(tx: Tx, before: SubscriptionRow, after: SubscriptionRow): Promise<SubscriptionRow> {
  const { now } = tx.scope;
  const from = addedFrom(before, after, now);
  if (from === null || !(await isPaidUpTo(tx.db, after.id, from))) return after;
  const turn = await insertExtension(tx, after, from.day);
  await tx.emit(subscriptionBillingDue, { id: after.id, data: { subscription_ids: [after.id], at: now, kind: 'resumption', turn } });
  return reread(tx.db, after.id);
}

interface Added {
  /** Where it was to end, and the first day after it. */
  readonly end: Temporal.Instant;
  readonly day: Temporal.PlainDate;
  readonly ahead: PaidAhead;
}

type PaidAhead = 'subscription' | 'fixed_charge';

/** Null where no day is added to the open period, or nothing of it is paid ahead. */
function addedFrom(before: SubscriptionRow, after: SubscriptionRow, now: Temporal.Instant): Added | null {
  const [earlier, terms] = [ownTerms(before), ownTerms(after)];
  const end = earlier === null ? null : endOf(earlier);
  if (terms === null || end === null || after.done_through_at === null || after.paused_at !== null || isInTrial(after, now)) return null;
  const later = endOf(terms);
  if (later !== null && Temporal.Instant.compare(later, end) <= 0) return null;
  const [day, ahead] = [dayAfter(end, terms.zone), paidAhead(terms, now)];
  // Of a period that a change settled the plan before it has the days, and the present one perhaps shorter periods.
  const open = [endOfPlanPeriod(terms, now), terms.opened?.day ?? day].some((until) => Temporal.PlainDate.compare(day, until) < 0);
  return ahead !== null && open ? { end, day, ahead } : null;
}

/** What is paid ahead of the open period: the plan's price, in arrears too where a change of plan settled it (T3a, `none`), else fixed charges, or nothing. */
function paidAhead(terms: SubscriptionTerms, now: Temporal.Instant): PaidAhead | null {
  const { plan, opened } = terms;
  const isSettled = opened !== null && Temporal.PlainDate.compare(openDay(terms, now), opened.day) < 0;
  if (plan.payInAdvance || isSettled) return 'subscription';
  return plan.fixedCharges.includes('advance') ? 'fixed_charge' : null;
}
