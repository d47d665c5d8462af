-- Systems of others with which an environment is connected, and what they call its customers.
create table integrations (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  name text not null,
  provider text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, provider)
);
call app.scope_to_tenant('integrations');

create table integration_customers (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  integration_id uuid not null,
  customer_id uuid not null,
  external_customer_id text not null,
  settings jsonb,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, customer_id, integration_id),
  foreign key (tenant_id, integration_id) references integrations (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
call app.scope_to_tenant('integration_customers');
