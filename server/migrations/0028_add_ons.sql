-- Things sold apart from plans, at a fixed price. One that was deleted keeps its row: applications, fees and plans refer to it.
create table add_ons (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  code text not null,
  name text not null,
  description text,
  amount_cents bigint not null check (amount_cents >= 0),
  amount_currency text not null,
  invoice_display_name text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (tenant_id, id)
);
create unique index add_ons_code on add_ons (tenant_id, code) where deleted_at is null;
create index add_ons_by_time on add_ons (tenant_id, created_at desc, id desc);
call app.scope_to_tenant('add_ons');

-- An add-on sold to a customer, at the price of that moment. Waiting while it has no invoice: the customer's next one in its currency takes
-- it. One that waited is released when its invoice is voided or deleted; one that was invoiced by itself stays with its invoice.
create table applied_add_ons (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  add_on_id uuid not null,
  customer_id uuid not null,
  amount_cents bigint not null check (amount_cents >= 0),
  amount_currency text not null,
  waits boolean not null default false,
  invoice_id uuid,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  check (waits or invoice_id is not null),
  foreign key (tenant_id, add_on_id) references add_ons (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id) on delete set null (invoice_id)
);
create index applied_add_ons_by_time on applied_add_ons (tenant_id, add_on_id, created_at desc, id desc);
create index applied_add_ons_by_customer on applied_add_ons (tenant_id, customer_id, created_at desc, id desc);
create index applied_add_ons_by_invoice on applied_add_ons (tenant_id, invoice_id) where invoice_id is not null;
create index applied_add_ons_waiting on applied_add_ons (tenant_id, customer_id, amount_currency) where invoice_id is null;
call app.scope_to_tenant('applied_add_ons');
