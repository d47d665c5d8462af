import { creditNotes } from './creditNoteInvariants.ts';
import { wallets } from './walletInvariants.ts';

/** Something that holds in a sound database, as a statement that answers the rows that break it. */
export interface Invariant {
  readonly name: string;
  /** Asked in each environment, bound to it by row-level security, or once of the whole database. */
  readonly of: 'environment' | 'database';
  readonly breaches: string;
}

const documents: Readonly<Record<string, string>> = {
  'the fees of an invoice sum to its subtotal': `
    select i.id as invoice_id, i.subtotal_cents, coalesce(sum(f.amount_cents), 0) as fees_cents
    from invoices i left join fees f on f.tenant_id = i.tenant_id and f.invoice_id = i.id
    group by i.tenant_id, i.id having coalesce(sum(f.amount_cents), 0) <> i.subtotal_cents`,
  'a total is its parts': `
    select id as invoice_id, total_cents from invoices
    where total_cents <> subtotal_cents - progressive_billing_credit_amount_cents - coupons_amount_cents + tax_amount_cents`,
  'the parts of the fees in the progressive credit are that of the invoice, and never more than the fee': `
    select i.id as invoice_id, i.progressive_billing_credit_amount_cents, coalesce(sum(f.progressive_billing_credit_amount_cents), 0) as fees_cents
    from invoices i left join fees f on f.tenant_id = i.tenant_id and f.invoice_id = i.id
    group by i.tenant_id, i.id having coalesce(sum(f.progressive_billing_credit_amount_cents), 0) <> i.progressive_billing_credit_amount_cents
      or bool_or(f.progressive_billing_credit_amount_cents not between 0 and greatest(f.amount_cents, 0))`,
  'the tax of an invoice is its breakdown, and each group what its fees have of it': `
    select i.id as invoice_id, i.tax_amount_cents, i.taxes, x.groups
    from invoices i cross join lateral (select coalesce(jsonb_agg(jsonb_build_array(g.tax_code, g.tax_category, g.base, g.amount) order by g.tax_code, g.tax_category, g.tax_rate), '[]') as groups,
        coalesce(sum(g.amount), 0) as amount
      from (select t.tax_code, t.tax_category, t.tax_rate, sum(t.base_amount_cents)::text as base, sum(t.amount_cents) as amount
        from fee_taxes t join fees f on f.tenant_id = t.tenant_id and f.id = t.fee_id
        where f.tenant_id = i.tenant_id and f.invoice_id = i.id group by t.tax_code, t.tax_category, t.tax_rate) g) x
    where i.tax_amount_cents <> x.amount or x.groups is distinct from (
      select coalesce(jsonb_agg(jsonb_build_array(g ->> 'tax_code', g ->> 'tax_category', g ->> 'base_amount_cents', (g ->> 'amount_cents')::bigint)
        order by g ->> 'tax_code', g ->> 'tax_category', (g ->> 'tax_rate')::numeric), '[]') from jsonb_array_elements(i.taxes) g)`,
  'the taxes of a fee sum to its tax, and what was in its price is part of it': `
    select f.id as fee_id, f.taxes_amount_cents, f.included_tax_cents from fees f left join fee_taxes t on t.tenant_id = f.tenant_id and t.fee_id = f.id
    group by f.tenant_id, f.id having coalesce(sum(t.amount_cents), 0) <> f.taxes_amount_cents
      or coalesce(sum(t.amount_cents) filter (where t.inclusive), 0) <> f.included_tax_cents`,
  'what is due is the total less what settled it, and never less than nothing': `
    select i.id as invoice_id, i.amount_due_cents, i.total_cents - coalesce(sum(s.amount_cents), 0) as expected_cents
    from invoices i left join invoice_settlements s on s.tenant_id = i.tenant_id and s.invoice_id = i.id
    group by i.tenant_id, i.id having i.total_cents - coalesce(sum(s.amount_cents), 0) <> i.amount_due_cents
      or (i.amount_due_cents < 0 and i.total_cents >= 0)`,
  'what an invoice says of payments, credit notes, prepaid credits and write-offs is the sum of its settlements': `
    select i.id as invoice_id, i.amount_paid_cents, i.credit_notes_amount_cents, i.prepaid_credit_amount_cents, i.written_off_amount_cents
    from invoices i left join invoice_settlements s on s.tenant_id = i.tenant_id and s.invoice_id = i.id
    group by i.tenant_id, i.id
    having i.amount_paid_cents <> coalesce(sum(s.amount_cents) filter (where s.settlement_type = 'payment'), 0)
      or i.credit_notes_amount_cents <> coalesce(sum(s.amount_cents) filter (where s.settlement_type = 'credit_note'), 0)
      or i.prepaid_credit_amount_cents <> coalesce(sum(s.amount_cents) filter (where s.settlement_type = 'wallet_credit'), 0)
      or i.written_off_amount_cents <> coalesce(sum(s.amount_cents) filter (where s.settlement_type = 'write_off'), 0)`,
  'one invoice per subscription, kind and instant': `
    select subscription_id, billing_kind, billing_at, billing_turn, count(*) as invoices from invoice_subscriptions where not voided and billing_kind is not null
    group by subscription_id, billing_kind, billing_at, billing_turn having count(*) > 1`,
  'an invoice is of the subscriptions it says, all of its customer, and its fees are of them': `
    select i.id as invoice_id, i.status, i.subscription_id, n.subscriptions, n.voided_otherwise, n.others, f.strangers
    from invoices i
      cross join lateral (select coalesce(array_agg(n.subscription_id), '{}') as subscriptions,
          count(*) filter (where n.voided <> (i.status = 'voided')) as voided_otherwise, count(*) filter (where s.customer_id <> i.customer_id) as others
        from invoice_subscriptions n join subscriptions s on s.tenant_id = n.tenant_id and s.id = n.subscription_id
        where n.tenant_id = i.tenant_id and n.invoice_id = i.id) n
      cross join lateral (select count(*) as strangers from fees f where f.tenant_id = i.tenant_id and f.invoice_id = i.id
        and f.subscription_id is not null and f.subscription_id <> all (n.subscriptions)) f
    where i.subscription_id is distinct from case when cardinality(n.subscriptions) = 1 then n.subscriptions[1] end
      or n.others > 0 or f.strangers > 0 or n.voided_otherwise > 0`,
  // Of fees, not of invoices: beside the fee of a quarter its months are invoiced. What was paid ahead may be charged again once it is credited,
  // also where somebody voided what was left of that credit, who keeps the money knowingly.
  'no day of a plan and no usage is billed twice': `
    select a.id as fee_id, b.id as other_fee_id, a.from_datetime, a.to_datetime from fees a
    join fees b on a.tenant_id = b.tenant_id and a.subscription_id = b.subscription_id and a.id < b.id
      and a.fee_type = b.fee_type and a.kind = b.kind and a.kind not in ('late_usage', 'in_advance', 'progressive') and a.charge_id is not distinct from b.charge_id
      and a.charge_filter_id is not distinct from b.charge_filter_id and a.grouped_by = b.grouped_by
      and a.fee_type in ('subscription', 'charge')
      and not (a.fee_type = 'subscription' and exists (select from credit_note_items c where c.tenant_id = a.tenant_id and c.fee_id in (a.id, b.id)))
      and not (a.fee_type = 'subscription' and exists (select from subscription_phases p where p.tenant_id = a.tenant_id
        and p.subscription_id = a.subscription_id and p.proration in ('full_price', 'difference')))
    join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id and i.status <> 'voided'
    join invoices j on j.tenant_id = b.tenant_id and j.id = b.invoice_id and j.status <> 'voided'
    where tstzrange(a.from_datetime, a.to_datetime) && tstzrange(b.from_datetime, b.to_datetime)`,
  'numbers of invoices run from 1 without gap or repeat, and the counter stands behind the last': `
    select e.id as billing_entity_id, e.next_invoice_number, max(n) as last_number, count(n) as numbers
    from billing_entities e left join (
      select tenant_id, billing_entity_id, substring(invoice_number from '[0-9]+$')::bigint as n from invoices where invoice_number is not null
    ) x on x.tenant_id = e.tenant_id and x.billing_entity_id = e.id
    group by e.tenant_id, e.id having count(n) <> coalesce(max(n), 0) or count(distinct n) <> count(n) or coalesce(min(n), 1) <> 1
      or e.next_invoice_number <> count(n) + 1`,
  'a draft has no number, and what is finalized has its number and its dates': `
    select id as invoice_id, status, invoice_number from invoices where (status = 'draft' and invoice_number is not null)
      or (status in ('finalized', 'paid') and (invoice_number is null or issued_at is null or due_date is null))`,
  'an invoice is paid when nothing is due on it and nothing was given up, and only then': `
    select id as invoice_id, status, amount_due_cents from invoices
    where (status = 'paid' and (amount_due_cents <> 0 or written_off_at is not null))
      or (status = 'finalized' and amount_due_cents = 0 and written_off_at is null)`,
  'no money is on an invoice out of force, and a payment settles what it brought': `
    select y.id as payment_id, y.amount_cents, i.status, coalesce(sum(s.amount_cents), 0) as settled_cents
    from payments y join invoices i on i.tenant_id = y.tenant_id and i.id = y.invoice_id
      left join invoice_settlements s on s.tenant_id = y.tenant_id and s.source_id = y.id and s.invoice_id = i.id and s.settlement_type = 'payment'
    where y.status = 'succeeded' group by y.tenant_id, y.id, i.tenant_id, i.id
    having coalesce(sum(s.amount_cents), 0) <> y.amount_cents or i.status not in ('finalized', 'paid')`,
  'nothing is billed before its time but what is paid in advance': `
    select f.id as fee_id, f.to_datetime, e.occurred_at as finalized_at
    from fees f join invoices i on i.tenant_id = f.tenant_id and i.id = f.invoice_id
      join domain_events e on e.tenant_id = i.tenant_id and e.subject_type = 'invoice' and e.subject_id = i.id and e.type = 'invoice.finalized'
      left join charges c on c.tenant_id = f.tenant_id and c.id = f.charge_id
    where f.to_datetime > e.occurred_at and f.fee_type in ('charge', 'subscription')
      and not coalesce((f.properties ->> 'pay_in_advance')::boolean, c.pay_in_advance, false)`,
  'what coupons take of an invoice is on its fees and on its lines of coupons': `
    select i.id as invoice_id, i.coupons_amount_cents, f.sum_cents as fees_cents, c.sum_cents as lines_cents
    from invoices i
      cross join lateral (select coalesce(sum(coupons_amount_cents), 0) as sum_cents from fees f where f.tenant_id = i.tenant_id and f.invoice_id = i.id) f
      cross join lateral (select coalesce(sum(amount_cents), 0) as sum_cents from invoice_coupons c where c.tenant_id = i.tenant_id and c.invoice_id = i.id) c
    where f.sum_cents <> i.coupons_amount_cents or c.sum_cents <> i.coupons_amount_cents`,
  'an invoice in force has used of each coupon what it shows, and another one nothing': `
    select x.invoice_id, x.applied_coupon_id, sum(shown) as shown_cents, sum(used) as used_cents
    from (select c.tenant_id, c.invoice_id, c.applied_coupon_id, c.amount_cents as shown, 0 as used, 0 as uses
        from invoice_coupons c join invoices i on i.tenant_id = c.tenant_id and i.id = c.invoice_id where i.status <> 'voided'
      union all select tenant_id, invoice_id, applied_coupon_id, 0, amount_cents, uses from coupon_uses) x
    group by x.tenant_id, x.invoice_id, x.applied_coupon_id having sum(shown) <> sum(used) or sum(uses) <> (sum(used) <> 0)::int`,
  'a coupon was used as often as its entries say, and not more often than it is for': `
    select a.id as applied_coupon_id, a.uses, coalesce(sum(u.uses), 0) as entries
    from applied_coupons a left join coupon_uses u on u.tenant_id = a.tenant_id and u.applied_coupon_id = a.id
    group by a.tenant_id, a.id having a.uses <> coalesce(sum(u.uses), 0) or (a.frequency <> 'forever' and a.uses > coalesce(a.frequency_duration, 1))`,
  'an explanation is a tree for every fee': `select id as fee_id from fees where explain ->> 'kind' is distinct from 'fee'`,
};

