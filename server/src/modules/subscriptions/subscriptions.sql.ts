import { CompiledQuery, sql, type Updateable } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import { rowBy, rowsBy, together } from '../../kernel/db/together.ts';
import { updating } from '../../kernel/db/writes.ts';
import type { Tx } from '../../kernel/envelope.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import { notFound } from '../../kernel/problem.ts';
import { parseId } from '../../kernel/wire.ts';
import type { Tables } from '../../tables.ts';
import type { PlanRow } from '../catalog/index.ts';
import { lockBilling, lockCustomer } from '../customers/index.ts';
import type { UnitsColumns } from './units.sql.ts';

/** A pause as a row carries it: instants and dates are still text. */
interface PauseColumns {
  readonly turn: number;
  readonly from_day: string;
  readonly resumed_at: string | null;
  readonly until_day: string | null;
}

/** What the plan of an agreed change is, its overrides applied, as a row carries it. */
interface PendingPlan {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly interval: PlanRow['interval'];
  readonly interval_count: number;
  readonly amount_cents: string;
  readonly bill_charges_monthly: boolean;
  readonly pay_in_advance: boolean;
  readonly has_fixed_advance: boolean;
  readonly has_fixed_arrears: boolean;
  readonly trial_period_days: number;
}

/** Subscriptions with what they take from others: the customer's currency and zone (its own, else the entity's, else the organization's), the plan's price, its own where it has one, and interval. */
function subscriptions(db: ReadDb) {
  return db
    .selectFrom('subscriptions as s')
    .innerJoin('customers as c', (join) => join.onRef('c.tenant_id', '=', 's.tenant_id').onRef('c.id', '=', 's.customer_id'))
    .innerJoin('billing_entities as e', (join) => join.onRef('e.tenant_id', '=', 'c.tenant_id').onRef('e.id', '=', 'c.billing_entity_id'))
    .innerJoin('tenants as t', 't.id', 's.tenant_id')
    .innerJoin('organizations as o', 'o.id', 't.organization_id')
    .innerJoin('plans as p', (join) => join.onRef('p.tenant_id', '=', 's.tenant_id').onRef('p.id', '=', 's.plan_id'))
    .leftJoin('plans as n', (join) => join.onRef('n.tenant_id', '=', 's.tenant_id').onRef('n.id', '=', 's.pending_plan_id'))
    .selectAll('s')
    .select([
      'c.external_id as customer_external_id',
      'c.currency as customer_currency',
      sql<string>`coalesce(c.timezone, e.timezone, o.timezone)`.as('effective_timezone'),
      sql<readonly PauseColumns[]>`(select coalesce(jsonb_agg(jsonb_build_object('turn', z.turn, 'from_day', z.from_day,
        'resumed_at', z.resumed_at, 'until_day', z.until_day) order by z.turn), '[]') from subscription_pauses z
        where z.tenant_id = s.tenant_id and z.subscription_id = s.id)`.as('pauses'),
      sql<readonly UnitsColumns[]>`(select coalesce(jsonb_agg(jsonb_build_object('add_on_id', u.add_on_id, 'turn', u.turn, 'units', u.units::text,
        'timing', u.timing, 'asked_at', u.asked_at, 'from_day', u.from_day) order by u.turn), '[]') from fixed_charge_units u
        where u.tenant_id = s.tenant_id and u.subscription_id = s.id)`.as('units'),
      'p.code as plan_code',
      'p.name as plan_name',
      'p.interval as plan_interval',
      'p.interval_count as plan_interval_count',
      sql<bigint>`coalesce((s.overrides->>'amount_cents')::bigint, p.amount_cents)`.as('plan_amount_cents'),
      'p.trial_period_days as plan_trial_period_days',
      'p.currency as plan_currency',
      'p.has_fixed_advance as plan_has_fixed_advance',
      'p.has_fixed_arrears as plan_has_fixed_arrears',
      'p.bill_charges_monthly as plan_bill_charges_monthly',
      sql<PendingPlan | null>`case when n.id is not null then jsonb_build_object('id', n.id, 'code', n.code, 'name', n.name, 'interval', n.interval,
        'interval_count', n.interval_count, 'amount_cents', coalesce(s.pending_overrides->>'amount_cents', n.amount_cents::text),
        'bill_charges_monthly', n.bill_charges_monthly, 'pay_in_advance', n.pay_in_advance,
        'has_fixed_advance', n.has_fixed_advance, 'has_fixed_arrears', n.has_fixed_arrears,
        'trial_period_days', coalesce((s.pending_overrides->>'trial_period_days')::int, n.trial_period_days)) end`.as('pending_plan'),
    ]);
}

/** A subscription as everything here reads it. */
export type SubscriptionRow = Awaited<ReturnType<ReturnType<typeof subscriptions>['execute']>>[number];

/** Built once: that takes longer than running the statement. */
let byIds: string | undefined;

