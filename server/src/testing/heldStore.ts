import type { NewEvent } from '../modules/metering/eventStore.ts';
import { EventTime } from '../modules/metering/eventTime.ts';
import type { EventWriter, KnownEvent } from '../modules/metering/eventWriter.ts';
import { GroupCommit } from '../modules/metering/intake/groupCommit.ts';

const at = EventTime.of(Temporal.Instant.from('2026-01-01T00:00:00Z'));

/** An event of one tenant, called by its id. */
export const newEvent = (id: string, more: Partial<NewEvent> = {}): NewEvent => ({
  tenantId: 't', id, contentHash: `hash of ${id}`, transactionId: id, externalCustomerId: 'c', externalSubscriptionId: null, code: 'calls', timestamp: at,
  propertiesText: '{}', value: null, uniqueValue: null, operation: 'add', reason: null, receivedAt: at, amended: false, ...more,
});

/** A group commit over a store in memory whose statements end when the test says so. */
export function heldStore(lanesFor?: (tenantId: string) => number) {
  const rows = new Map<string, KnownEvent>();
  const statements: { ids: string[]; end: (error?: Error) => void }[] = [];
  const held = (ids: readonly string[]) =>
    new Promise<void>((resolve, reject) => {
      statements.push({ ids: [...ids], end: (error) => (error === undefined ? resolve() : reject(error)) });
    });
  const find = (ids: readonly string[]) => new Map(ids.flatMap((id) => (rows.has(id) ? [[id, rows.get(id) as KnownEvent] as const] : [])));
  const writer: EventWriter = {
    expectsRepeats: false,
    async find(ids) {
      await held(ids);
      return find(ids);
    },
    async append(events) {
      await held(events.map(({ id }) => id));
      const known = find(events.map(({ id }) => id));
      for (const one of events) if (!known.has(one.id)) rows.set(one.id, { ...one, expired: false, amended: false });
      return known;
    },
    async appendNew(events) {
      await held(events.map(({ id }) => id));
      if (events.some(({ id }) => rows.has(id))) return false;
      for (const one of events) rows.set(one.id, { ...one, expired: false, amended: false });
      return true;
    },
  };
  return { writer, rows, statements, commit: new GroupCommit(writer, lanesFor) };
}