const log: Readonly<Record<string, string>> = {
  'what was finalized is as it was then': `
    select i.id as invoice_id, i.total_cents, e.data ->> 'total_cents' as total_cents_then
    from invoices i join domain_events e on e.tenant_id = i.tenant_id and e.subject_type = 'invoice' and e.subject_id = i.id and e.type = 'invoice.finalized'
    where (i.invoice_number, i.customer_id::text, i.currency, i.subtotal_cents, i.coupons_amount_cents, i.tax_amount_cents, i.total_cents)
        is distinct from (e.data ->> 'invoice_number', e.data ->> 'customer_id', e.data ->> 'currency', (e.data ->> 'subtotal_cents')::bigint,
          (e.data ->> 'coupons_amount_cents')::bigint, (e.data ->> 'tax_amount_cents')::bigint, (e.data ->> 'total_cents')::bigint)
      or (select coalesce(jsonb_agg(jsonb_build_array(f.id, f.amount_cents, f.precise_amount_cents::text, f.description) order by f.id), '[]')
          from fees f where f.tenant_id = i.tenant_id and f.invoice_id = i.id)
        is distinct from (select coalesce(jsonb_agg(jsonb_build_array(x ->> 'id', (x ->> 'amount_cents')::bigint, x ->> 'precise_amount_cents', x ->> 'description') order by x ->> 'id'), '[]')
          from jsonb_array_elements(e.data -> 'fees') x)`,
  'each state of a document was told once': `
    select i.id as subject_id, t.type, count(e.id) as told
    from invoices i cross join lateral (values ('invoice.created', true), ('invoice.finalized', i.invoice_number is not null), ('invoice.paid', i.status = 'paid'),
      ('invoice.voided', i.status = 'voided')) as t (type, expected)
      left join domain_events e on e.tenant_id = i.tenant_id and e.subject_type = 'invoice' and e.subject_id = i.id and e.type = t.type
    group by i.tenant_id, i.id, t.type, t.expected having count(e.id) <> t.expected::int
    union all
    select s.id, s.type, count(e.id)
    from (select tenant_id, id, 'payment' as subject, 'payment.succeeded' as type from payments where status = 'succeeded'
      union all select tenant_id, id, 'credit_note', 'credit_note.created' from credit_notes
      union all select tenant_id, id, 'credit_note', 'credit_note.finalized' from credit_notes where status = 'finalized'
      union all select tenant_id, id, 'credit_note', 'credit_note.voided' from credit_notes where voided_at is not null
      union all select tenant_id, id, 'credit_note', 'credit_note.refund.succeeded' from credit_notes where refund_status = 'succeeded') s
      left join domain_events e on e.tenant_id = s.tenant_id and e.subject_type = s.subject and e.subject_id = s.id and e.type = s.type
    group by s.tenant_id, s.id, s.type having count(e.id) <> 1`,
};

