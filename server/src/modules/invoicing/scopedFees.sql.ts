import { type RawBuilder, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';

/** A fee with what decides who pays it: its plan is the one it was made for, else that of its charge or commitment, else the one the subscription had on its first day. */
export interface ScopedFeeRow {
  readonly id: string;
  readonly type: string;
  readonly metric_code: string | null;
  readonly plan_code: string | null;
  /** With tax, less coupons. */
  readonly total: bigint;
}

/** The fees of some invoices `i`, each in the order of its document. */
export async function scopedFees(db: ReadDb, of: RawBuilder<unknown>): Promise<ScopedFeeRow[]> {
  const { rows } = await sql<ScopedFeeRow>`
    select f.id, f.fee_type as type, f.metric_code, coalesce(f.plan_code, p.code) as plan_code, f.total_amount_cents as total
    from fees f
    join invoices i on i.tenant_id = f.tenant_id and i.id = f.invoice_id
    left join charges c on c.tenant_id = f.tenant_id and c.id = f.charge_id
    left join commitments m on m.tenant_id = f.tenant_id and m.id = f.commitment_id
    left join subscriptions s on s.tenant_id = f.tenant_id and s.id = f.subscription_id
    left join plans p on p.tenant_id = f.tenant_id and p.id = coalesce(c.plan_id, m.plan_id, (
      select h.plan_id from subscription_phases h where h.tenant_id = f.tenant_id and h.subscription_id = f.subscription_id
        and (f.from_datetime at time zone i.timezone)::date < h.closed_day order by h.phase limit 1), s.plan_id)
    where ${of} order by i.created_at, i.id, f.position`.execute(db);
  return rows;
}

/** The fees of an invoice in the order of the document. */
export async function scopedFeesOf(db: ReadDb, invoiceId: string): Promise<ScopedFeeRow[]> {
  return scopedFees(db, sql`i.id = ${invoiceId}`);
}
