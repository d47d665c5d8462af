import type { TaxableType } from '@farthing/core/taxes';
import { type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import { parseId } from '../../kernel/wire.ts';
import type { Tables } from '../../tables.ts';

/** Taxes, and whether each applies to the whole organization. */
function taxes(db: ReadDb) {
  return db
    .selectFrom('taxes as t')
    .selectAll('t')
    .select(
      sql<boolean>`exists (select from applied_taxes a where a.tenant_id = t.tenant_id and a.tax_id = t.id and a.taxable_type = 'organization')`.as(
        'applied_to_organization',
      ),
    )
    .where('t.deleted_at', 'is', null);
}

export type TaxRow = Awaited<ReturnType<typeof listTaxes>>['items'][number];
export type AppliedTaxRow = Selectable<Tables['applied_taxes']> & Pick<TaxRow, 'code' | 'name' | 'rate'>;

/** The live tax an identifier names: by id or prefixed id where it has that form, else by code. */
export async function findTax(db: ReadDb, reference: string): Promise<TaxRow | undefined> {
  const id = parseId('tax', reference);
  const byId = id === null ? undefined : await taxes(db).where('t.id', '=', id).executeTakeFirst();
  return byId ?? (await taxes(db).where('t.code', '=', reference).executeTakeFirst());
}

export async function lockTax(db: Db, id: string): Promise<void> {
  await db.selectFrom('taxes').select('id').where('id', '=', id).forUpdate().execute();
}

export async function listTaxes(db: ReadDb, page: PageRequest) {
  return listRows(taxes(db), page, {
    sortable: { created_at: 't.created_at', updated_at: 't.updated_at', code: 't.code', name: 't.name', rate: 't.rate' },
    idColumn: 't.id',
  });
}

function applied(db: ReadDb) {
  return db
    .selectFrom('applied_taxes as a')
    .innerJoin('taxes as t', (join) => join.onRef('t.tenant_id', '=', 'a.tenant_id').onRef('t.id', '=', 'a.tax_id'))
    .selectAll('a')
    .select(['t.code', 't.name', 't.rate']);
}

export async function findApplied(db: ReadDb, id: string): Promise<AppliedTaxRow | undefined> {
  return applied(db).where('a.id', '=', id).executeTakeFirst();
}

export async function listApplied(db: ReadDb, type: TaxableType, taxableId: string, page: PageRequest) {
  const query = applied(db).where('a.taxable_type', '=', type).where('a.taxable_id', '=', taxableId);
  return listRows(query, page, { sortable: { created_at: 'a.created_at' }, idColumn: 'a.id' });
}

/** What the taxes of a fee came to. */
export async function listFeeTaxes(db: ReadDb, feeId: string, page: PageRequest) {
  const query = db.selectFrom('fee_taxes').selectAll().where('fee_id', '=', feeId).where('tax_id', 'is not', null);
  return listRows(query, page, { sortable: { created_at: 'created_at' } });
}

/** To how much each live tax applies. */
export async function countApplied(db: ReadDb): Promise<Record<string, number>> {
  const { rows } = await sql<{ id: string; applied: number }>`
    select t.id, count(a.id)::int as applied from taxes t
    left join applied_taxes a on a.tenant_id = t.tenant_id and a.tax_id = t.id
    where t.deleted_at is null group by t.id`.execute(db);
  return Object.fromEntries(rows.map((row) => [row.id, row.applied]));
}

interface AppliedEntity {
  readonly taxable_type: TaxableType;
  readonly taxable_id: string;
  readonly code: string | null;
  readonly name: string | null;
}

/** To what a tax applies, by name. */
export async function entitiesOf(db: ReadDb, taxId: string): Promise<readonly AppliedEntity[]> {
  const { rows } = await sql<AppliedEntity>`
    select a.taxable_type, a.taxable_id, coalesce(p.code, ch.code, ad.code, e.code, c.external_id) as code,
      coalesce(p.name, ch.invoice_display_name, ad.name, e.name, c.name, co.invoice_display_name, o.name) as name
    from applied_taxes a
    left join plans p on a.taxable_type = 'plan' and p.tenant_id = a.tenant_id and p.id = a.taxable_id
    left join charges ch on a.taxable_type = 'charge' and ch.tenant_id = a.tenant_id and ch.id = a.taxable_id
    left join fixed_charges fx on a.taxable_type = 'fixed_charge' and fx.tenant_id = a.tenant_id and fx.id = a.taxable_id
    left join add_ons ad on a.taxable_type in ('add_on', 'fixed_charge') and ad.tenant_id = a.tenant_id and ad.id = coalesce(fx.add_on_id, a.taxable_id)
    left join billing_entities e on a.taxable_type = 'billing_entity' and e.tenant_id = a.tenant_id and e.id = a.taxable_id
    left join customers c on a.taxable_type = 'customer' and c.tenant_id = a.tenant_id and c.id = a.taxable_id
    left join commitments co on a.taxable_type = 'commitment' and co.tenant_id = a.tenant_id and co.id = a.taxable_id
    left join organizations o on a.taxable_type = 'organization' and o.id = a.taxable_id
    where a.tax_id = ${taxId} order by a.created_at, a.id limit 1000`.execute(db);
  return rows;
}

const liveRows: Readonly<Record<Exclude<TaxableType, 'organization'>, string>> = {
  charge: 'select from charges where id = $ and deleted_at is null',
  fixed_charge: 'select from fixed_charges where id = $ and deleted_at is null',
  add_on: 'select from add_ons where id = $ and deleted_at is null',
  commitment: 'select from commitments where id = $ and deleted_at is null',
  plan: 'select from plans where id = $ and deleted_at is null',
  customer: 'select from customers where id = $ and deleted_at is null',
  billing_entity: 'select from billing_entities where id = $',
};

/** Whether the environment has what a tax is to apply to. */
export async function isThere(db: ReadDb, type: keyof typeof liveRows, id: string): Promise<boolean> {
  const [before = '', after = ''] = liveRows[type].split('$');
  const { rows } = await sql<{ there: boolean }>`select exists (${sql.raw(before)}${id}::uuid${sql.raw(after)}) as there`.execute(db);
  return rows[0]?.there ?? false;
}
