-- A stored usage event is never edited. dedupe_key is the first 16 bytes of SHA-256 over the length-prefixed tenant and
-- transaction_id; content_hash tells a harmless repeat from a conflict. value and unique_value are taken from the
-- properties once, at intake, by the metric's definition.
create table usage_events (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  seq bigint generated always as identity,
  dedupe_key uuid not null,
  content_hash bytea not null,
  transaction_id text not null,
  external_customer_id text not null,
  external_subscription_id text,
  code text not null,
  "timestamp" timestamptz not null,
  properties jsonb not null,
  value numeric,
  unique_value text,
  operation text not null default 'add' check (operation in ('add', 'remove')),
  status text not null check (status in ('ingested', 'unmatched')),
  reason text,
  received_at timestamptz not null,
  primary key (tenant_id, id),
  unique (dedupe_key)
);
create index usage_events_to_aggregate on usage_events (tenant_id, external_customer_id, code, "timestamp", seq);
create index usage_events_by_time on usage_events (tenant_id, "timestamp" desc, id desc);
create index usage_events_unmatched on usage_events (tenant_id, received_at desc, id desc) where status = 'unmatched';
call app.scope_to_tenant('usage_events', 'select, insert');
