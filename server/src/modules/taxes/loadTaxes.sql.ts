import { Rate } from '@farthing/core/money';
import type { Tax, TaxableType, TaxFacts } from '@farthing/core/taxes';
import { type Selectable, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { json } from '../../kernel/db/parameters.ts';
import { together } from '../../kernel/db/together.ts';
import type { Tables } from '../../tables.ts';

interface LoadedTax extends Selectable<Tables['taxes']> {
  readonly taxable_type: TaxableType;
  readonly taxable_id: string;
}

interface Taxed {
  readonly customerId: string;
  /** Plans that no subscription of the customer has yet, such as that of a preview. */
  readonly planIds: readonly string[];
}

type CustomerRow = Pick<Selectable<Tables['customers']>, 'id' | 'billing_entity_id' | 'tax_exempt' | 'tax_exemption_category' | 'tax_exemption_reason'>;

/** The taxes of whatever the fees of an invoice of these customers may be of, but for add-ons: `place` says of which one. */
async function taxesOf(db: ReadDb, taxed: readonly Taxed[], customers: ReadonlyMap<string, CustomerRow>): Promise<readonly (LoadedTax & { place: number })[]> {
  const asked = taxed.map(({ customerId, planIds }, place) => ({ place, customer: customerId, entity: customers.get(customerId)?.billing_entity_id ?? null, plans: planIds }));
  const { rows } = await sql<LoadedTax & { place: number }>`
    with asked as materialized (select * from jsonb_to_recordset(${json(asked)}::jsonb) as q (place integer, customer uuid, entity uuid, plans uuid[])),
    plan as materialized (
      select q.place, s.plan_id as id from asked q join subscriptions s on s.customer_id = q.customer
      union select q.place, f.plan_id from asked q join subscriptions s on s.customer_id = q.customer
        join subscription_phases f on f.tenant_id = s.tenant_id and f.subscription_id = s.id
      union select q.place, unnest(q.plans) from asked q),
    taxable (place, type, id) as materialized (
      select q.place, 'organization', t.organization_id from asked q cross join tenants t where t.id = (select app.tenant())
      union all select place, 'billing_entity', entity from asked
      union all select place, 'customer', customer from asked
      union all select place, 'plan', id from plan
      union all select p.place, 'charge', c.id from plan p join charges c on c.plan_id = p.id
      union all select p.place, 'fixed_charge', x.id from plan p join fixed_charges x on x.plan_id = p.id
      union all select p.place, 'commitment', c.id from plan p join commitments c on c.plan_id = p.id)
    select x.place, a.taxable_type, a.taxable_id, t.*
    from taxable x join applied_taxes a on a.taxable_type = x.type and a.taxable_id = x.id
    join taxes t on t.tenant_id = a.tenant_id and t.id = a.tax_id and t.deleted_at is null
    order by a.created_at, a.id`.execute(db);
  return rows;
}

async function taxesOfAddOns(db: ReadDb): Promise<readonly LoadedTax[]> {
  const { rows } = await sql<LoadedTax>`
    select a.taxable_type, a.taxable_id, t.* from applied_taxes a
    join taxes t on t.tenant_id = a.tenant_id and t.id = a.tax_id and t.deleted_at is null
    where a.taxable_type = 'add_on' order by a.created_at, a.id`.execute(db);
  return rows;
}

const loading = together<Taxed, TaxFacts, ReadDb>(async (db, taxed) => {
  const ids = [...new Set(taxed.map(({ customerId }) => customerId))];
  const customers = new Map(
    (
      await db
        .selectFrom('customers')
        .select(['id', 'billing_entity_id', 'tax_exempt', 'tax_exemption_category', 'tax_exemption_reason'])
        .where(sql<boolean>`id = any(${ids}::uuid[])`)
        .execute()
    ).map((row) => [row.id, row]),
  );
  const byPlace = Map.groupBy(await taxesOf(db, taxed, customers), ({ place }) => place);
  const ofAddOns = await taxesOfAddOns(db);
  const withTaxes = [...byPlace.values()].flatMap((rows) => rows.flatMap(({ taxable_type: type, taxable_id: id }) => (type === 'plan' ? [id] : [])));
  const planOf = await plansByPart(db, [...new Set(withTaxes)]);
  return taxed.map(({ customerId }, place) => factsOf(customers.get(customerId), [...(byPlace.get(place) ?? []), ...ofAddOns], planOf));
});

function factsOf(customer: CustomerRow | undefined, rows: readonly LoadedTax[], planOf: ReadonlyMap<string, string>): TaxFacts {
  if (customer === undefined) throw new Error('The customer of an invoice is gone.');
  const { tax_exempt: exempt, tax_exemption_category: category, tax_exemption_reason: reason } = customer;
  if (exempt && category !== null && reason !== null) return { exemption: { category, reason }, applied: new Map(), planOf: new Map(), general: [] };
  const levels = Map.groupBy(rows, ({ taxable_type: type }) => type);
  const particular = (['charge', 'fixed_charge', 'add_on', 'commitment', 'plan'] as const).flatMap((type) => levels.get(type) ?? []);
  const byTaxable = Map.groupBy(particular, ({ taxable_id: id }) => id);
  return {
    exemption: null,
    applied: new Map([...byTaxable].map(([id, taxes]) => [id, taxes.map(taxOf)])),
    planOf,
    general: (['customer', 'billing_entity', 'organization'] as const).map((type) => (levels.get(type) ?? []).map(taxOf)),
  };
}

/**
 * The taxes that any fee of this customer may have, as they are now. `planIds` are plans that no subscription of the customer has yet,
 * such as that of a preview.
 */
export async function loadTaxes(db: ReadDb, customerId: string, planIds: readonly string[]): Promise<TaxFacts> {
  return loading(db, { customerId, planIds });
}

function taxOf(row: LoadedTax): Tax {
  const { id, code, name, category, compound, inclusive, description } = row;
  const rate = Rate.restore(row.rate);
  const reason = category === 'S' || category === 'L' || category === 'M' ? null : (description ?? name);
  return { id, code, name, rate, category, jurisdiction: row.jurisdiction ?? code, compound, inclusive, reason };
}

/** The plan of each charge and commitment of these plans, also of those that were replaced since: late usage is billed by them. */
async function plansByPart(db: ReadDb, plans: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (plans.length === 0) return new Map();
  const { rows } = await sql<{ id: string; plan_id: string }>`
    select id, plan_id from charges where plan_id = any(${plans}::uuid[])
    union all select id, plan_id from commitments where plan_id = any(${plans}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row.plan_id]));
}
