-- A quantity may be measured: what was used of the feature is what the metric measures.
alter table features add column billable_metric_id uuid;
-- The owner of the tables, who may be no superuser, looks at all rows.
alter table features no force row level security;
alter table billable_metrics no force row level security;
alter table features add foreign key (tenant_id, billable_metric_id) references billable_metrics (tenant_id, id);
alter table features force row level security;
alter table billable_metrics force row level security;
alter table features add check (billable_metric_id is null or feature_type = 'quantity');

-- What a plan grants. The value is in the one spelling of the feature's type, which never changes.
create table entitlements (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  plan_id uuid not null,
  feature_id uuid not null,
  value text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, plan_id, feature_id),
  foreign key (tenant_id, plan_id) references plans (tenant_id, id),
  foreign key (tenant_id, feature_id) references features (tenant_id, id)
);
create index entitlements_by_time on entitlements (tenant_id, created_at desc, id desc);
create index entitlements_by_feature on entitlements (tenant_id, feature_id);
call app.scope_to_tenant('entitlements');

-- What one subscription has instead of what its plan grants, on whatever plan it is. Without a value the feature is taken from it.
create table subscription_entitlements (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  subscription_id uuid not null,
  feature_id uuid not null,
  value text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, subscription_id, feature_id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, feature_id) references features (tenant_id, id)
);
create index subscription_entitlements_by_feature on subscription_entitlements (tenant_id, feature_id);
call app.scope_to_tenant('subscription_entitlements');
