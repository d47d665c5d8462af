import { type Insertable, type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import { rowsByPlace, together } from '../../kernel/db/together.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import type { Tables } from '../../tables.ts';

export type CouponRow = Selectable<Tables['coupons']>;
export type AppliedCouponRow = Selectable<Tables['applied_coupons']> & { readonly coupon_code: string; readonly coupon_name: string };

export async function findCoupon(db: ReadDb, code: string): Promise<CouponRow | undefined> {
  return db.selectFrom('coupons').selectAll().where('code', '=', code).executeTakeFirst();
}

/** Takes the coupon for the rest of the transaction; `share` lets others give it meanwhile, but nobody end it. */
export async function lockCoupon(db: Db, code: string, strength: 'share' | 'update' = 'update'): Promise<CouponRow | undefined> {
  const row = db.selectFrom('coupons').selectAll().where('code', '=', code);
  return (strength === 'share' ? row.forShare() : row.forUpdate()).executeTakeFirst();
}

export async function listCoupons(db: ReadDb, { status, ...page }: PageRequest & { readonly status?: 'active' | 'terminated' | undefined }) {
  let query = db.selectFrom('coupons').selectAll();
  if (status !== undefined) query = query.where('terminated_at', status === 'active' ? 'is' : 'is not', null);
  return listRows(query, page, { sortable: { created_at: 'created_at', updated_at: 'updated_at', code: 'code', name: 'name' } });
}

/** Which of these codes no live plan, or no live metric, has. */
export async function unknownCodes(db: ReadDb, plans: readonly string[], metrics: readonly string[]): Promise<{ plans: readonly string[]; metrics: readonly string[] }> {
  if (plans.length === 0 && metrics.length === 0) return { plans, metrics };
  const { rows } = await sql<{ plans: string[]; metrics: string[] }>`select
    array(select unnest(${plans}::text[]) except select code from plans where deleted_at is null) as plans,
    array(select unnest(${metrics}::text[]) except select code from billable_metrics where deleted_at is null) as metrics`.execute(db);
  return rows[0] ?? { plans: [], metrics: [] };
}

function applied(db: ReadDb) {
  return db
    .selectFrom('applied_coupons as a')
    .innerJoin('coupons as c', (join) => join.onRef('c.tenant_id', '=', 'a.tenant_id').onRef('c.id', '=', 'a.coupon_id'))
    .selectAll('a')
    .select(['c.code as coupon_code', 'c.name as coupon_name']);
}

export async function findApplied(db: ReadDb, id: string): Promise<AppliedCouponRow | undefined> {
  return applied(db).where('a.id', '=', id).executeTakeFirst();
}

/** Takes an applied coupon for the rest of the transaction. */
export async function lockApplied(db: Db, id: string): Promise<AppliedCouponRow | undefined> {
  await db.selectFrom('applied_coupons').select('id').where('id', '=', id).forUpdate().execute();
  return findApplied(db, id);
}

export async function listApplied(db: ReadDb, customerId: string, page: PageRequest) {
  return listRows(applied(db).where('a.customer_id', '=', customerId), page, { sortable: { created_at: 'a.created_at', updated_at: 'a.updated_at' }, idColumn: 'a.id' });
}

export interface ApplicationCounts {
  readonly times_applied: number;
  readonly active_applications: number;
  /** Null where an active application has no limit. */
  readonly remaining_uses: number | null;
}

export async function countApplications(db: ReadDb, couponId: string): Promise<ApplicationCounts> {
  const { rows } = await sql<ApplicationCounts>`
    select count(*)::int as times_applied, count(*) filter (where active)::int as active_applications,
      case when bool_or(active and frequency = 'forever') then null
        else coalesce(sum(coalesce(frequency_duration, 1) - uses) filter (where active), 0)::int end as remaining_uses
    from (select *, used_up_at is null and removed_at is null as active from applied_coupons where coupon_id = ${couponId}) a`.execute(db);
  return rows[0] ?? { times_applied: 0, active_applications: 0, remaining_uses: 0 };
}

/** What invoices took of a coupon and have not given back, by currency. */
export async function sumUses(db: ReadDb, couponId: string): Promise<readonly { readonly currency: string; readonly amount_cents: bigint }[]> {
  const { rows } = await sql<{ currency: string; amount_cents: bigint }>`
    select u.currency, sum(u.amount_cents)::bigint as amount_cents
    from coupon_uses u join applied_coupons a on a.tenant_id = u.tenant_id and a.id = u.applied_coupon_id
    where a.coupon_id = ${couponId} group by u.currency having sum(u.amount_cents) <> 0 order by u.currency`.execute(db);
  return rows;
}

/** Keeps everybody else from the coupons of a customer until the transaction ends: what an invoice reads of them, it can take. */
export const lockCoupons = together<string>(async (db, customerIds) => {
  await sql`select id from applied_coupons where customer_id = any(${customerIds}::uuid[]) and removed_at is null order by id for update`.execute(db);
  return customerIds.map(() => undefined);
});

/**
 * The coupons of a customer that an invoice in this currency may take: those neither removed nor used up. What the invoice itself has
 * taken, as a draft that is computed again, counts as not taken.
 */
export const usableCoupons = rowsByPlace(async (db: ReadDb, takers: readonly { customerId: string; currency: string; invoiceId: string | null }[]) => {
  const { rows } = await sql<AppliedCouponRow & { place: number }>`
    select q.place::int as place, a.*, c.code as coupon_code, c.name as coupon_name
    from unnest(${takers.map(({ customerId }) => customerId)}::uuid[], ${takers.map(({ currency }) => currency)}::text[],
      ${takers.map(({ invoiceId }) => invoiceId)}::uuid[]) with ordinality as q (customer_id, currency, invoice_id, place)
    join applied_coupons a on a.customer_id = q.customer_id and a.removed_at is null and (a.amount_currency is null or a.amount_currency = q.currency)
      and (a.used_up_at is null or 0 < (select sum(u.uses) from coupon_uses u
        where u.tenant_id = a.tenant_id and u.applied_coupon_id = a.id and u.invoice_id = q.invoice_id))
    join coupons c on c.tenant_id = a.tenant_id and c.id = a.coupon_id`.execute(db);
  return rows;
});

interface Use {
  readonly applied_coupon_id: string;
  readonly amount_cents: bigint;
}

/** What an invoice has of each coupon now. */
export async function usesOf(db: ReadDb, invoiceId: string): Promise<readonly Use[]> {
  const { rows } = await sql<Use>`
    select applied_coupon_id, sum(amount_cents)::bigint as amount_cents from coupon_uses
    where invoice_id = ${invoiceId} group by applied_coupon_id having sum(uses) > 0 order by applied_coupon_id`.execute(db);
  return rows;
}

export async function insertUses(db: Db, uses: readonly Insertable<Tables['coupon_uses']>[]): Promise<void> {
  if (uses.length > 0) await db.insertInto('coupon_uses').values([...uses]).execute();
}

/** Counts one invoice more or less; with the last one that is allowed the coupon is used up, and with one that gives back it is not any more. */
export async function countUse(db: Db, id: string, by: 1 | -1, now: Temporal.Instant): Promise<void> {
  await db
    .updateTable('applied_coupons')
    .set({
      uses: sql<number>`uses + ${by}`,
      used_up_at: sql<Temporal.Instant | null>`case when frequency <> 'forever' and uses + ${by} = coalesce(frequency_duration, 1) then ${now}::timestamptz end`,
      updated_at: now,
    })
    .where('id', '=', id)
    .execute();
}

/** Whether a customer has, or had, a coupon. */
export async function hadCoupon(db: ReadDb, couponId: string, customerId: string): Promise<boolean> {
  const row = await db.selectFrom('applied_coupons').select('id').where('coupon_id', '=', couponId).where('customer_id', '=', customerId).limit(1).executeTakeFirst();
  return row !== undefined;
}
