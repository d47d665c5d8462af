-- The ground every module stands on: the application role, tenants, the event log, timers, idempotent replies.

create schema if not exists app;
grant usage on schema app, public to farthing_app;

-- Tells the policies below which tenant this transaction belongs to. Without one it raises: a forgotten tenant
-- must be an error, never an empty or a full answer.
create function app.tenant() returns uuid language sql stable as $$
  select current_setting('app.tenant')::uuid
$$;

-- Makes a table tenant-scoped: rows are visible and writable only inside the transaction's own tenant, for the owner too.
create procedure app.scope_to_tenant(target regclass, verbs text default 'select, insert, update, delete') language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant on %s using (tenant_id = (select app.tenant()))', target);
  execute format('grant %s on %s to farthing_app', verbs, target);
end $$;

create table organizations (
  id uuid primary key,
  name text not null,
  slug text not null unique,
  default_currency text not null,
  timezone text not null,
  hmac_key text,
  logo_url text,
  portal_accent_color text,
  portal_welcome_message text,
  store_unknown_metrics boolean not null default false,
  skip_zero_invoices boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz
);

-- clock_now null means the tenant lives in real time; a sandbox whose test clock was set is frozen at clock_now.
create table tenants (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  environment text not null check (environment in ('live', 'sandbox')),
  clock_now timestamptz,
  clock_target timestamptz,
  clock_forward_only boolean not null default false,
  clock_errors jsonb not null default '[]',
  created_at timestamptz not null,
  unique (organization_id, environment),
  check (environment = 'sandbox' or (clock_now is null and clock_target is null))
);
grant select, insert, update on organizations, tenants to farthing_app;

-- Append-only: audit trail, outbox and activity feed at once. The application may insert and read, nothing else.
create table domain_events (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  type text not null,
  subject_type text not null,
  subject_id uuid not null,
  action text not null check (action in ('created', 'updated', 'deleted', 'status_changed')),
  changes jsonb not null default '{}',
  data jsonb not null default '{}',
  actor_type text not null check (actor_type in ('api_key', 'admin', 'system')),
  actor_id text,
  request_id text,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index domain_events_by_time on domain_events (tenant_id, occurred_at desc, id desc);
create index domain_events_by_subject on domain_events (tenant_id, subject_type, subject_id, occurred_at desc, id desc);
call app.scope_to_tenant('domain_events', 'select, insert');

-- No foreign key on tenant_id: the operator's own commands, which belong to no tenant, are kept under the nil UUID.
create table idempotency_keys (
  tenant_id uuid not null,
  key text not null,
  request_hash bytea not null,
  status smallint not null,
  content_type text,
  body text,
  created_at timestamptz not null,
  primary key (tenant_id, key)
);
create index idempotency_keys_by_age on idempotency_keys (tenant_id, created_at);
call app.scope_to_tenant('idempotency_keys');

-- Work that falls due at an instant of the tenant's clock. Run in order of due_at; failed_at parks a timer that kept failing.
create table timers (
  tenant_id uuid not null references tenants (id),
  kind text not null,
  subject_id uuid not null,
  due_at timestamptz not null,
  attempts integer not null default 0,
  retry_at timestamptz,
  failed_at timestamptz,
  last_error text,
  primary key (tenant_id, kind, subject_id)
);
create index timers_due on timers (due_at) where failed_at is null;
create index timers_due_by_tenant on timers (tenant_id, due_at, kind, subject_id) where failed_at is null;
alter table timers enable row level security;
alter table timers force row level security;
create policy tenant on timers using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
-- The scheduler looks for tenants with due work; it sees only, and only when it says so for its own transaction.
create policy scheduler on timers for select using (current_setting('app.scheduler', true) = 'on');
grant select, insert, update, delete on timers to farthing_app;

-- The application role may not touch the job tables; it may enqueue, in its own transaction, through this door.
create function app.enqueue(task text, payload json, run_at timestamptz default null, job_key text default null, max_attempts integer default null)
returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  select graphile_worker.add_job(task, payload, run_at => run_at, job_key => job_key, max_attempts => max_attempts)
$$;
revoke all on function app.enqueue from public;
grant execute on function app.enqueue to farthing_app;
