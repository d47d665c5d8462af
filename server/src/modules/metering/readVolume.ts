import type { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { invalid } from '../../kernel/problem.ts';
import type { EventVolumeResponse, volumeQuery } from './metering.schemas.ts';
import { postgresEventReader } from './postgresEventStore.ts';

const defaultHours = 24;
const mostDays = 31;

/** Events per hour of UTC, hours without events included; by default the last day. Throws 422 for more than 31 days. */
export async function readVolume({ db, scope }: Read, range: z.output<typeof volumeQuery>): Promise<z.output<typeof EventVolumeResponse>> {
  const to = range.to_timestamp ?? scope.now;
  const from = range.from_timestamp ?? to.subtract({ hours: defaultHours });
  if (Temporal.Instant.compare(from, to) > 0)
    throw invalid('from_timestamp', 'invalid', 'Must not be after to_timestamp.');
  if (Temporal.Instant.compare(from.add({ hours: 24 * mostDays }), to) < 0)
    throw invalid('from_timestamp', 'invalid', `Must not be more than ${mostDays} days before to_timestamp.`);
  const found = await postgresEventReader(db).volume(from, to);
  const counts = new Map(found.map(({ hour, events }) => [hour.epochMilliseconds, events]));
  const points = [];
  let hour = from.round({ smallestUnit: 'hour', roundingMode: 'floor' });
  for (; Temporal.Instant.compare(hour, to) < 0; hour = hour.add({ hours: 1 }))
    points.push({ timestamp: hour.toString().slice(0, 13).replace('T', ' ').concat(':00'), count: counts.get(hour.epochMilliseconds) ?? 0 });
  return { data_points: points };
}
