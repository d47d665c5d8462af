import pg from 'pg';

/** A sum or a sequence that should hold and does not. */
export interface Breach {
  readonly invariant: string;
  readonly row: unknown;
}

const invariants: Readonly<Record<string, string>> = {
  'fees sum to the subtotal': `
    select i.id from invoices i left join fees f on f.invoice_id = i.id and f.tenant_id = i.tenant_id
    group by i.tenant_id, i.id having coalesce(sum(f.amount_cents), 0) <> i.subtotal_cents`,
  'a total is its parts': `
    select id from invoices where total_cents <> subtotal_cents - progressive_billing_credit_amount_cents - coupons_amount_cents + tax_amount_cents`,
  'what is due is the total less what settled it': `
    select i.id from invoices i left join invoice_settlements s on s.invoice_id = i.id and s.tenant_id = i.tenant_id
    group by i.tenant_id, i.id having i.total_cents - coalesce(sum(s.amount_cents), 0) <> i.amount_due_cents`,
  'one invoice per subscription, kind and instant': `
    select subscription_id, billing_kind, billing_at from invoices where status <> 'voided' and subscription_id is not null
    group by tenant_id, subscription_id, billing_kind, billing_at having count(*) > 1`,
  'numbers run from 1 without gap or repeat': `
    select billing_entity_id from (
      select tenant_id, billing_entity_id, substring(invoice_number from '[0-9]+$')::bigint as n from invoices where invoice_number is not null) x
    group by tenant_id, billing_entity_id having count(*) <> max(n) or count(distinct n) <> count(*) or min(n) <> 1`,
  'the counter stands behind the last number': `
    select e.id from billing_entities e where e.next_invoice_number <> 1 + (
      select count(*) from invoices i where i.tenant_id = e.tenant_id and i.billing_entity_id = e.id and i.invoice_number is not null)`,
  'an explanation is a tree for every fee': `select id from fees where explain ->> 'kind' is distinct from 'fee'`,
  'a finalized invoice has its number, its dates and its event': `
    select i.id from invoices i where i.status in ('finalized', 'paid') and (i.invoice_number is null or i.issued_at is null or i.due_date is null
      or not exists (select from domain_events e where e.tenant_id = i.tenant_id and e.subject_id = i.id and e.type = 'invoice.finalized'))`,
  'every event says one thing once': `
    select subject_id from domain_events where type in ('invoice.created', 'invoice.finalized', 'invoice.paid')
    group by tenant_id, subject_id, type having count(*) > 1`,
  'periods of a subscription tile': `
    select a.id from invoices a join invoices b on a.tenant_id = b.tenant_id and a.subscription_id = b.subscription_id and a.id < b.id
      and a.status <> 'voided' and b.status <> 'voided'
    where tstzrange(a.billing_period_start, a.billing_period_end) && tstzrange(b.billing_period_start, b.billing_period_end)
      and a.billing_kind = b.billing_kind`,
};

/** Checks a whole database past row-level security; every breach is named with the first rows that show it. */
export async function auditBooks(admin: pg.ClientBase): Promise<Breach[]> {
  const breaches: Breach[] = [];
  for (const [invariant, query] of Object.entries(invariants)) {
    const { rows } = await admin.query(`${query} limit 3`);
    for (const row of rows) breaches.push({ invariant, row });
  }
  return breaches;
}

/** `auditBooks` on a connection of its own. */
export async function auditDatabase(adminUrl: string): Promise<Breach[]> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    return await auditBooks(admin);
  } finally {
    await admin.end();
  }
}
