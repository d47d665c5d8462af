-- A stored usage event is never edited. dedupe_key is the first 16 bytes of SHA-256 over the length-prefixed tenant and
-- transaction_id; content_hash tells a harmless repeat from a conflict. value and unique_value are taken from the
-- properties once, at intake, by the metric's definition; with the reason unknown_metric there was none to take them by.
create table usage_events (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  seq bigint not null,
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

-- The order of arrival: of events at the same time the one received last is the later. Not an identity column, because a batch is
-- inserted in the order of its keys but numbered in the order it was sent.
create sequence usage_events_seq as bigint cache 1 owned by usage_events.seq;
grant usage on sequence usage_events_seq to farthing_app;

-- The text by which filters and groups tell values apart: the SQL form of textOf in core/metering. A number is the same by any
-- of its spellings (1, 1.0); lists and objects have no such text.
create function app.property_text(property jsonb) returns text language sql immutable parallel safe as $$
  select case jsonb_typeof(property)
    when 'string' then property #>> '{}'
    when 'boolean' then property #>> '{}'
    when 'number' then trim_scale(property::numeric)::text
  end
$$;
