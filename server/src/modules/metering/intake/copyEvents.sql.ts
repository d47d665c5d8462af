import type pg from 'pg';
import { copyRows } from '../../../kernel/db/copyRows.ts';
import { retryTransient, sqlState, withConnection } from '../../../kernel/db/transaction.ts';
import type { NewEvent, UnmatchedReason } from '../eventStore.ts';
import { EventTime } from '../eventTime.ts';
import type { EventWriter, KnownEvent } from '../eventWriter.ts';

/** Above this share of statements that met a repeat, repeats are to be looked for first: a COPY that fails has cost its time. */
const mostFailedCopies = 0.4;
/** How much the latest statement weighs in that share. */
const weightOfLatest = 0.25;
/** Another process may store the same events between the look and the COPY; it cannot win for ever. */
const mostAttempts = 10;

/**
 * Writes events by COPY straight into the partition, in a transaction of its own, and looks up repeats only where it fails for them. `pool`
 * acts as the meter's role.
 */
export function copyEvents(pool: pg.Pool): EventWriter {
  let failures = 0;
  const weigh = (hasRepeats: boolean) => {
    failures += weightOfLatest * ((hasRepeats ? 1 : 0) - failures);
  };
  // Two processes that store the same events in another order each may wait for one another; the one that the database ends stored nothing.
  const copyAll = (events: readonly NewEvent[], isLast: boolean) => retryTransient(() => copy(pool, events, isLast));

  const append = async (events: readonly NewEvent[]): Promise<Map<string, KnownEvent>> => {
    const known = new Map<string, KnownEvent>();
    let fresh = events;
    for (let attempt = 1; ; attempt++) {
      if (attempt > 1) {
        for (const [id, event] of await findEvents(pool, fresh.map(({ id }) => id))) known.set(id, event);
        fresh = fresh.filter(({ id }) => !known.has(id));
      }
      const isStored = fresh.length === 0 || (await copyAll(fresh, attempt === mostAttempts));
      // Those of a statement that fails are found by the next attempt.
      if (attempt === 1) weigh(!isStored);
      if (isStored) return known;
    }
  };

  return {
    append,
    appendNew: async (events) => events.length === 0 || copyAll(events, false),
    get expectsRepeats() {
      return failures > mostFailedCopies;
    },
    async find(ids) {
      const known = await findEvents(pool, ids);
      weigh(known.size > 0);
      return known;
    },
  };
}

const columns =
  'tenant_id, id, content_hash, transaction_id, external_customer_id, external_subscription_id, code, "timestamp", properties, value, unique_value, operation, reason, received_at';

/** False where one of the events is stored already, or was before it expired; then none of them was stored now. */
async function copy(pool: pg.Pool, events: readonly NewEvent[], isLast: boolean): Promise<boolean> {
  const rows = Buffer.from(events.map(lineOf).join(''));
  return withConnection(pool, async (client, lose) => {
    try {
      await copyRows(client, `copy usage_events_all (${columns}) from stdin`, rows);
      return true;
    } catch (error) {
      if (sqlState(error) === '23505' && !isLast) return false;
      // Where it was not the database that refused, the connection broke.
      if (sqlState(error) === undefined) lose(error as Error);
      throw error;
    }
  });
}

const special = /[\\\n\r\t]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function field(text: string): string {
  return special.test(text) ? text.replace(/[\\\n\r\t]/g, (character) => escapes[character] ?? character) : text;
}

const optional = (text: string | null): string => (text === null ? '\\N' : field(text));

/** A row in COPY's text format. */
function lineOf(event: NewEvent): string {
  const { tenantId, id, contentHash, timestamp, value, operation, reason, receivedAt } = event;
  return `${tenantId}\t${id}\t\\\\x${contentHash}\t${field(event.transactionId)}\t${field(event.externalCustomerId)}\t${optional(event.externalSubscriptionId)}\t${field(event.code)}\t${timestamp.text}\t${field(event.propertiesText)}\t${value ?? '\\N'}\t${optional(event.uniqueValue)}\t${operation}\t${reason ?? '\\N'}\t${receivedAt.text}\n`;
}

// One text for all of them: taking a row of seven columns apart costs the process more than the look costs the database. None of the parts
// holds a tab.
const findStatement = {
  name: 'find-known-events',
  text: `select string_agg(known, E'\\n') as known from (
    select concat_ws(E'\\t', id, encode(content_hash, 'hex'), "timestamp", coalesce(reason, ''), received_at, amended) as known
    from usage_events_all where id = any($1::uuid[])
    union all select id::text from usage_expired_ids where id = any($1::uuid[])
  ) found`,
};

async function findEvents(pool: pg.Pool, ids: readonly string[]): Promise<Map<string, KnownEvent>> {
  if (ids.length === 0) return new Map();
  // The list as PostgreSQL reads it: the driver would look at each id for what has to be quoted.
  const values = [`{${ids.join(',')}}`];
  const { rows } = await withConnection(pool, (client) => client.query<{ known: string | null }>({ ...findStatement, values }));
  const lines = rows[0]?.known?.split('\n') ?? [];
  return new Map(lines.map(knownOf).map((known) => [known.id, known]));
}

function knownOf(line: string): KnownEvent {
  const [id = '', contentHash, timestamp = '', reason = '', receivedAt = '', amended] = line.split('\t');
  if (contentHash === undefined) return { id, expired: true };
  return {
    id,
    expired: false,
    contentHash,
    timestamp: EventTime.stored(timestamp),
    reason: reason === '' ? null : (reason as UnmatchedReason),
    receivedAt: EventTime.stored(receivedAt),
    amended: amended === 't',
  };
}
