alter table billing_entities add column next_credit_note_number bigint not null default 1;

create table credit_notes (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  number text not null,
  billing_entity_id uuid not null,
  customer_id uuid not null,
  invoice_id uuid not null,
  credit_note_type text not null check (credit_note_type in ('credit', 'refund', 'offset')),
  status text not null check (status in ('draft', 'finalized')),
  credit_status text check (credit_status in ('available', 'consumed', 'voided')),
  refund_status text check (refund_status in ('pending', 'succeeded', 'failed')),
  reason text not null check (reason in
    ('duplicated_charge', 'product_unsatisfactory', 'order_change', 'order_cancellation', 'fraudulent_charge', 'other')),
  description text,
  currency text not null,
  total_amount_cents bigint not null check (total_amount_cents > 0),
  taxes_amount_cents bigint not null default 0,
  credit_amount_cents bigint not null default 0,
  refund_amount_cents bigint not null default 0,
  balance_amount_cents bigint not null default 0 check (balance_amount_cents >= 0),
  issued_at timestamptz,
  voided_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, billing_entity_id, number),
  foreign key (tenant_id, billing_entity_id) references billing_entities (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  check (balance_amount_cents <= credit_amount_cents)
);
create index credit_notes_by_time on credit_notes (tenant_id, created_at desc, id desc);
create index credit_notes_by_invoice on credit_notes (tenant_id, invoice_id);
create index credit_notes_available on credit_notes (tenant_id, customer_id, issued_at, id) where balance_amount_cents > 0;
call app.scope_to_tenant('credit_notes');

create table credit_note_items (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  credit_note_id uuid not null,
  fee_id uuid not null,
  amount_cents bigint not null check (amount_cents > 0),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, credit_note_id) references credit_notes (tenant_id, id),
  foreign key (tenant_id, fee_id) references fees (tenant_id, id)
);
create index credit_note_items_by_note on credit_note_items (tenant_id, credit_note_id);
call app.scope_to_tenant('credit_note_items', 'select, insert');
