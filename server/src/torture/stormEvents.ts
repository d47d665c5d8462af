/** The month that usage is read for; the sandbox's clock stands in it, so that the same is counted whenever this runs. */
export const stormMonth = { start: '2026-01-01T00:00:00Z', now: '2026-01-29T00:00:00Z' } as const;
export const stormCustomers = 10;

const secondsOfMonth = 28 * 86_400;
const start = Temporal.Instant.from(stormMonth.start).epochMilliseconds;
const users = 700;

export const stormMetrics = [
  { code: 'calls', name: 'Calls', aggregation_type: 'count' },
  { code: 'bytes', name: 'Bytes', aggregation_type: 'sum', field_name: 'bytes' },
  { code: 'users', name: 'Users', aggregation_type: 'unique_count', field_name: 'user' },
] as const;

const customerOf = (place: number): string => `customer-${place % stormCustomers}`;
/** Of every three events of a customer one is of each metric. */
const metricOf = (place: number): number => Math.floor(place / stormCustomers) % stormMetrics.length;
const bytesOf = (place: number): number => 1 + (place % 997);
const userOf = (place: number): string => `user-${Math.imul(place, 2_654_435_761) % users}`;

/** The event of a place: the same whenever it is sent. */
export function stormEvent(place: number): Record<string, unknown> {
  const metric = metricOf(place);
  // Spread over the month by a step that shares no factor with its seconds.
  const timestamp = Temporal.Instant.fromEpochMilliseconds(start + ((place * 7919) % secondsOfMonth) * 1000).toString();
  const properties = [{}, { bytes: bytesOf(place) }, { user: userOf(place) }][metric];
  return { transaction_id: `storm-${place}`, external_customer_id: customerOf(place), code: stormMetrics[metric]?.code, timestamp, properties };
}

/** The units of each customer and metric if every event is counted once, as "customer metric" to whole units. */
export function expectedUnits(events: number): Map<string, string> {
  const sums = new Map<string, number>();
  const seen = new Map<string, Set<string>>();
  for (let place = 0; place < events; place++) {
    const metric = metricOf(place);
    const name = `${customerOf(place)} ${stormMetrics[metric]?.code}`;
    if (metric === 2) seen.set(name, (seen.get(name) ?? new Set()).add(userOf(place)));
    else sums.set(name, (sums.get(name) ?? 0) + (metric === 0 ? 1 : bytesOf(place)));
  }
  const counted = [...sums, ...[...seen].map(([name, found]): [string, number] => [name, found.size])];
  return new Map(counted.map(([name, units]) => [name, String(units)]));
}
