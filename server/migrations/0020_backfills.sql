-- Usage of the past, brought in as a whole: events wait here and are counted nowhere until the backfill is closed, in one transaction.
create table usage_backfills (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  status text not null check (status in ('open', 'closed', 'reverted')),
  from_timestamp timestamptz not null,
  to_timestamp timestamptz not null,
  note text,
  events_count bigint not null default 0,
  stored_count bigint,
  duplicates_count bigint,
  conflicts_count bigint,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  closed_at timestamptz,
  reverted_at timestamptz,
  primary key (tenant_id, id),
  check (from_timestamp < to_timestamp)
);
create index usage_backfills_by_time on usage_backfills (tenant_id, created_at desc, id desc);
call app.scope_to_tenant('usage_backfills');

-- seq is the place in the order of arrival that the event keeps.
create table usage_backfill_events (
  tenant_id uuid not null,
  backfill_id uuid not null,
  id uuid not null,
  seq bigint not null default nextval('usage_events_seq'),
  content_hash bytea not null,
  transaction_id text not null,
  external_customer_id text not null,
  external_subscription_id text,
  code text not null,
  "timestamp" timestamptz not null,
  properties jsonb not null,
  value numeric,
  unique_value text,
  operation text not null,
  reason text,
  primary key (tenant_id, backfill_id, id),
  foreign key (tenant_id, backfill_id) references usage_backfills (tenant_id, id)
);
call app.scope_to_tenant('usage_backfill_events');
