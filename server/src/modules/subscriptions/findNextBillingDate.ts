import { currentPeriod, nextBillingDate } from '@farthing/core/subscriptions';
import { localDate } from '@farthing/core/time';
import type { z } from 'zod';
import { conflict } from '../../kernel/problem.ts';
import type { NextBillingDateResponse } from './subscriptions.schemas.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';
import { ownTerms } from './termsOf.ts';

/**
 * When the next invoice is made, by the same rule that makes it. Of a pending subscription the first period opens with its start.
 * Throws 409 for one that has ended, has no date of start, or ends without another invoice.
 */
export function findNextBillingDate(row: SubscriptionRow, now: Temporal.Instant): z.output<typeof NextBillingDateResponse> {
  if (row.status === 'terminated') throw conflict('subscription_terminated', 'The subscription has ended: nothing more is billed.');
  const terms = ownTerms(row);
  if (terms === null) throw conflict('subscription_not_started', 'The subscription has no date of start yet: activate it first.');
  const next = nextBillingDate(terms, now);
  if (next === null) throw conflict('nothing_to_bill', 'The subscription ends without another invoice.');
  return {
    next_billing_date: next,
    current_period_started_at: currentPeriod(terms, now)?.period.start ?? terms.startedAt,
    interval: row.plan_interval,
    days_until_next_billing: localDate(now, terms.zone).until(localDate(next, terms.zone)).days,
  };
}
