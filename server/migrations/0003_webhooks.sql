-- A deleted endpoint stays, without its secrets, for the messages that were sent to it.
-- While delivering_until lies ahead, one worker is sending to this endpoint and the others leave it alone.
create table webhook_endpoints (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  url text not null,
  signature_algo text not null default 'hmac',
  status text not null default 'active' check (status in ('active', 'inactive')),
  event_types text[],
  secret text,
  previous_secret text,
  previous_secret_expires_at timestamptz,
  delivering_until timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (tenant_id, id),
  check ((secret is null) = (deleted_at is not null)),
  check ((previous_secret is null) = (previous_secret_expires_at is null)),
  check (deleted_at is null or status = 'inactive')
);
call app.scope_to_tenant('webhook_endpoints');

-- One row per (event, endpoint): the message and where its delivery stands. Times of attempts are real ones, in a
-- sandbox with a test clock too; max_retries is after how many retries in all it is given up.
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
  attempts integer not null default 0,
  max_retries integer not null,
  last_attempt_at timestamptz,
  next_attempt_at timestamptz,
  http_status integer,
  response text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, event_id, webhook_endpoint_id),
  foreign key (tenant_id, webhook_endpoint_id) references webhook_endpoints (tenant_id, id),
  check ((status = 'pending') = (next_attempt_at is not null))
);
create index webhooks_by_time on webhooks (tenant_id, created_at desc, id desc);
create index webhooks_by_endpoint on webhooks (tenant_id, webhook_endpoint_id, status);
create index webhooks_pending on webhooks (tenant_id, webhook_endpoint_id, next_attempt_at, id) where status = 'pending';
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
