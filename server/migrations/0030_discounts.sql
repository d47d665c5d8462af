-- What may be given to customers. An empty list of what a coupon is limited to limits nothing.
create table coupons (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  code text not null,
  name text not null,
  description text,
  coupon_type text not null check (coupon_type in ('fixed_amount', 'percentage')),
  amount_cents bigint check (amount_cents >= 0),
  amount_currency text,
  percentage_rate numeric check (percentage_rate between 0 and 100),
  frequency text not null check (frequency in ('once', 'recurring', 'forever')),
  frequency_duration integer check (frequency_duration >= 1),
  reusable boolean not null,
  expiration text not null check (expiration in ('no_expiration', 'time_limit')),
  expiration_at timestamptz,
  plan_codes text[] not null,
  fee_types text[] not null,
  billable_metric_codes text[] not null,
  terminated_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  check (case coupon_type when 'percentage' then percentage_rate is not null and amount_cents is null and amount_currency is null
    else percentage_rate is null and amount_cents is not null and amount_currency is not null end),
  check ((frequency = 'recurring') = (frequency_duration is not null)),
  check ((expiration = 'time_limit') = (expiration_at is not null))
);
create unique index coupons_code on coupons (tenant_id, code);
create index coupons_by_time on coupons (tenant_id, created_at desc, id desc);
call app.scope_to_tenant('coupons');

-- A coupon that a customer has, with a copy of what it gave then. `uses` counts the invoices that have it now.
create table applied_coupons (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  coupon_id uuid not null,
  customer_id uuid not null,
  coupon_type text not null check (coupon_type in ('fixed_amount', 'percentage')),
  amount_cents bigint check (amount_cents >= 0),
  amount_currency text,
  percentage_rate numeric check (percentage_rate between 0 and 100),
  frequency text not null check (frequency in ('once', 'recurring', 'forever')),
  frequency_duration integer check (frequency_duration >= 1),
  reusable boolean not null,
  plan_codes text[] not null,
  fee_types text[] not null,
  billable_metric_codes text[] not null,
  uses integer not null default 0,
  used_up_at timestamptz,
  removed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, coupon_id) references coupons (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  check (case coupon_type when 'percentage' then percentage_rate is not null and amount_cents is null and amount_currency is null
    else percentage_rate is null and amount_cents is not null and amount_currency is not null end),
  check ((frequency = 'recurring') = (frequency_duration is not null)),
  check (uses >= 0 and (frequency = 'forever' or uses <= coalesce(frequency_duration, 1))),
  check ((used_up_at is not null) = (frequency <> 'forever' and uses = coalesce(frequency_duration, 1)))
);
-- One that is not reusable is given to a customer once for ever.
create unique index applied_coupons_once on applied_coupons (tenant_id, coupon_id, customer_id) where not reusable;
create index applied_coupons_by_coupon on applied_coupons (tenant_id, coupon_id);
create index applied_coupons_by_customer on applied_coupons (tenant_id, customer_id, created_at desc, id desc);
call app.scope_to_tenant('applied_coupons');

-- What an invoice took of a coupon, and what it gave back: append-only, so giving back is an entry of its own with a minus. A draft that
-- is deleted leaves its entries, so the invoice is no foreign key.
create table coupon_uses (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  applied_coupon_id uuid not null,
  invoice_id uuid not null,
  uses integer not null check (uses in (1, -1)),
  amount_cents bigint not null check (sign(amount_cents) = uses),
  currency text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, applied_coupon_id) references applied_coupons (tenant_id, id)
);
create index coupon_uses_by_application on coupon_uses (tenant_id, applied_coupon_id);
create index coupon_uses_by_invoice on coupon_uses (tenant_id, invoice_id);
call app.scope_to_tenant('coupon_uses', 'select, insert');
