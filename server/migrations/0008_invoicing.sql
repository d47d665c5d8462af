-- A subscription's invoice for one boundary exists once: (subscription, billing_kind, billing_at) unless voided.
-- opened_at and opened_day say where the usage it bills opens (the subscription's billed_through_* before it), so that a
-- draft can be computed again.
create table invoices (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  billing_entity_id uuid not null,
  customer_id uuid not null,
  subscription_id uuid,
  invoice_number text,
  status text not null check (status in ('draft', 'finalized', 'paid', 'voided')),
  locale text not null default 'en',
  invoice_type text not null check (invoice_type in ('subscription', 'add_on', 'credit', 'one_off', 'progressive_billing')),
  billing_kind text check (billing_kind in ('start', 'trial_end', 'periodic', 'termination')),
  billing_at timestamptz,
  opened_at timestamptz,
  opened_day date,
  billing_period_start timestamptz not null,
  billing_period_end timestamptz not null,
  currency text not null,
  timezone text not null,
  subtotal_cents bigint not null,
  coupons_amount_cents bigint not null default 0,
  progressive_billing_credit_amount_cents bigint not null default 0,
  tax_amount_cents bigint not null default 0,
  total_cents bigint not null,
  credit_notes_amount_cents bigint not null default 0,
  prepaid_credit_amount_cents bigint not null default 0,
  amount_paid_cents bigint not null default 0,
  amount_due_cents bigint not null,
  net_payment_term integer not null,
  finalize_at timestamptz,
  due_date timestamptz,
  issued_at timestamptz,
  paid_at timestamptz,
  voided_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, billing_entity_id) references billing_entities (tenant_id, id),
  check (total_cents = subtotal_cents - progressive_billing_credit_amount_cents - coupons_amount_cents + tax_amount_cents),
  check (amount_due_cents = total_cents - credit_notes_amount_cents - prepaid_credit_amount_cents - amount_paid_cents),
  check ((status in ('finalized', 'paid')) <= (invoice_number is not null)),
  check (status <> 'draft' or invoice_number is null)
);
create unique index invoices_once on invoices (tenant_id, subscription_id, billing_kind, billing_at) where status <> 'voided';
create unique index invoices_number on invoices (tenant_id, billing_entity_id, invoice_number);
create index invoices_by_time on invoices (tenant_id, created_at desc, id desc);
create index invoices_by_customer on invoices (tenant_id, customer_id, created_at desc, id desc);
create index invoices_by_subscription on invoices (tenant_id, subscription_id, created_at desc, id desc);
call app.scope_to_tenant('invoices');

create table fees (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  invoice_id uuid,
  customer_id uuid not null,
  subscription_id uuid,
  charge_id uuid,
  charge_filter_id uuid,
  commitment_id uuid,
  position integer not null,
  fee_type text not null check (fee_type in ('charge', 'subscription', 'add_on', 'credit', 'commitment')),
  description text not null,
  metric_code text,
  grouped_by jsonb not null default '{}',
  properties jsonb not null default '{}',
  units numeric not null,
  events_count bigint not null default 0,
  unit_amount_cents numeric not null,
  precise_amount_cents numeric not null,
  amount_cents bigint not null,
  coupons_amount_cents bigint not null default 0,
  taxes_amount_cents bigint not null default 0,
  total_amount_cents bigint not null,
  credited_amount_cents bigint not null default 0,
  currency text not null,
  tax_category text,
  payment_status text not null default 'pending' check (payment_status in ('pending', 'succeeded', 'failed', 'refunded')),
  from_datetime timestamptz,
  to_datetime timestamptz,
  explain jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id) on delete cascade,
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, charge_id) references charges (tenant_id, id)
);
create index fees_by_invoice on fees (tenant_id, invoice_id, position);
create index fees_by_time on fees (tenant_id, created_at desc, id desc);
create index fees_by_subscription on fees (tenant_id, subscription_id);
create index fees_by_customer on fees (tenant_id, customer_id);
call app.scope_to_tenant('fees');

-- What lowered the amount due of an invoice, and by how much; append-only, so a return is an entry of its own with a minus.
create table invoice_settlements (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  invoice_id uuid not null,
  settlement_type text not null check (settlement_type in ('payment', 'credit_note', 'wallet_credit')),
  source_id uuid not null,
  amount_cents bigint not null check (amount_cents <> 0),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id)
);
create index invoice_settlements_by_invoice on invoice_settlements (tenant_id, invoice_id);
call app.scope_to_tenant('invoice_settlements', 'select, insert');
