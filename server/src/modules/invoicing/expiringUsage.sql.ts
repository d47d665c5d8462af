import { type RawBuilder, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { ExpiringSpan } from '../metering/index.ts';

/** A customer, by the name that its events have, and the ids it has had under it. */
export interface ExpiringCustomer {
  readonly externalId: string;
  readonly ids: readonly string[];
}

/** The next customer in order of external ids that has events dated before `horizon` in what it was billed. */
export async function nextExpiringCustomer(db: ReadDb, horizon: Temporal.Instant, after: string): Promise<ExpiringCustomer | undefined> {
  const { rows } = await sql<ExpiringCustomer>`
    select c.external_id as "externalId", array(select o.id::text from customers o where o.external_id = c.external_id order by 1) as ids
    from customers c
    where c.external_id > ${after} and exists (
      select from subscriptions s join billed_periods p on p.tenant_id = s.tenant_id and p.subscription_id = s.id
      where s.tenant_id = c.tenant_id and s.customer_id = c.id and p.voided_at is null and not p.interim and exists (
        select from usage_events e
        where e.external_customer_id = c.external_id and e.code = any(p.codes)
          and e."timestamp" >= p.usage_from and e."timestamp" < least(p.usage_to, ${horizon}::timestamptz)))
    order by c.external_id
    limit 1`.execute(db);
  return rows[0];
}

const hourOf = (at: string): RawBuilder<unknown> => sql`date_bin('1 hour', ${sql.ref(at)}, 'epoch'::timestamptz)`;
const nextHour = (at: string): RawBuilder<unknown> => sql`${hourOf(at)} + case when ${hourOf(at)} = ${sql.ref(at)} then interval '0' else interval '1 hour' end`;

/** The customer's subscriptions, and the stretches of their usage that are billed for good, with the full hours of UTC in them. */
const settled = (externalId: string, horizon: Temporal.Instant): RawBuilder<unknown> => sql`
  sub as materialized (
    select s.tenant_id, s.id, s.plan_id, s.started_at, coalesce(s.terminated_at, s.ending_at) as ended_at
    from customers c join subscriptions s on s.tenant_id = c.tenant_id and s.customer_id = c.id
    where c.external_id = ${externalId} and s.started_at is not null
  ),
  period as materialized (
    select p.subscription_id, p.codes, p.priced_charges_id, p.usage_from, p.usage_to, k.seen_xid,
      tstzrange(${nextHour('p.usage_from')}, greatest(${hourOf('p.usage_to')}, ${nextHour('p.usage_from')})) as hours
    from sub s
    join billed_periods p on p.tenant_id = s.tenant_id and p.subscription_id = s.id
    join late_usage_checks k on k.tenant_id = s.tenant_id and k.subscription_id = s.id and k.cluster = app.cluster()
    left join invoices i on i.tenant_id = p.tenant_id and i.id = p.invoice_id
    where p.voided_at is null and not p.interim and not p.recheck and p.usage_from < ${horizon}::timestamptz and (p.invoice_id is null or i.status in ('finalized', 'paid'))
  )`;

/** By what the settled usage of a customer was priced, each way once, and its subscriptions, whose plans price it now. */
export async function pricedBy(db: ReadDb, externalId: string, horizon: Temporal.Instant): Promise<{ readonly charges: readonly unknown[]; readonly subscriptions: readonly string[] }> {
  const { rows } = await sql<{ charges: readonly unknown[]; subscriptions: readonly string[] }>`
    with ${settled(externalId, horizon)}
    select coalesce((select jsonb_agg(c.charges) from priced_charges c where c.id in (select priced_charges_id from period)), '[]') as charges,
      array(select id::text from sub) as subscriptions`.execute(db);
  return rows[0] ?? { charges: [], subscriptions: [] };
}

/** Codes of which some charge has ever billed single events, or whose values are carried from period to period. */
export async function codesKept(db: ReadDb): Promise<readonly string[]> {
  const { rows } = await sql<{ code: string }>`
    select code from billable_metrics where recurring
    union select m.code from charges c join billable_metrics m on m.tenant_id = c.tenant_id and m.id = c.billable_metric_id where c.pay_in_advance`.execute(db);
  return rows.map(({ code }) => code);
}

/**
 * The full hours of UTC whose events were billed for good by every subscription that may count them, and the transaction before which they
 * were stored that an invoice has looked at. An hour that a period begins or ends in is not among them, nor one for which another
 * subscription of the customer, on any plan it ever had that prices the code, has not been billed. `kept`: codes to leave alone.
 */
export async function expiringSpans(db: ReadDb, externalId: string, horizon: Temporal.Instant, kept: readonly string[]): Promise<readonly ExpiringSpan[]> {
  const { rows } = await sql<ExpiringSpan>`
    with ${settled(externalId, horizon)},
    code as (select distinct code, p.hours from period p cross join unnest(p.codes) code where code <> all(${kept}::text[])),
    billed as (select subscription_id, range_agg(hours) as hours from period group by 1),
    pricing as (
      select distinct s.id, m.code, tstzrange(${hourOf('s.started_at')}, ${nextHour('s.ended_at')}) as life
      from sub s
      cross join lateral (select s.plan_id union select f.plan_id from subscription_phases f where f.tenant_id = s.tenant_id and f.subscription_id = s.id) plan
      join charges c on c.tenant_id = s.tenant_id and c.plan_id = plan.plan_id
      join billable_metrics m on m.tenant_id = c.tenant_id and m.id = c.billable_metric_id
    ),
    unbilled as (
      select pricing.code, range_agg(life::tstzmultirange - coalesce(billed.hours, '{}')) as hours
      from pricing left join billed on billed.subscription_id = pricing.id group by 1
    ),
    free as (
      select code.code, range_agg(code.hours) * tstzmultirange(tstzrange(null, ${horizon}::timestamptz)) - coalesce(unbilled.hours, '{}') as hours
      from code left join unbilled on unbilled.code = code.code group by code.code, unbilled.hours
    )
    select distinct free.code, lower(piece) as "from", upper(piece) as "to", (
      select min(o.seen_xid) from period o where free.code = any(o.codes) and o.usage_from < upper(piece) and o.usage_to > lower(piece)
    )::text as "before"
    from free join period p on free.code = any(p.codes) cross join unnest(free.hours * p.hours::tstzmultirange) piece
    order by 1, 2`.execute(db);
  return rows;
}
