-- Which subscriptions an invoice is of, and of each what made it: several of one customer that fall due together are billed on one. Where no
-- boundary made it, billing_kind and billing_at are empty. A subscription is billed for one boundary once, unless that was voided.
-- opened_at and opened_day say where the usage it bills opens, so that a draft can be computed again.
create table invoice_subscriptions (
  tenant_id uuid not null references tenants (id),
  invoice_id uuid not null,
  subscription_id uuid not null,
  billing_kind text check (billing_kind in ('start', 'trial_end', 'periodic', 'plan_change', 'units_change', 'pause', 'resumption', 'termination', 'interim')),
  billing_at timestamptz,
  billing_turn integer not null,
  billing_phase integer not null,
  opened_at timestamptz,
  opened_day date,
  billing_period_start timestamptz not null,
  billing_period_end timestamptz not null,
  voided boolean not null default false,
  primary key (tenant_id, invoice_id, subscription_id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id) on delete cascade,
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  check ((billing_kind is null) = (billing_at is null))
);

-- An owner who is no superuser reads no invoices otherwise.
alter table invoices no force row level security;
insert into invoice_subscriptions
  select tenant_id, id, subscription_id, billing_kind, billing_at, billing_turn, billing_phase, opened_at, opened_day, billing_period_start, billing_period_end, status = 'voided'
  from invoices where subscription_id is not null;
alter table invoices force row level security;

create unique index invoice_subscriptions_once on invoice_subscriptions (tenant_id, subscription_id, billing_kind, billing_at, billing_turn) where not voided;
create index invoice_subscriptions_by_subscription on invoice_subscriptions (tenant_id, subscription_id, invoice_id);
call app.scope_to_tenant('invoice_subscriptions');

-- subscription_id stays as the one subscription of an invoice, and is empty where there are several.
drop index invoices_once, invoices_by_subscription;
alter table invoices drop column billing_kind, drop column billing_at, drop column billing_turn, drop column billing_phase, drop column opened_at, drop column opened_day;

-- An invoice may bill the usage of several subscriptions for good.
alter table usage_finalized drop constraint usage_finalized_pkey, add primary key (tenant_id, invoice_id, external_subscription_id);
