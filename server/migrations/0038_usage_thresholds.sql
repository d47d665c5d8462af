-- Amounts of usage at which a period is invoiced before it ends: of a plan, or of one subscription instead. One that was removed keeps
-- its row: crossings refer to it.
create table usage_thresholds (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  plan_id uuid,
  subscription_id uuid,
  amount_cents bigint not null check (amount_cents >= 0),
  currency text not null,
  recurring boolean not null,
  threshold_display_name text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, plan_id) references plans (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  check (num_nonnulls(plan_id, subscription_id) = 1),
  check (amount_cents > 0 or not recurring)
);
create unique index usage_thresholds_of_plan on usage_thresholds (tenant_id, plan_id, amount_cents, recurring) where deleted_at is null and plan_id is not null;
create unique index usage_thresholds_of_subscription on usage_thresholds (tenant_id, subscription_id, amount_cents, recurring)
  where deleted_at is null and subscription_id is not null;
call app.scope_to_tenant('usage_thresholds');

-- That a subscription's usage reached a step of a threshold in a period, and the invoice that was made of it; each once.
create table usage_threshold_crossings (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  usage_threshold_id uuid not null,
  subscription_id uuid not null,
  period_start timestamptz not null,
  step_amount_cents bigint not null,
  usage_amount_cents bigint not null,
  invoice_id uuid,
  crossed_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, usage_threshold_id) references usage_thresholds (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id)
);
create unique index usage_threshold_crossings_once on usage_threshold_crossings (tenant_id, subscription_id, period_start, usage_threshold_id, step_amount_cents);
call app.scope_to_tenant('usage_threshold_crossings', 'select, insert');

-- What invoices within a period billed of its usage, and what was credited of that, is read for each invoice of the subscription.
create index fees_progressive on fees (tenant_id, subscription_id, from_datetime)
  where kind = 'progressive' or progressive_billing_credit_amount_cents > 0;
-- The billed period whose price a note over late usage corrects: its fees may be those of progressive invoices, which bill none themselves.
alter table credit_notes add column billed_period_id uuid;
-- A note over what invoices within a period billed above what the period came to.
alter table credit_notes add column progressive_rest boolean not null default false;
