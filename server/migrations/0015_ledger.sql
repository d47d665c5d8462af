-- The books. A posting is what one document did at one point of its life, once; its entries say which accounts it moved.
create table ledger_postings (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  kind text not null check (kind in
    ('invoice_finalized', 'invoice_voided', 'credit_note_issued', 'credit_applied', 'credit_returned', 'payment_received')),
  document_type text not null check (document_type in ('invoice', 'credit_note', 'invoice_settlement', 'payment')),
  document_id uuid not null,
  customer_id uuid not null,
  invoice_id uuid not null,
  credit_note_id uuid,
  posted_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  foreign key (tenant_id, credit_note_id) references credit_notes (tenant_id, id)
);
create unique index ledger_postings_once on ledger_postings (tenant_id, document_id, kind);
create index ledger_postings_by_customer on ledger_postings (tenant_id, customer_id);
create index ledger_postings_by_invoice on ledger_postings (tenant_id, invoice_id);
create index ledger_postings_by_credit_note on ledger_postings (tenant_id, credit_note_id) where credit_note_id is not null;
call app.scope_to_tenant('ledger_postings', 'select, insert');

-- A debit is positive, a credit negative. booked_on is the local day of the document from which the entry counts; that of a
-- release of deferred revenue lies ahead when it is written.
create table ledger_entries (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  posting_id uuid not null,
  line integer not null check (line >= 1),
  account text not null check (account in
    ('receivable', 'cash', 'customer_credit', 'wallet_cash', 'wallet_promotional', 'wallet_held',
     'revenue', 'deferred_revenue', 'tax_payable', 'discounts', 'write_off')),
  currency text not null,
  amount_cents bigint not null check (amount_cents <> 0),
  booked_on date not null,
  is_release boolean not null,
  fee_id uuid,
  tax_jurisdiction text,
  tax_rate numeric,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, posting_id, line),
  foreign key (tenant_id, posting_id) references ledger_postings (tenant_id, id),
  check ((account = 'tax_payable') = (tax_jurisdiction is not null)),
  check ((tax_jurisdiction is null) = (tax_rate is null)),
  check (not is_release or account in ('revenue', 'deferred_revenue', 'discounts'))
);
create index ledger_entries_by_time on ledger_entries (tenant_id, created_at desc, id desc);
create index ledger_entries_by_account on ledger_entries (tenant_id, account, booked_on);
call app.scope_to_tenant('ledger_entries', 'select, insert');

-- Refuses a posting whose entries do not sum to 0 in each currency on each day, when its transaction ends. The last entry answers for
-- all of them; lines run from 1 without a gap, so that none can be slipped in before it later.
create function app.refuse_unbalanced() returns trigger language plpgsql as $$
declare
  written integer;
  unbalanced text;
begin
  if exists (select from ledger_entries where tenant_id = new.tenant_id and posting_id = new.posting_id and line > new.line) then
    return null;
  end if;
  select count(*) into written from ledger_entries where tenant_id = new.tenant_id and posting_id = new.posting_id;
  if written <> new.line then
    raise exception 'posting % has % entries and its last line is %', new.posting_id, written, new.line using errcode = '23000';
  end if;
  select format('%s %s on %s', sum(amount_cents), currency, booked_on) into unbalanced
  from ledger_entries where tenant_id = new.tenant_id and posting_id = new.posting_id
  group by currency, booked_on having sum(amount_cents) <> 0 limit 1;
  if found then
    raise exception 'the entries of posting % sum to %', new.posting_id, unbalanced using errcode = '23000';
  end if;
  return null;
end $$;
create constraint trigger ledger_entries_balanced after insert on ledger_entries
  deferrable initially deferred for each row execute function app.refuse_unbalanced();
