import { type RawBuilder, sql } from 'kysely';

/** The transactions whose events one look takes: from the first on, up to but without the last. */
export interface StoredSince {
  readonly since: string;
  readonly until: string;
  /** Only what is usage of this subscription; of all where nothing is said. */
  readonly subscriptionId?: string;
}

/** That a subscription got usage dated then. */
export interface ArrivedUsage {
  readonly subscription_id: string;
  readonly at: Temporal.Instant;
}

/**
 * The stored events of a look as `e`, those of a customer, code and reference as one, each with the customer `k` and every subscription `s` whose
 * usage they may be (E4), and their times `i.at`, to be selected from. `join` narrows it to what prices the events, `where` to who follows them.
 *
 * They are put together first because events that have just come are in no statistics: the planner takes them for one, and would look for the
 * customer, or the events of a code, once for each of them.
 */
export function arrivedEvents({ since, until, subscriptionId }: StoredSince, { join = sql``, where = sql`true` }: { join?: RawBuilder<unknown>; where?: RawBuilder<unknown> }): RawBuilder<unknown> {
  const wanted = subscriptionId === undefined ? sql`` : sql`and s.id = ${subscriptionId}`;
  return sql`
    from (
      with together as materialized (
        select external_customer_id, external_subscription_id, code, array_agg(distinct "timestamp") as instants
        from usage_events where xid >= ${since}::xid8 and xid < ${until}::xid8
        group by external_customer_id, external_subscription_id, code)
      select * from together) e
    join customers k on k.external_id = e.external_customer_id
    join subscriptions s on s.tenant_id = k.tenant_id and s.customer_id = k.id
      and (e.external_subscription_id is null or e.external_subscription_id = s.external_id)
    ${join}
    cross join lateral unnest(e.instants) as i (at)
    where i.at >= s.started_at ${wanted} and ${where}`;
}

/** That an event's subscription may still be billed for it by an invoice to come. */
export const isRunning: RawBuilder<unknown> = sql`s.status in ('active', 'paused', 'canceled')`;

/** The charges `c` of the subscription's plan on the event's metric. */
const chargesOf = (which: RawBuilder<unknown>): RawBuilder<unknown> => sql`
    join charges c on c.tenant_id = s.tenant_id and c.plan_id = s.plan_id and c.deleted_at is null and ${which}
    join billable_metrics m on m.tenant_id = c.tenant_id and m.id = c.billable_metric_id and m.code = e.code`;

export const chargedInAdvance: RawBuilder<unknown> = chargesOf(sql`c.pay_in_advance`);
export const chargedInArrears: RawBuilder<unknown> = chargesOf(sql`not c.pay_in_advance and c.invoiceable`);
