create table features (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  code text not null,
  name text not null,
  description text,
  feature_type text not null check (feature_type in ('boolean', 'quantity', 'custom')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, code)
);
create index features_by_time on features (tenant_id, created_at desc, id desc);
call app.scope_to_tenant('features');
