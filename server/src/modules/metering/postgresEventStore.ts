import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { aggregateEvents, scanEvents } from './aggregate.sql.ts';
import type { EventReader, EventStore } from './eventStore.ts';
import { eventById, eventsByKey, insertEvents, listEvents, volumeByHour } from './events.sql.ts';

/** Reads the events of the tenant whose transaction `db` is. */
export function postgresEventReader(db: ReadDb): EventReader {
  return {
    aggregate: (request) => aggregateEvents(db, request),
    scan: (request) => scanEvents(db, request),
    find: (id) => eventById(db, id),
    list: (page) => listEvents(db, page),
    volume: (from, to) => volumeByHour(db, from, to),
  };
}

/** Keeps events in PostgreSQL, in the caller's own transaction: what is acknowledged after it is on disk. */
export function postgresEventStore(tx: Tx): EventStore {
  return {
    ...postgresEventReader(tx.db),
    async append(events) {
      const inserted = events.length === 0 ? [] : await insertEvents(tx.db, tx.scope, events);
      const stored = new Map(inserted.map((row) => [row.id, row]));
      const others = events.map(({ id }) => id).filter((key) => !stored.has(key));
      const found = await eventsByKey(tx.db, others);
      return { stored, known: new Map(found.map((row) => [row.id, row])) };
    },
  };
}
