create table webhook_endpoints (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  url text not null,
  signature_algo text not null default 'hmac',
  status text not null default 'active' check (status in ('active', 'inactive')),
  event_types text[],
  secret text not null,
  previous_secret text,
  previous_secret_expires_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
call app.scope_to_tenant('webhook_endpoints');

-- One row per (event, endpoint): the message and where its delivery stands.
create table webhooks (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  webhook_endpoint_id uuid not null,
  event_id uuid not null,
  webhook_type text not null,
  object_type text,
  object_id uuid,
  payload text not null,
  status text not null default 'pending' check (status in ('pending', 'succeeded', 'failed')),
  retries integer not null default 0,
  max_retries integer not null,
  last_retried_at timestamptz,
  next_attempt_at timestamptz,
  http_status integer,
  response text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, event_id, webhook_endpoint_id),
  foreign key (tenant_id, webhook_endpoint_id) references webhook_endpoints (tenant_id, id) on delete cascade
);
create index webhooks_by_time on webhooks (tenant_id, created_at desc, id desc);
create index webhooks_by_endpoint on webhooks (tenant_id, webhook_endpoint_id, status);
create index webhooks_pending on webhooks (tenant_id, next_attempt_at) where status = 'pending';
call app.scope_to_tenant('webhooks');

create table webhook_attempts (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  webhook_id uuid not null,
  attempt_number integer not null,
  http_status integer,
  response_body text,
  success boolean not null,
  error_message text,
  attempted_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, webhook_id, attempt_number),
  foreign key (tenant_id, webhook_id) references webhooks (tenant_id, id) on delete cascade
);
call app.scope_to_tenant('webhook_attempts', 'select, insert');
