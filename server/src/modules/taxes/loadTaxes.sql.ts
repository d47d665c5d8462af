import { Rate } from '@farthing/core/money';
import type { Tax, TaxableType, TaxFacts } from '@farthing/core/taxes';
import { type Selectable, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { Tables } from '../../tables.ts';

interface LoadedTax extends Selectable<Tables['taxes']> {
  readonly taxable_type: TaxableType;
  readonly taxable_id: string;
}

/** The plans that the fees of an invoice of this customer may be of: those it has or had, and others that are asked about. */
const plansOf = (customerId: string, planIds: readonly string[]) => sql`
  select plan_id from subscriptions where customer_id = ${customerId}
  union select f.plan_id from subscription_phases f join subscriptions s on s.tenant_id = f.tenant_id and s.id = f.subscription_id
    where s.customer_id = ${customerId}
  union select unnest(${planIds}::uuid[])`;

/**
 * The taxes that any fee of this customer may have, as they are now: one read, another where plans have taxes of their own. `planIds`
 * are plans that no subscription of the customer has yet, such as that of a preview.
 */
export async function loadTaxes(db: ReadDb, customerId: string, planIds: readonly string[]): Promise<TaxFacts> {
  const customer = await db
    .selectFrom('customers')
    .select(['billing_entity_id', 'tax_exempt', 'tax_exemption_category', 'tax_exemption_reason'])
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow();
  const { tax_exempt: exempt, tax_exemption_category: category, tax_exemption_reason: reason } = customer;
  if (exempt && category !== null && reason !== null) return { exemption: { category, reason }, applied: new Map(), planOf: new Map(), general: [] };
  const { rows } = await sql<LoadedTax>`
    with plan (id) as (${plansOf(customerId, planIds)})
    select a.taxable_type, a.taxable_id, t.* from applied_taxes a
    join taxes t on t.tenant_id = a.tenant_id and t.id = a.tax_id and t.deleted_at is null
    where a.taxable_type in ('organization', 'add_on')
      or (a.taxable_type = 'billing_entity' and a.taxable_id = ${customer.billing_entity_id})
      or (a.taxable_type = 'customer' and a.taxable_id = ${customerId})
      or (a.taxable_type = 'plan' and a.taxable_id in (select id from plan))
      or (a.taxable_type = 'charge' and a.taxable_id in (select c.id from charges c where c.plan_id in (select id from plan)))
      or (a.taxable_type = 'fixed_charge' and a.taxable_id in (select x.id from fixed_charges x where x.plan_id in (select id from plan)))
      or (a.taxable_type = 'commitment' and a.taxable_id in (select c.id from commitments c where c.plan_id in (select id from plan)))
    order by a.created_at, a.id`.execute(db);
  const levels = Map.groupBy(rows, ({ taxable_type: type }) => type);
  const plans = [...new Set((levels.get('plan') ?? []).map(({ taxable_id: id }) => id))];
  const particular = (['charge', 'fixed_charge', 'add_on', 'commitment', 'plan'] as const).flatMap((type) => levels.get(type) ?? []);
  const byTaxable = Map.groupBy(particular, ({ taxable_id: id }) => id);
  return {
    exemption: null,
    applied: new Map([...byTaxable].map(([id, taxes]) => [id, taxes.map(taxOf)])),
    planOf: await plansByPart(db, plans),
    general: (['customer', 'billing_entity', 'organization'] as const).map((type) => (levels.get(type) ?? []).map(taxOf)),
  };
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
