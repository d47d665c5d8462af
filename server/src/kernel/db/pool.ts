import pg from 'pg';
import { parseJson } from '../http/json.ts';

const oid = { int8: 20, json: 114, date: 1082, timestamptz: 1184, numeric: 1700, jsonb: 3802 } as const;

/** "2026-01-15 05:00:00.5+00" as PostgreSQL writes it in a UTC session. */
function parseInstant(text: string): Temporal.Instant {
  return Temporal.Instant.from(text.replace(' ', 'T').replace(/\+00$/, 'Z'));
}

const unlimited = { maxDepth: 10_000, maxKeys: Number.MAX_SAFE_INTEGER, maxLength: Number.MAX_SAFE_INTEGER };

/** JSON the database kept, with every number's digits. */
function parseStoredJson(text: string): unknown {
  const parsed = parseJson(text, unlimited);
  if (!parsed.ok) throw new Error(`Stored JSON could not be read: ${parsed.message}`);
  return parsed.value;
}

/** Whatever has at most fifteen digits a double keeps as it is. */
const mayLoseDigits = /(?:^|[ [-])[\d.]{16}/;

/** The same of jsonb, which PostgreSQL writes without repeated keys and exponents: only long numbers have to be looked at. */
function parseJsonb(text: string): unknown {
  return mayLoseDigits.test(text) ? parseStoredJson(text) : JSON.parse(text);
}

const parsers = new Map<number, (text: string) => unknown>([
  [oid.int8, BigInt],
  [oid.numeric, String],
  [oid.date, String],
  [oid.timestamptz, parseInstant],
  [oid.json, parseStoredJson],
  [oid.jsonb, parseJsonb],
]);

const types: pg.CustomTypesConfig = {
  getTypeParser: (id: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : parsers.get(id)) ?? pg.types.getTypeParser(id, format ?? 'text'),
};

export const applicationRole = 'farthing_app';
/** Keeps the meter of all tenants: adds events and rolls them up, and may do nothing else. */
export const meterRole = 'farthing_meter';

interface PoolOptions {
  readonly max: number;
  /** The role every connection takes on; the application's own is bound by row-level security. */
  readonly role?: string;
  /** Is told of idle connections that were lost while the pool was in use. */
  readonly onError: (error: Error) => void;
}

/** A pool whose sessions run in UTC, give exact numbers and, unless told otherwise, act as the application's role. */
export function createPool(url: string, { max, role, onError }: PoolOptions): pg.Pool {
  // What is acknowledged is on disk, whatever the database was set to. Compiling a statement takes longer than all but the longest of them run.
  const settings = ['-c timezone=UTC', '-c jit=off', '-c synchronous_commit=on', '-c lock_timeout=30s', '-c idle_in_transaction_session_timeout=120s'];
  if (role !== undefined) settings.push(`-c role=${role}`);
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types,
    // Statements may be sent while others are under way; what copies rows must not.
    pipeline: role !== meterRole,
    options: settings.join(' '),
    statement_timeout: 60_000,
    connectionTimeoutMillis: 15_000,
    application_name: 'farthing',
  });
  // An idle connection that the server closed must not take the process down with it. A pool that ends does not wait for its
  // connections to say goodbye: the database, stopped next, may cut them off.
  pool.on('error', (error) => {
    if (!pool.ending) onError(error);
  });
  return pool;
}
