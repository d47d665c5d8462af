import { sql } from 'kysely';
import type { Db } from '../../kernel/db/kysely.ts';

/** Where something changed in what was counted before: an hour of UTC of one customer and metric code, named by any instant in it. */
export interface ChangedHour {
  readonly externalCustomerId: string;
  readonly code: string;
  readonly at: Temporal.Instant;
}

/**
 * Has the hours rolled up anew; from this transaction's commit until then they are read from the events themselves. Call it in the
 * transaction that changes what counts (an amendment, the closing of a backfill). A mark that is there already is marked again: the
 * row lock keeps the meter from clearing it before the change can be seen.
 */
export async function markDirtyHours(db: Db, tenantId: string, hours: readonly ChangedHour[]): Promise<void> {
  if (hours.length === 0) return;
  await sql`
    insert into usage_dirty_hours (tenant_id, external_customer_id, code, hour)
    select distinct ${tenantId}::uuid, customer, code, date_bin('1 hour', at, 'epoch'::timestamptz)
    from unnest(
      ${hours.map(({ externalCustomerId }) => externalCustomerId)}::text[],
      ${hours.map(({ code }) => code)}::text[],
      ${hours.map(({ at }) => at)}::timestamptz[]
    ) changed (customer, code, at)
    order by 2, 3, 4
    on conflict (tenant_id, external_customer_id, code, hour) do update set marked_at = clock_timestamp()`.execute(db);
}
