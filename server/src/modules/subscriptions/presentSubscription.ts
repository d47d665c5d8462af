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
  const planChanges = row.pending_plan_id !== row.plan_id;
  const turnsAt = terms === null || terms.successor === null ? null : (terms.closed?.at ?? null);
  return {
    ...row,
    public_id: publicId('sub', row.id),
    overrides: presentOverrides(readOverrides(row.overrides)),
    pending_overrides: presentOverrides(readOverrides(row.pending_overrides)),
    pending_plan_id: planChanges ? row.pending_plan_id : null,
    pending_plan_at: planChanges ? turnsAt : null,
    pending_subscription_at: row.pending_subscription_at,
    anchor_changes_at: row.pending_anchor_day === null ? null : turnsAt,
    current_period_start: open?.period.start ?? null,
    current_period_end: open?.period.end ?? null,
    next_billing_at: terms === null || ended ? null : nextBillingDate(terms, now),
  };
}
