import { sql } from 'kysely';

/** The hour of UTC that the event `e` is dated in. */
export const eventHour = sql`date_bin('1 hour', e."timestamp", 'epoch'::timestamptz)`;

/** Microseconds since the epoch, which is all a timestamptz holds: exact, and comparable beside other numbers. */
export const eventMicros = sql`(extract(epoch from e."timestamp") * 1000000)::bigint`;
