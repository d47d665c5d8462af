import type { UsageSpan } from '@farthing/core/subscriptions';
import { Period } from '@farthing/core/time';
import type { Read } from '../../kernel/envelope.ts';
import type { LookupCache, Lookups } from '../../kernel/lookups.ts';
import { findSubscription, type SubscriptionRow } from '../subscriptions/index.ts';
import type { SubscriptionGrant } from './grants.sql.ts';

/** The usage period of a subscription that is open at an instant; null where none is. */
export type SpanAt = (subscription: SubscriptionRow, now: Temporal.Instant) => UsageSpan | null;

/** A subscription, and the usage period that is open. */
interface OpenSpan {
  readonly version: string;
  readonly subscription: SubscriptionRow;
  readonly usage: UsageSpan;
}

/** Finds the open period in one snapshot of a tenant. */
export type FindOpenSpan = (read: Read, grant: SubscriptionGrant) => Promise<OpenSpan | null>;

const mostKept = 50_000;

/**
 * Open periods, kept in memory: for as long as they are open, the rows of subscription and customer are of the same version, and nothing is
 * heard of a change of plans, billing entities or the organization. Ask for the finder before the snapshot is taken, as what was read before
 * a change must not be kept after it.
 */
export function keepOpenSpans(lookups: Lookups, spanAt: SpanAt): (tenantId: string) => FindOpenSpan {
  const kept: LookupCache<OpenSpan> = lookups.cache({ subjects: ['plan', 'billing_entity', 'organization'], acrossTenants: true, most: mostKept });
  return (tenantId) => {
    const drawer = kept.drawer(tenantId);
    return async ({ db, scope }, { subscription_id: id, version }) => {
      const known = kept.peek(tenantId, id);
      if (known?.version === version && Period.contains(known.usage.period, scope.now)) return known;
      const subscription = await findSubscription(db, id);
      const usage = subscription === undefined ? null : spanAt(subscription, scope.now);
      if (subscription === undefined || usage === null) return null;
      const found = { version, subscription, usage };
      drawer.keep(id, found);
      return found;
    };
  };
}
