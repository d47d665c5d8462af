import { foldFor, type MetricDefinition, roundAggregate } from '@farthing/core/metering';
import type { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { invalid } from '../../kernel/problem.ts';
import { findOrganization } from '../identity/index.ts';
import { metricDefinitionOf } from '../metrics/index.ts';
import { metricsByCode } from './metering.sql.ts';
import type { seriesQuery, UsageSeriesResponse } from './series.schemas.ts';
import { aggregateWindows, declaredKeys, type SeriesRequest, type WindowRow } from './series.sql.ts';

type Query = z.output<typeof seriesQuery>;
type Reply = z.output<typeof UsageSeriesResponse>;

const mostWindows = { hour: 744, day: 366, month: 120 } as const;
const mostPoints = 10_000;

/** A window of time, half-open. */
interface Span {
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
}

/**
 * What was used in each hour, local day or local month, each measured as a period of its own into which nothing is carried. Throws 422
 * for an unknown metric, keys the metric does not declare, too long a range and more than 10,000 points.
 */
export async function readSeries({ db, scope }: Read, query: Query): Promise<Reply> {
  const metric = (await metricsByCode(db, [query.metric])).get(query.metric);
  if (metric === undefined) throw invalid('metric', 'unknown_metric', 'There is no billable metric with this code.');
  const organization = await findOrganization(db, scope.tenant.organizationId);
  const zone = query.timezone ?? organization?.timezone ?? 'UTC';
  const window = query.window ?? 'day';
  const windows = windowsOf(query, window, zone);
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) throw invalid('to', 'invalid', 'Must be after from.');
  const groupBy = [...new Set(query.group_by?.split(',').map((key) => key.trim()) ?? [])];
  const filters = Object.entries(query.filters ?? {}).map(([key, values]) => ({ key, values: [values].flat() }));
  const declared = await declaredKeys(db, metric.id);
  refuseUndeclared('group_by', groupBy, declared);
  refuseUndeclared('filters', filters.map(({ key }) => key), declared);

  const definition = metricDefinitionOf(metric);
  const request: SeriesRequest = {
    code: metric.code, aggregationType: definition.aggregationType, from: first.start, to: last.end, groupBy, filters,
    boundaries: [...windows.map(({ start }) => start), last.end],
    externalCustomerId: query.external_customer_id ?? null, externalSubscriptionId: query.external_subscription_id ?? null,
  };
  const rows = await aggregateWindows(db, request, mostPoints + 1);
  const groups = Map.groupBy(rows, ({ texts }) => JSON.stringify(texts));
  if (groups.size * windows.length > mostPoints)
    throw invalid('group_by', 'too_many_points', `${groups.size} series of ${windows.length} points are more than ${mostPoints}: narrow the range, the filters or the keys.`);
  const all = groups.size === 0 && groupBy.length === 0 ? [[]] : [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  const series = all.map((group) => ({
    group: Object.fromEntries(groupBy.map((key, place) => [key, group[0]?.texts[place] ?? null])),
    points: pointsOf(group, windows, definition),
  }));
  return { metric: metric.code, aggregation_type: definition.aggregationType, window, timezone: zone, from: first.start, to: last.end, series };
}

function refuseUndeclared(path: string, keys: readonly string[], declared: readonly string[]): void {
  const unknown = keys.find((key) => !declared.includes(key));
  if (unknown !== undefined) throw invalid(path, 'unknown_key', `The metric declares no filter with the key ${unknown}.`);
}

/** The windows that the range touches. Throws 422 where there are too many. */
function windowsOf({ from, to }: Query, window: keyof typeof mostWindows, zone: string): readonly Span[] {
  const windows: Span[] = [];
  const next = (at: Temporal.ZonedDateTime) => (window === 'hour' ? at.add({ hours: 1 }) : window === 'day' ? at.add({ days: 1 }).startOfDay() : at.add({ months: 1 }).startOfDay());
  for (let at = startOf(from.toZonedDateTimeISO(zone), window); Temporal.Instant.compare(at.toInstant(), to) < 0; at = next(at)) {
    if (windows.length === mostWindows[window]) throw invalid('to', 'too_long', `At most ${mostWindows[window]} windows of a ${window}.`);
    windows.push({ start: at.toInstant(), end: next(at).toInstant() });
  }
  return windows;
}

function startOf(at: Temporal.ZonedDateTime, window: keyof typeof mostWindows): Temporal.ZonedDateTime {
  if (window === 'hour') return at.subtract({ minutes: at.minute, seconds: at.second, milliseconds: at.millisecond, microseconds: at.microsecond, nanoseconds: at.nanosecond });
  return (window === 'day' ? at : at.with({ day: 1 })).startOfDay();
}

function pointsOf(rows: readonly WindowRow[], windows: readonly Span[], definition: MetricDefinition): Reply['series'][number]['points'] {
  const byStart = new Map(rows.map((row) => [row.start.epochMilliseconds, row]));
  // The last value of a window, and how many values are present at its end, come as a sum.
  const isLast = definition.aggregationType === 'latest' || definition.aggregationType === 'unique_count';
  const fold = foldFor(isLast ? { aggregationType: 'sum' } : definition);
  return windows.map((period) => {
    const row = byStart.get(period.start.epochMilliseconds);
    const state = row === undefined ? fold.empty() : fold.decode(row.state);
    return { timestamp: period.start, value: roundAggregate(fold.result(state, { period }), definition), events_count: row?.events ?? 0 };
  });
}
