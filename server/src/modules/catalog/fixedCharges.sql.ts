import { type Insertable, type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import type { Tables } from '../../tables.ts';

/** A fixed charge with the add-on it is an amount of. */
export interface FixedChargeRow extends Selectable<Tables['fixed_charges']> {
  readonly add_on_code: string;
  readonly add_on_name: string;
}

/** The live fixed charges of these plans, in order of position within a plan. */
export async function fixedChargesOf(db: ReadDb, planIds: readonly string[]): Promise<readonly FixedChargeRow[]> {
  if (planIds.length === 0) return [];
  return db
    .selectFrom('fixed_charges as x')
    .innerJoin('add_ons as a', (join) => join.onRef('a.tenant_id', '=', 'x.tenant_id').onRef('a.id', '=', 'x.add_on_id'))
    .selectAll('x')
    .select(['a.code as add_on_code', sql<string>`coalesce(a.invoice_display_name, a.name)`.as('add_on_name')])
    .where(sql<boolean>`x.plan_id = any(${planIds}::uuid[])`)
    .where('x.deleted_at', 'is', null)
    .orderBy('x.plan_id')
    .orderBy('x.position')
    .execute();
}

/** Live add-ons by code, held for the rest of the transaction, so that none is deleted while a plan takes it up. */
export async function addOnsToCharge(db: Db, codes: readonly string[]) {
  if (codes.length === 0) return new Map<string, never>();
  const rows = await db
    .selectFrom('add_ons')
    .select(['id', 'code', 'amount_cents', 'amount_currency'])
    .where(sql<boolean>`code = any(${codes}::text[])`)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .forShare()
    .execute();
  return new Map(rows.map((row) => [row.code, row]));
}

/** Makes these the plan's only live fixed charges. */
export async function writeFixedCharges(db: Db, planId: string, rows: readonly Insertable<Tables['fixed_charges']>[], now: Temporal.Instant): Promise<void> {
  const kept = rows.map(({ id }) => id);
  await db
    .updateTable('fixed_charges')
    .set({ deleted_at: now, updated_at: now })
    .where('plan_id', '=', planId)
    .where('deleted_at', 'is', null)
    .where(sql<boolean>`id <> all(${kept}::uuid[])`)
    .execute();
  if (rows.length > 0)
    await db
      .insertInto('fixed_charges')
      .values([...rows])
      .onConflict((conflict) =>
        conflict.columns(['tenant_id', 'id']).doUpdateSet((set) => ({
          position: set.ref('excluded.position'),
          units: set.ref('excluded.units'),
          charge_model: set.ref('excluded.charge_model'),
          properties: set.ref('excluded.properties'),
          pay_in_advance: set.ref('excluded.pay_in_advance'),
          prorated: set.ref('excluded.prorated'),
          updated_at: set.ref('excluded.updated_at'),
        })),
      )
      .execute();
  const has = (advance: boolean): boolean => rows.some(({ pay_in_advance: ahead }) => ahead === advance);
  await db.updateTable('plans').set({ has_fixed_advance: has(true), has_fixed_arrears: has(false) }).where('id', '=', planId).execute();
}