const amounts = (account: string) => `
  select p.tenant_id, p.invoice_id, p.credit_note_id, p.document_id, e.fee_id, e.amount_cents
  from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.id = e.posting_id where e.account in (${account})`;

const ledger: Readonly<Record<string, string>> = {
  'a posting sums to 0 in each currency on each day': `
    select posting_id, currency, booked_on, sum(amount_cents) as sum_cents from ledger_entries
    group by tenant_id, posting_id, currency, booked_on having sum(amount_cents) <> 0`,
  'a posting has entries, numbered from 1 without a gap': `
    select p.id as posting_id, count(e.id) as entries, max(e.line) as last_line
    from ledger_postings p left join ledger_entries e on e.tenant_id = p.tenant_id and e.posting_id = p.id
    group by p.tenant_id, p.id having count(e.id) = 0 or max(e.line) <> count(e.id) or min(e.line) <> 1`,
  'receivable is what is due on each finalized invoice': `
    select i.id as invoice_id, i.status, i.amount_due_cents, coalesce(sum(e.amount_cents), 0) as receivable_cents
    from invoices i left join (${amounts(`'receivable'`)}) e on e.tenant_id = i.tenant_id and e.invoice_id = i.id
    group by i.tenant_id, i.id having coalesce(sum(e.amount_cents), 0) <> case when i.status in ('finalized', 'paid') then i.amount_due_cents else 0 end`,
  'what the books gave up is what was written off each invoice': `
    select i.id as invoice_id, i.written_off_amount_cents, coalesce(sum(e.amount_cents), 0) as given_up_cents
    from invoices i left join (${amounts(`'write_off'`)}) e on e.tenant_id = i.tenant_id and e.invoice_id = i.id
    group by i.tenant_id, i.id having case when i.invoice_type = 'credit' then coalesce(sum(e.amount_cents), 0) not between 0 and i.written_off_amount_cents
      else coalesce(sum(e.amount_cents), 0) <> i.written_off_amount_cents end`,
  'cash is what payments brought': `
    select y.id as payment_id, y.status, y.amount_cents, coalesce(sum(e.amount_cents), 0) as cash_cents
    from payments y left join (${amounts(`'cash'`)}) e on e.tenant_id = y.tenant_id and e.document_id = y.id
    group by y.tenant_id, y.id having coalesce(sum(e.amount_cents), 0) <> case when y.status = 'succeeded' then y.amount_cents else 0 end`,
  'revenue of a fee is what it came to less what was credited, and nothing where it is out of force': `
    select f.id as fee_id, i.status, f.amount_cents, f.credited_amount_cents, coalesce(-sum(e.amount_cents), 0) as revenue_cents
    from fees f join invoices i on i.tenant_id = f.tenant_id and i.id = f.invoice_id
      left join (${amounts(`'revenue', 'discounts'`)}) e on e.tenant_id = f.tenant_id and e.invoice_id = i.id and e.fee_id = f.id
    group by f.tenant_id, f.id, i.tenant_id, i.id
    having coalesce(-sum(e.amount_cents), 0) <> case when i.status in ('finalized', 'paid') and f.fee_type <> 'credit' then f.amount_cents - f.progressive_billing_credit_amount_cents - f.coupons_amount_cents - f.credited_amount_cents + f.returned_coupons_amount_cents else 0 end`,
  'tax payable is the tax of each finalized invoice, per jurisdiction and rate': `
    select i.id as invoice_id, coalesce(t.jurisdiction, e.tax_jurisdiction) as jurisdiction, coalesce(t.rate, e.tax_rate) as rate, t.amount as tax_cents, e.amount as payable_cents
    from (select i.tenant_id, i.id, g ->> 'jurisdiction' as jurisdiction, (g ->> 'tax_rate')::numeric as rate, sum((g ->> 'amount_cents')::bigint) as amount
      from invoices i cross join lateral jsonb_array_elements(i.taxes) g where i.status in ('finalized', 'paid')
      group by i.tenant_id, i.id, 3, 4 having sum((g ->> 'amount_cents')::bigint) <> 0) t
    full join (select p.tenant_id, p.invoice_id, e.tax_jurisdiction, e.tax_rate, -sum(e.amount_cents) as amount
      from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.id = e.posting_id
      where e.account = 'tax_payable' and p.kind in ('invoice_finalized', 'invoice_voided')
      group by 1, 2, 3, 4 having sum(e.amount_cents) <> 0) e
      on e.tenant_id = t.tenant_id and e.invoice_id = t.id and e.tax_jurisdiction = t.jurisdiction and e.tax_rate = t.rate
    join invoices i on i.id = coalesce(t.id, e.invoice_id)
    where t.amount is distinct from e.amount`,
  'nothing of a fee stays deferred when all its releases have come': `
    select e.fee_id, sum(e.amount_cents) as deferred_cents from ledger_entries e where e.account = 'deferred_revenue'
    group by e.tenant_id, e.fee_id having sum(e.amount_cents) <> 0`,
  'what the books name is there': `
    select e.id as entry_id, p.document_type, p.document_id, e.fee_id
    from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.id = e.posting_id
    where (e.fee_id is not null and not exists (select from fees f where f.tenant_id = e.tenant_id and f.id = e.fee_id and f.invoice_id = p.invoice_id))
      or not case p.document_type
        when 'invoice' then exists (select from invoices d where d.tenant_id = p.tenant_id and d.id = p.document_id)
        when 'credit_note' then exists (select from credit_notes d where d.tenant_id = p.tenant_id and d.id = p.document_id)
        when 'payment' then exists (select from payments d where d.tenant_id = p.tenant_id and d.id = p.document_id)
        when 'wallet_transaction' then exists (select from wallet_transactions d where d.tenant_id = p.tenant_id and d.id = p.document_id)
        when 'wallet_hold' then exists (select from wallet_holds d where d.tenant_id = p.tenant_id and d.id = p.document_id)
        else exists (select from invoice_settlements d where d.tenant_id = p.tenant_id and d.id = p.document_id) end`,
};

const database: Readonly<Record<string, string>> = {
  'no row of one environment can refer to one of another': `
    select k.conrelid::regclass::text as "table", k.conname as reference
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class f on f.oid = k.confrelid
    where k.contype = 'f' and c.relnamespace = 'public'::regnamespace and c.relrowsecurity and f.relrowsecurity
      and pg_get_constraintdef(k.oid) not like 'FOREIGN KEY (tenant\\_id, %) REFERENCES %(tenant\\_id, %'`,
  // A job may take minutes; one that is held for hours is held by nobody, and whoever it was for waits.
  'no job has been held for longer than four hours': `
    select id as job_id, locked_by, locked_at from graphile_worker._private_jobs where locked_at < now() - interval '4 hours'`,
};

const listed = (statements: Readonly<Record<string, string>>, of: Invariant['of']): Invariant[] =>
  Object.entries(statements).map(([name, breaches]) => ({ name, of, breaches }));

/** What the books are held to: documents, their trail, the ledger, and what keeps environments apart. */
export const invariants: readonly Invariant[] = [
  ...listed({ ...documents, ...log, ...ledger, ...creditNotes, ...wallets }, 'environment'),
  ...listed(database, 'database'),
];
