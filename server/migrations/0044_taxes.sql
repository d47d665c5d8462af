-- A tax that was deleted keeps its row: fees refer to it.
create table taxes (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  code text not null,
  name text not null,
  rate numeric not null check (rate >= 0 and rate < 1000 and scale(rate) <= 4),
  description text,
  category text not null check (category in ('S', 'Z', 'E', 'AE', 'K', 'G', 'O', 'L', 'M')),
  jurisdiction text,
  compound boolean not null default false,
  inclusive boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (tenant_id, id),
  check (category in ('S', 'L', 'M') or rate = 0)
);
create unique index taxes_code on taxes (tenant_id, code) where deleted_at is null;
create index taxes_by_time on taxes (tenant_id, created_at desc, id desc);
call app.scope_to_tenant('taxes');

-- To what a tax applies. No reference to the thing itself: it is one of many kinds, and is never deleted for good.
create table applied_taxes (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  tax_id uuid not null,
  taxable_type text not null
    check (taxable_type in ('charge', 'fixed_charge', 'add_on', 'commitment', 'plan', 'customer', 'billing_entity', 'organization')),
  taxable_id uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, tax_id, taxable_type, taxable_id),
  foreign key (tenant_id, tax_id) references taxes (tenant_id, id)
);
create index applied_taxes_by_taxable on applied_taxes (tenant_id, taxable_type, taxable_id);
call app.scope_to_tenant('applied_taxes');

-- A customer that pays no tax: under which category, and why, as its invoices say.
alter table customers
  add column tax_exempt boolean not null default false,
  add column tax_exemption_category text check (tax_exemption_category in ('Z', 'E', 'AE', 'K', 'G', 'O')),
  add column tax_exemption_reason text,
  add constraint customers_tax_exemption check (not tax_exempt or (tax_exemption_reason is not null and tax_exemption_category is not null));

-- included_tax_cents: what was in the price as tax and is taken out of amount_cents; the two are the price.
-- taxes: the breakdown of the document, a group each, as it was computed.
alter table fees add column included_tax_cents bigint not null default 0;
alter table invoices add column taxes jsonb not null default '[]';

-- What each tax comes to on each fee; tax_id is null for an exemption.
create table fee_taxes (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  fee_id uuid not null,
  position integer not null,
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
  unique (tenant_id, fee_id, position),
  foreign key (tenant_id, fee_id) references fees (tenant_id, id) on delete cascade
);
call app.scope_to_tenant('fee_taxes');
