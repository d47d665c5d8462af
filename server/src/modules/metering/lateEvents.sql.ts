import { sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';

/** Where a period was billed not long before it was last looked at, and the metrics it billed. */
export interface BilledEdge {
  readonly to: Temporal.Instant;
  readonly codes: readonly string[];
}

interface LateEventsRequest {
  readonly externalCustomerId: string;
  readonly externalSubscriptionId: string;
  /** Events stored by transactions before this one were counted. */
  readonly since: string;
  readonly edges: readonly BilledEdge[];
}

/** An hour of UTC in which events of this metric are dated that came late. */
export interface LateHour {
  readonly code: string;
  readonly hour: Temporal.Instant;
}

/**
 * The hours for which a subscription got events after they were billed. An event that comes an hour or more after its time is in an
 * index of its own, so this costs as much as there are such; one that comes within the hour can be late only at the end of a period
 * billed meanwhile, so those ends are looked at themselves. It may name an hour too many, never one too few.
 */
export async function findLateHours(db: ReadDb, request: LateEventsRequest): Promise<readonly LateHour[]> {
  const { externalCustomerId, externalSubscriptionId, since, edges } = request;
  const counts = sql`external_customer_id = ${externalCustomerId} and xid >= ${since}::xid8 and not amended
    and (external_subscription_id is null or external_subscription_id = ${externalSubscriptionId})`;
  const ends = edges.map(
    ({ to, codes }) => sql`union select code, date_trunc('hour', "timestamp", 'UTC') from usage_events
      where ${counts} and code = any(${codes}::text[])
        and "timestamp" >= ${to}::timestamptz - interval '1 hour' and "timestamp" < ${to}::timestamptz`,
  );
  const { rows } = await sql<LateHour>`
    select code, date_trunc('hour', "timestamp", 'UTC') as hour from usage_events
    where ${counts} and received_at - "timestamp" >= interval '1 hour'
    group by 1, 2
    ${sql.join(ends, sql` `)}`.execute(db);
  return rows;
}