const readSubscriptions = async (db: ReadDb, ids: readonly string[]): Promise<readonly SubscriptionRow[]> => {
  byIds ??= subscriptions(db).where(sql<boolean>`s.id = any(${ids}::uuid[])`).compile().sql;
  return (await db.getExecutor().executeQuery<SubscriptionRow>(CompiledQuery.raw(byIds, [ids]))).rows;
};

const subscriptionById = rowBy(readSubscriptions, ({ id }) => id);

/** The subscription an identifier names: by id or prefixed id where it has that form, else by external_id. */
export async function findSubscription(db: ReadDb, reference: string): Promise<SubscriptionRow | undefined> {
  const id = parseId('sub', reference);
  const byId = id === null ? undefined : await subscriptionById(db, id);
  return byId ?? subscriptions(db).where('s.external_id', '=', reference).executeTakeFirst();
}

/** The subscriptions of a customer, by its id, that have not ended. */
export async function subscriptionsOfCustomer(db: ReadDb, customerId: string): Promise<readonly SubscriptionRow[]> {
  return subscriptions(db).where('s.customer_id', '=', customerId).where('s.status', '<>', 'terminated').execute();
}

const customerOf = rowBy(
  async (db: ReadDb, ids) => (await sql<{ id: string; customer_id: string }>`select id, customer_id from subscriptions where id = any(${ids}::uuid[])`.execute(db)).rows,
  ({ id }) => id,
);

const lockRow = together<string>(async (db, ids) => {
  await sql`select id from subscriptions where id = any(${ids}::uuid[]) order by id for update`.execute(db);
  return ids.map(() => undefined);
});

/**
 * Takes the subscription for the rest of the transaction, before it its customer and the customer's billing: it goes on from here to what the
 * customer has, and whoever does something with another of its subscriptions waits. Answers the row as it is then. Throws 404 for an unknown id.
 */
export async function lockSubscription(tx: Tx, id: string): Promise<SubscriptionRow> {
  const found = await customerOf(tx.db, id);
  if (found === undefined) throw notFound('subscription');
  await lockBilling(tx, found.customer_id);
  await lockCustomer(tx.db, found.customer_id);
  await lockRow(tx.db, id);
  return reread(tx.db, id);
}

/** The subscriptions that run of customers with several of them, held in the order of their ids. */
const runningTogether = rowsBy(
  async (db: Db, customerIds) => {
    const { rows } = await sql<{ id: string; customer_id: string }>`select id, customer_id from subscriptions
      where customer_id = any(${customerIds}::uuid[]) and status in ('active', 'paused', 'canceled') order by id for update`.execute(db);
    const several = [...Map.groupBy(rows, (row) => row.customer_id).values()].filter(({ length }) => length > 1).flat();
    return several.length === 0 ? [] : subscriptions(db).where(sql<boolean>`s.id = any(${several.map(({ id }) => id)}::uuid[])`).orderBy('s.id').execute();
  },
  (row) => row.customer_id,
);

/** The other subscriptions of its customer that run, held. Whoever wants them holds the customer's billing, as the caller does. */
export async function lockOthersOfCustomer(tx: Tx, { id, customer_id: customerId }: SubscriptionRow): Promise<readonly SubscriptionRow[]> {
  return (await runningTogether(tx.db, customerId)).filter((row) => row.id !== id);
}

/** The row after a change. */
export async function reread(db: ReadDb, id: string): Promise<SubscriptionRow> {
  const row = await subscriptionById(db, id);
  if (row === undefined) throw notFound('subscription');
  return row;
}

export const updateSubscription = updating('subscriptions', { json: ['overrides', 'pending_overrides', 'metadata'] });

/** Writes columns and answers the row as it is then. */
export async function changeRow(tx: Tx, id: string, columns: Updateable<Tables['subscriptions']>): Promise<SubscriptionRow> {
  await updateSubscription(tx.db, { id, columns: { ...columns, updated_at: tx.scope.now } });
  return reread(tx.db, id);
}

/** Begins a pause; answers which one of the subscription it is. */
export async function insertPause(tx: Tx, row: SubscriptionRow, fromDay: Temporal.PlainDate): Promise<number> {
  const turn = row.pauses.length + 1;
  await tx.db
    .insertInto('subscription_pauses')
    .values({ tenant_id: tx.scope.tenant.id, subscription_id: row.id, turn, paused_at: tx.scope.now, from_day: fromDay.toString() })
    .execute();
  return turn;
}

/** Ends the pause that lasts. */
export async function closePause(tx: Tx, row: SubscriptionRow, untilDay: Temporal.PlainDate): Promise<void> {
  await tx.db
    .updateTable('subscription_pauses')
    .set({ resumed_at: tx.scope.now, until_day: untilDay.toString() })
    .where('subscription_id', '=', row.id)
    .where('resumed_at', 'is', null)
    .execute();
}

/** Keeps that an end was moved on: days from one on are billed from now, and by nothing before. */
export async function insertExtension(tx: Tx, row: SubscriptionRow, fromDay: Temporal.PlainDate): Promise<number> {
  const turn = await insertPause(tx, row, fromDay);
  await closePause(tx, row, fromDay);
  return turn;
}

