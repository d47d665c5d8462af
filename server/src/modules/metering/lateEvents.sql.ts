import { sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { json } from '../../kernel/db/parameters.ts';
import { rowsByPlace } from '../../kernel/db/together.ts';

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
export const findLateHours = rowsByPlace(async (db: ReadDb, requests: readonly LateEventsRequest[]) => {
  const asked = requests.map(({ externalCustomerId: customer, externalSubscriptionId: subscription, since, edges }, index) => ({ place: index + 1, customer, subscription, since, edges }));
  const counts = sql`e.external_customer_id = q.customer and e.xid >= q.since::xid8 and not e.amended
    and (e.external_subscription_id is null or e.external_subscription_id = q.subscription)`;
  const { rows } = await sql<LateHour & { place: number }>`
    select q.place, h.code, h.hour
    from jsonb_to_recordset(${json(asked)}::jsonb) as q (place integer, customer text, subscription text, since text, edges jsonb)
    cross join lateral (
      select e.code, date_trunc('hour', e."timestamp", 'UTC') as hour from usage_events e
      where ${counts} and e.received_at - e."timestamp" >= interval '1 hour'
      union
      select e.code, date_trunc('hour', e."timestamp", 'UTC') from jsonb_to_recordset(q.edges) as edge ("to" timestamptz, codes text[])
      join usage_events e on e.code = any(edge.codes) and e."timestamp" >= edge."to" - interval '1 hour' and e."timestamp" < edge."to"
      where ${counts}) h`.execute(db);
  return rows;
});
