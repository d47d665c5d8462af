-- Credit notes that somebody issues: a draft has no number unless its own, and what is asked to be paid back of it.
alter table credit_notes alter column number drop not null;
alter table credit_notes
  add column own_number boolean not null default false,
  -- Its lines as long as it is a draft: once it is finalized they are written to stay.
  add column draft_lines jsonb,
  add column asked_refund_cents bigint check (asked_refund_cents >= 0),
  -- What of it was taken back: of its credit, and of money that could not be paid back.
  add column voided_amount_cents bigint not null default 0 check (voided_amount_cents between 0 and total_amount_cents),
  add constraint credit_notes_issued_check check (status = 'draft' or (number is not null and issued_at is not null)),
  add constraint credit_notes_split_check check (credit_amount_cents >= 0 and refund_amount_cents >= 0 and credit_amount_cents + refund_amount_cents <= total_amount_cents),
  add constraint credit_notes_refund_check check (refund_status is null or refund_amount_cents > 0);

-- taxes_amount_cents: its part of the note's taxes. included_tax_cents: what of the price it is was tax. What is taken back of a note is
-- entries with a minus, so that sums of entries are what is given back.
alter table credit_note_items drop constraint credit_note_items_amount_cents_check;
alter table credit_note_items
  add constraint credit_note_items_amount_cents_check check (amount_cents <> 0),
  add column position integer not null default 0,
  add column taxes_amount_cents bigint not null default 0,
  add column included_tax_cents bigint not null default 0;
create index credit_note_items_by_fee on credit_note_items (tenant_id, fee_id);

-- What each tax of the invoice comes to on a note; is_void: what is taken back of it.
create table credit_note_taxes (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  credit_note_id uuid not null,
  position integer not null,
  is_void boolean not null,
  tax_id uuid,
  tax_code text not null,
  tax_name text not null,
  tax_rate numeric not null,
  tax_category text not null,
  jurisdiction text not null,
  compound boolean not null,
  inclusive boolean not null,
  reason text,
  base_amount_cents bigint not null,
  amount_cents bigint not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, credit_note_id, is_void, position),
  foreign key (tenant_id, credit_note_id) references credit_notes (tenant_id, id)
);
call app.scope_to_tenant('credit_note_taxes', 'select, insert');

alter table ledger_entries drop constraint ledger_entries_account_check, add constraint ledger_entries_account_check
  check (account in ('receivable', 'cash', 'customer_credit', 'refund_payable', 'wallet_cash', 'wallet_promotional', 'wallet_held', 'wallet_pending', 'wallet_drawn', 'promotions',
    'revenue', 'deferred_revenue', 'tax_payable', 'discounts', 'write_off'));
alter table ledger_postings drop constraint ledger_postings_kind_check, add constraint ledger_postings_kind_check
  check (kind in ('invoice_finalized', 'invoice_voided', 'credit_note_issued', 'credit_note_voided', 'refund_paid', 'credit_applied', 'credit_returned', 'payment_received',
    'credits_granted', 'credits_paid', 'credits_not_sold', 'credits_drawn', 'credits_repaid', 'credits_consumed', 'credits_returned', 'credits_expired', 'credits_voided', 'credits_transferred',
    'credits_held', 'credits_released', 'credits_captured', 'written_off', 'write_off_reversed'));

-- A letter with a credit note is one of its invoice.
alter table invoice_emails add column credit_note_id uuid;
alter table invoice_emails drop constraint invoice_emails_kind_check, add constraint invoice_emails_kind_check
  check (kind in ('invoice', 'reminder', 'credit_note'));
alter table invoice_emails add constraint invoice_emails_credit_note_check check ((kind = 'credit_note') = (credit_note_id is not null));
set local app.tenant = '00000000-0000-0000-0000-000000000000';
alter table invoice_emails add foreign key (tenant_id, credit_note_id) references credit_notes (tenant_id, id);