interface PaidUpTo {
  readonly end: Temporal.Instant;
  readonly ahead: 'subscription' | 'fixed_charge';
}

/** Whether nothing that a subscription pays ahead is on a draft, or paid beyond its end on an invoice that stands: of its plan's price what was billed last, else of its fixed charges all. */
export async function isPaidUpTo(db: ReadDb, id: string, { end, ahead }: PaidUpTo): Promise<boolean> {
  const { rows } = await sql<{ status: string; beyond: boolean }>`
    select i.status, f.to_datetime > ${end} as beyond from fees f join invoices i on i.tenant_id = f.tenant_id and i.id = f.invoice_id
    where f.subscription_id = ${id} and f.fee_type = ${ahead} and i.status <> 'voided' and (f.properties ->> 'pay_in_advance')::boolean
    order by ${ahead === 'subscription' ? sql`f.from_datetime` : sql`f.to_datetime`} desc, f.created_at desc limit 1`.execute(db);
  return rows.every(({ status, beyond }) => status !== 'draft' && !beyond);
}

/** Whether anything of a subscription is billed already, by us or before it came here. */
export async function isBilled(db: ReadDb, { id, billed_through_at: through }: Pick<SubscriptionRow, 'id' | 'billed_through_at'>): Promise<boolean> {
  if (through !== null) return true;
  const { rows } = await sql<{ billed: boolean }>`select exists (
    select from fees f left join invoices i on i.tenant_id = f.tenant_id and i.id = f.invoice_id
    where f.subscription_id = ${id} and i.status is distinct from 'voided') as billed`.execute(db);
  return rows[0]?.billed ?? false;
}

export interface SubscriptionFilters {
  readonly customer_id?: string | undefined;
  readonly plan_id?: string | undefined;
  readonly status?: SubscriptionRow['status'] | undefined;
  readonly external_id?: string | undefined;
}

export async function listSubscriptions(db: ReadDb, page: PageRequest & SubscriptionFilters) {
  let query = subscriptions(db);
  if (page.customer_id !== undefined) query = query.where('s.customer_id', '=', page.customer_id);
  if (page.plan_id !== undefined) query = query.where('s.plan_id', '=', page.plan_id);
  if (page.status !== undefined) query = query.where('s.status', '=', page.status);
  if (page.external_id !== undefined) query = query.where('s.external_id', '=', page.external_id);
  return listRows(query, page, {
    sortable: { created_at: 's.created_at', updated_at: 's.updated_at', external_id: 's.external_id' },
    idColumn: 's.id',
  });
}

/** How many subscriptions each plan has that have not ended; live plans without any count 0. */
export async function countByPlan(db: ReadDb): Promise<Record<string, number>> {
  const { rows } = await sql<{ id: string; running: number }>`
    select p.id, count(s.id)::int as running from plans p
    left join subscriptions s on s.tenant_id = p.tenant_id and s.plan_id = p.id and s.status <> 'terminated'
    group by p.tenant_id, p.id having p.deleted_at is null or count(s.id) > 0`.execute(db);
  return Object.fromEntries(rows.map((row) => [row.id, row.running]));
}

/** Reads a live plan again, and keeps it as it is until the transaction ends; undefined when it is gone. */
export async function holdPlan(db: Db, id: string): Promise<PlanRow | undefined> {
  return db.selectFrom('plans').selectAll().where('id', '=', id).where('deleted_at', 'is', null).forShare().executeTakeFirst();
}

/** Whether the tenant has, or had, a subscription of this external_id. */
export async function hasExternalId(db: ReadDb, externalId: string): Promise<boolean> {
  const rows = await db.selectFrom('subscriptions').select('id').where('external_id', '=', externalId).execute();
  return rows.length > 0;
}

/** Which timer says when something falls due for a subscription; what it does is in `subscriptions.jobs.ts`. */
export const dueTimer = { kind: 'subscription.due' } as const;

/** The timer of a subscription where it has failed, held; undefined where it has not, or where somebody runs it at this moment. */
export const holdFailedTimer = rowBy(
  async (db: Db, ids) =>
    (await sql<{ subject_id: string }>`select subject_id from timers
      where kind = ${dueTimer.kind} and subject_id = any(${ids}::uuid[]) and attempts > 0 for update skip locked`.execute(db)).rows,
  (row) => row.subject_id,
);

/** When the timers of a customer's subscriptions are set to ring. */
export async function timersOfCustomer(db: ReadDb, kind: string, customerId: string): Promise<ReadonlyMap<string, Temporal.Instant>> {
  const rows = await db
    .selectFrom('timers as w')
    .innerJoin('subscriptions as s', (join) => join.onRef('s.tenant_id', '=', 'w.tenant_id').onRef('s.id', '=', 'w.subject_id'))
    .select(['w.subject_id', 'w.due_at'])
    .where('w.kind', '=', kind)
    .where('s.customer_id', '=', customerId)
    .execute();
  return new Map(rows.map((row) => [row.subject_id, row.due_at]));
}
