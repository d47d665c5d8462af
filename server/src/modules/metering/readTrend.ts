import { Quantity } from '@farthing/core/money';
import type { UsageSpan } from '@farthing/core/subscriptions';
import { localDate, localMidnight, Period } from '@farthing/core/time';
import type { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { invalid } from '../../kernel/problem.ts';
import type { PlanCharge } from '../catalog/index.ts';
import { loadPhasePlan, loadPhases, type SubscriptionPhase, type SubscriptionRow } from '../subscriptions/index.ts';
import { measureUsage } from './measureUsage.ts';
import { mostTrendDays, type UsageTrendResponse, type usageTrendQuery } from './usage.schemas.ts';

type Trend = z.output<typeof UsageTrendResponse>;

/**
 * What was used on each local day, measured like a period of its own: over all metrics of the plan that the day ended on, the units of
 * each counted once, however many charges price it. Days on which the subscription did not run have nothing.
 */
export async function readTrend({ db, scope }: Read, row: SubscriptionRow, asked: z.output<typeof usageTrendQuery>): Promise<Trend> {
  const zone = row.effective_timezone;
  const end = asked.end_date ?? localDate(scope.now, zone);
  const start = asked.start_date ?? end.subtract({ days: 29 });
  const days = start.until(end).days + 1;
  if (days < 1) throw invalid('end_date', 'before_start', 'The last day is before the first.');
  if (days > mostTrendDays) throw invalid('start_date', 'too_many_days', `At most ${mostTrendDays} days are read at once.`);
  const phases = row.started_at === null ? [] : await loadPhases(db, row);
  const plans = new Map<SubscriptionPhase, readonly PlanCharge[]>();
  for (const phase of phases) plans.set(phase, oneForEachMetric((await loadPhasePlan(db, phase)).charges));
  const points: Trend['data_points'] = [];
  for (let n = 0; n < days; n++) {
    const date = start.add({ days: n });
    const phase = phases.find(({ terms }) => terms.opened === null || Temporal.PlainDate.compare(localDate(terms.opened.at, zone), date) <= 0);
    const span = phase === undefined ? null : spanOf(phase, date, zone, scope.now);
    const charges = phase === undefined || span === null ? [] : await measureUsage(db, { subscription: row, charges: plans.get(phase) ?? [], usage: span });
    const measured = charges.flatMap(({ usage }) => usage.map((part) => part.usage));
    points.push({
      date,
      value: measured.reduce((sum, { units, fullUnits }) => Quantity.add(sum, fullUnits ?? units), Quantity.zero),
      events_count: Number(measured.reduce((sum, { eventsCount }) => sum + eventsCount, 0n)),
    });
  }
  return { subscription_id: row.id, start_date: start, end_date: end, data_points: points };
}

/** A day as far as the subscription ran on it and time has come; null when it did not. */
function spanOf({ terms }: SubscriptionPhase, date: Temporal.PlainDate, zone: string, now: Temporal.Instant): UsageSpan | null {
  const day = Period.of(localMidnight(date, zone), localMidnight(date.add({ days: 1 }), zone));
  const ended = terms.terminatedAt ?? day.end;
  if (Temporal.Instant.compare(ended, terms.startedAt) <= 0 || Temporal.Instant.compare(now, day.start) < 0) return null;
  const period = Period.intersect(day, Period.of(terms.startedAt, ended));
  return period === null ? null : { period, full: day, days: { firstDay: date, lastDay: date, periodDays: 1, zone } };
}

function oneForEachMetric(charges: readonly PlanCharge[]): readonly PlanCharge[] {
  return [...new Map(charges.toReversed().map((charge) => [charge.metric.id, charge])).values()].toReversed();
}
