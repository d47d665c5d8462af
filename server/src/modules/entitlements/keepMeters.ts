import { isDeepStrictEqual } from 'node:util';
import type { Quantity } from '@farthing/core/money';
import type { UsageSpan } from '@farthing/core/subscriptions';
import { Period } from '@farthing/core/time';
import type { Read } from '../../kernel/envelope.ts';
import type { LookupCache, Lookups } from '../../kernel/lookups.ts';
import type { MeasuringMetric } from '../metrics/index.ts';
import { findSubscription, type SubscriptionRow } from '../subscriptions/index.ts';
import type { SubscriptionGrant } from './grants.sql.ts';

/** How usage is known: metering's, of the same rank. */
export interface UsageSource {
  /** The usage period of a subscription that is open at an instant; null where none is. */
  readonly spanAt: (subscription: SubscriptionRow, now: Temporal.Instant) => UsageSpan | null;
  /** Reads the units of a metric in a period of a subscription. */
  readonly readUnits: (read: Read, subscription: SubscriptionRow, usage: UsageSpan, metric: MeasuringMetric) => Promise<Quantity>;
}

/** A subscription, and the usage period that is open. */
interface OpenSpan {
  readonly version: string;
  readonly subscription: SubscriptionRow;
  readonly usage: UsageSpan;
}

/** What was measured to answer a question. */
interface Measured {
  readonly open: OpenSpan;
  readonly metric: MeasuringMetric;
}

/** What is measured for one question, in one snapshot of a tenant. */
export interface Meter {
  /** What was used so far in the open period; null where none is open. */
  measure(grant: SubscriptionGrant, metric: MeasuringMetric): Promise<{ readonly used: Quantity; readonly period: Period } | null>;
  /** To be awaited before the snapshot ends, as what was foreseen is read in it. */
  end(): Promise<void>;
}

const mostKept = 50_000;
const dependsOn = { subjects: ['plan', 'billing_entity', 'organization'], acrossTenants: true, most: mostKept } as const;

/**
 * Measures, with open periods kept in memory: for as long as they are open, the rows of subscription and customer are of the same version, and nothing is
 * heard of a change of plans, billing entities or the organization. What the same question was answered from before is read at once, beside the
 * grants that say whether it is wanted again: it nearly always is. Ask for the meter before anything is read, as what was read before
 * a change must not be kept after it.
 */
export function keepMeters(lookups: Lookups, { spanAt, readUnits }: UsageSource): (read: Read, question: string) => Meter {
  const spans: LookupCache<OpenSpan> = lookups.cache(dependsOn);
  const questions: LookupCache<readonly Measured[]> = lookups.cache(dependsOn);
  return (read, question) => {
    const { scope: { tenant, now } } = read;
    const [spansDrawer, questionsDrawer] = [spans.drawer(tenant.id), questions.drawer(tenant.id)];
    const isOpen = ({ usage }: OpenSpan) => Period.contains(usage.period, now);
    const readOf = ({ open, metric }: Measured) => readUnits(read, open.subscription, open.usage, metric);
    const before = questions.peek(tenant.id, question) ?? [];
    const foreseen = before.filter(({ open }) => isOpen(open)).map((one) => ({ one, used: readOf(one) }));
    const settled = Promise.allSettled(foreseen.map(({ used }) => used));
    const measured: Measured[] = [];

    const findOpen = async ({ subscription_id: id, version }: SubscriptionGrant): Promise<OpenSpan | null> => {
      const known = spans.peek(tenant.id, id);
      if (known?.version === version && isOpen(known)) return known;
      const subscription = await findSubscription(read.db, id);
      const usage = subscription === undefined ? null : spanAt(subscription, now);
      if (subscription === undefined || usage === null) return null;
      const found = { version, subscription, usage };
      spansDrawer.keep(id, found);
      return found;
    };

    return {
      async measure(grant, metric) {
        const open = await findOpen(grant);
        if (open === null) return null;
        const wanted = foreseen.find(({ one }) => one.open === open && isDeepStrictEqual(one.metric, metric));
        const one = wanted?.one ?? { open, metric };
        measured.push(one);
        return { used: await (wanted?.used ?? readOf(one)), period: open.usage.period };
      },
      async end() {
        await settled;
        const isAsBefore = measured.length === before.length && measured.every((one, place) => one === before[place]);
        if (!isAsBefore) questionsDrawer.keep(question, measured);
      },
    };
  };
}
