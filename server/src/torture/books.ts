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
    group by tenant_id, subscription_id, billing_kind, billing_at, billing_turn having count(*) > 1`,
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
  // Of fees, not of invoices: beside the fee of a quarter its months are invoiced. What was paid ahead may be charged again once it is credited.
  'no day of a plan and no usage is billed twice': `
    select a.id from fees a join fees b on a.tenant_id = b.tenant_id and a.subscription_id = b.subscription_id and a.id < b.id
      and a.fee_type = b.fee_type and a.charge_id is not distinct from b.charge_id
      and a.kind = b.kind and a.kind <> 'late_usage'
      and a.charge_filter_id is not distinct from b.charge_filter_id and a.grouped_by = b.grouped_by
      and a.fee_type in ('subscription', 'charge')
      and not (a.fee_type = 'subscription' and a.credited_amount_cents + b.credited_amount_cents > 0)
    join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id and i.status <> 'voided'
    join invoices j on j.tenant_id = b.tenant_id and j.id = b.invoice_id and j.status <> 'voided'
    where tstzrange(a.from_datetime, a.to_datetime) && tstzrange(b.from_datetime, b.to_datetime)`,
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
