import { currentPeriod, nextBillingDate } from '@farthing/core/subscriptions';
import type { z } from 'zod';
import { publicId } from '../../kernel/wire.ts';
import { presentOverrides, readOverrides } from '../catalog/index.ts';
import type { SubscriptionResponse } from './subscriptions.schemas.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';
import { ownTerms } from './termsOf.ts';

/** A subscription as replies, events and webhooks show it at an instant of the tenant's clock. */
export function presentSubscription(row: SubscriptionRow, now: Temporal.Instant): z.output<typeof SubscriptionResponse> {
  const terms = ownTerms(row);
  const ended = row.status === 'terminated';
  const open = terms === null || row.status === 'pending' || ended ? null : currentPeriod(terms, now);
  return {
    ...row,
    public_id: publicId('sub', row.id),
    overrides: presentOverrides(readOverrides(row.overrides)),
    pending_overrides: presentOverrides(readOverrides(row.pending_overrides)),
    pending_plan_at: terms?.successor === null ? null : (terms?.closed?.at ?? null),
    current_period_start: open?.period.start ?? null,
    current_period_end: open?.period.end ?? null,
    next_billing_at: terms === null || ended ? null : nextBillingDate(terms, now),
  };
}
