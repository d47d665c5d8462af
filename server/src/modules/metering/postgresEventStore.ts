import type { ReadDb } from '../../kernel/db/kysely.ts';
import { aggregateEvents } from './aggregate.sql.ts';
import type { EventReader } from './eventStore.ts';
import { listEvents } from './eventList.sql.ts';
import { eventById, volumeByHour } from './events.sql.ts';
import { hasExpired } from './expired.sql.ts';
import { scanEvents } from './scanEvents.sql.ts';

/** Reads the events of the tenant whose transaction `db` is. */
export function postgresEventReader(db: ReadDb): EventReader {
  return {
    aggregate: (request) => aggregateEvents(db, request),
    scan: (request) => scanEvents(db, request),
    hasExpired: (stretch) => hasExpired(db, stretch),
    find: (id) => eventById(db, id),
    list: (page) => listEvents(db, page),
    volume: (from, to) => volumeByHour(db, from, to),
  };
}
