create table payments (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  invoice_id uuid not null,
  customer_id uuid not null,
  amount_cents bigint not null check (amount_cents > 0),
  currency text not null,
  status text not null check (status in ('pending', 'processing', 'succeeded', 'failed', 'refunded', 'canceled')),
  provider text not null check (provider in ('stripe', 'manual', 'ucp', 'gocardless', 'adyen')),
  provider_payment_id text,
  provider_checkout_id text,
  provider_checkout_url text,
  failure_reason text,
  payment_metadata jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  completed_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index payments_by_time on payments (tenant_id, created_at desc, id desc);
create index payments_by_invoice on payments (tenant_id, invoice_id);
create index payments_by_customer on payments (tenant_id, customer_id, status);
call app.scope_to_tenant('payments');
