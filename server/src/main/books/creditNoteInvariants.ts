const accounts = (names: string) => `
  select p.tenant_id, p.credit_note_id, p.kind, e.tax_jurisdiction, e.tax_rate, e.amount_cents
  from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.id = e.posting_id where e.account in (${names}) and p.credit_note_id is not null`;

/** What credit notes are held to: statements that answer the rows that break them. */
export const creditNotes: Readonly<Record<string, string>> = {
  'numbers of credit notes run from 1 without gap or repeat, and the counter stands behind the last': `
    select e.id as billing_entity_id, e.next_credit_note_number, max(n) as last_number, count(n) as numbers
    from billing_entities e left join (
      select tenant_id, billing_entity_id, substring(number from '[0-9]+$')::bigint as n from credit_notes where status = 'finalized' and not own_number
    ) x on x.tenant_id = e.tenant_id and x.billing_entity_id = e.id
    group by e.tenant_id, e.id having count(n) <> coalesce(max(n), 0) or count(distinct n) <> count(n) or coalesce(min(n), 1) <> 1
      or e.next_credit_note_number <> count(n) + 1`,
  'what is credited of a fee is on its credit notes, and never more than the fee': `
    select f.id as fee_id, f.amount_cents, f.credited_amount_cents, coalesce(sum(t.amount_cents), 0) as notes_cents
    from fees f left join (
      select t.* from credit_note_items t join credit_notes n on n.tenant_id = t.tenant_id and n.id = t.credit_note_id and n.status = 'finalized'
    ) t on t.tenant_id = f.tenant_id and t.fee_id = f.id
    group by f.tenant_id, f.id having f.credited_amount_cents <> coalesce(sum(t.amount_cents), 0) or f.returned_coupons_amount_cents <> coalesce(sum(t.coupons_amount_cents), 0)
      or coalesce(sum(t.included_tax_cents), 0) not between 0 and f.included_tax_cents
      or f.credited_amount_cents > greatest(f.amount_cents - f.progressive_billing_credit_amount_cents, 0)`,
  'a credit note is its items less what coupons had paid of them, with their taxes, and what is voided of it is entries with a minus': `
    select n.id as credit_note_id, n.total_amount_cents, n.voided_amount_cents, t.issued, t.voided, g.issued as taxes, g.voided as voided_taxes
    from credit_notes n
      cross join lateral (select coalesce(sum(amount_cents - coupons_amount_cents) filter (where amount_cents > 0), 0) as issued,
        coalesce(sum(taxes_amount_cents) filter (where amount_cents > 0), 0) as taxes, coalesce(-sum(amount_cents - coupons_amount_cents) filter (where amount_cents < 0), 0) as voided
        from credit_note_items t where t.tenant_id = n.tenant_id and t.credit_note_id = n.id) t
      cross join lateral (select coalesce(sum(amount_cents) filter (where not is_void), 0) as issued, coalesce(-sum(amount_cents) filter (where is_void), 0) as voided
        from credit_note_taxes g where g.tenant_id = n.tenant_id and g.credit_note_id = n.id) g
    where n.status = 'finalized' and (n.total_amount_cents <> t.issued + g.issued or n.taxes_amount_cents <> g.issued or (t.taxes <> g.issued and g.issued <> 0)
      or n.voided_amount_cents <> t.voided + g.voided)`,
  'credit notes never give back more of an invoice than its total, more of a tax than there is of it, or more money than arrived': `
    select i.id as invoice_id, i.total_cents, i.amount_paid_cents, n.given_cents, n.refund_cents from invoices i join (
      select tenant_id, invoice_id, sum(total_amount_cents - voided_amount_cents) as given_cents,
        sum(refund_amount_cents) filter (where voided_at is null or refund_status = 'succeeded') as refund_cents
      from credit_notes where status = 'finalized' group by 1, 2) n on n.tenant_id = i.tenant_id and n.invoice_id = i.id
    where n.refund_cents > i.amount_paid_cents or (n.given_cents > i.total_cents
      and not exists (select from fees f where f.tenant_id = i.tenant_id and f.invoice_id = i.id and f.amount_cents < 0))
    union all
    select i.id, i.tax_amount_cents, null, sum(t.amount_cents), null from invoices i
    join credit_notes n on n.tenant_id = i.tenant_id and n.invoice_id = i.id and n.status = 'finalized'
    join credit_note_taxes t on t.tenant_id = n.tenant_id and t.credit_note_id = n.id
    group by i.tenant_id, i.id, t.tax_code, t.tax_category, t.tax_rate, t.compound, t.inclusive
    having sum(t.amount_cents) not between 0 and greatest(i.tax_amount_cents, 0)`,
  'customer credit is what is left of each credit note': `
    select n.id as credit_note_id, n.balance_amount_cents, coalesce(-sum(e.amount_cents), 0) as credit_cents
    from credit_notes n left join (${accounts(`'customer_credit'`)}) e on e.tenant_id = n.tenant_id and e.credit_note_id = n.id
    group by n.tenant_id, n.id having coalesce(-sum(e.amount_cents), 0) <> n.balance_amount_cents`,
  'what the books are to pay back is what credit notes say and is not paid, and cash went out once it was': `
    select n.id as credit_note_id, n.refund_status, n.refund_amount_cents, p.payable_cents, c.paid_cents from credit_notes n
      cross join lateral (select coalesce(-sum(amount_cents), 0) as payable_cents from (${accounts(`'refund_payable'`)}) e where e.tenant_id = n.tenant_id and e.credit_note_id = n.id) p
      cross join lateral (select coalesce(-sum(amount_cents), 0) as paid_cents from (${accounts(`'cash'`)}) e where e.tenant_id = n.tenant_id and e.credit_note_id = n.id) c
    where c.paid_cents <> case when n.refund_status = 'succeeded' then n.refund_amount_cents else 0 end
      or p.payable_cents <> case when n.status = 'finalized' and n.refund_status <> 'succeeded' and n.voided_at is null then n.refund_amount_cents else 0 end`,
  'the tax that credit notes give back is taken out of what is owed for it': `
    select n.id as credit_note_id, t.given_cents, e.books_cents from credit_notes n
      cross join lateral (select coalesce(sum(amount_cents), 0) as given_cents from credit_note_taxes t where t.tenant_id = n.tenant_id and t.credit_note_id = n.id) t
      cross join lateral (select coalesce(sum(amount_cents), 0) as books_cents from (${accounts(`'tax_payable'`)}) e where e.tenant_id = n.tenant_id and e.credit_note_id = n.id) e
    where n.status = 'finalized' and t.given_cents <> e.books_cents`,
};
