create table billable_metrics (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  code text not null,
  name text not null,
  description text,
  aggregation_type text not null
    check (aggregation_type in ('count', 'sum', 'max', 'unique_count', 'weighted_sum', 'latest', 'custom')),
  field_name text,
  recurring boolean not null default false,
  rounding_function text check (rounding_function in ('round', 'ceil', 'floor')),
  rounding_precision integer,
  expression text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (tenant_id, id)
);
create unique index billable_metrics_code on billable_metrics (tenant_id, code) where deleted_at is null;
create index billable_metrics_by_time on billable_metrics (tenant_id, created_at desc, id desc);
call app.scope_to_tenant('billable_metrics');

create table billable_metric_filters (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  billable_metric_id uuid not null,
  key text not null,
  "values" jsonb not null default '[]',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, billable_metric_id, key),
  foreign key (tenant_id, billable_metric_id) references billable_metrics (tenant_id, id)
);
call app.scope_to_tenant('billable_metric_filters');

create table plans (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  code text not null,
  name text not null,
  description text,
  "interval" text not null check ("interval" in ('daily', 'weekly', 'monthly', 'quarterly', 'semiannual', 'yearly')),
  interval_count integer not null default 1 check (interval_count between 1 and 100),
  amount_cents bigint not null default 0 check (amount_cents >= 0),
  currency text not null,
  trial_period_days integer not null default 0 check (trial_period_days >= 0),
  pay_in_advance boolean not null default false,
  bill_charges_monthly boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (tenant_id, id)
);
create unique index plans_code on plans (tenant_id, code) where deleted_at is null;
create index plans_by_time on plans (tenant_id, created_at desc, id desc);
call app.scope_to_tenant('plans');

-- A charge that was replaced keeps its row (deleted_at): fees refer to it.
create table charges (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  plan_id uuid not null,
  billable_metric_id uuid not null,
  code text not null,
  position integer not null,
  charge_model text not null check (charge_model in
    ('standard', 'graduated', 'volume', 'package', 'percentage', 'graduated_percentage', 'custom', 'dynamic')),
  properties jsonb not null,
  pay_in_advance boolean not null default false,
  invoiceable boolean not null default true,
  prorated boolean not null default false,
  min_amount_cents bigint not null default 0 check (min_amount_cents >= 0),
  invoice_display_name text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, plan_id) references plans (tenant_id, id),
  foreign key (tenant_id, billable_metric_id) references billable_metrics (tenant_id, id)
);
create unique index charges_code on charges (tenant_id, plan_id, code) where deleted_at is null;
create index charges_by_metric on charges (tenant_id, billable_metric_id) where deleted_at is null;
call app.scope_to_tenant('charges');

-- conditions: [{"billable_metric_filter_id", "key", "values": [...]}], all of which an event must meet. properties: only what
-- differs from the charge's. A filter that was replaced keeps its row, as charges do.
create table charge_filters (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  charge_id uuid not null,
  position integer not null,
  conditions jsonb not null,
  properties jsonb not null default '{}',
  invoice_display_name text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, charge_id) references charges (tenant_id, id)
);
create index charge_filters_by_charge on charge_filters (tenant_id, charge_id) where deleted_at is null;
call app.scope_to_tenant('charge_filters');
