-- The events table anew, made to be written by COPY. Its row-level security is forced on the table that everybody reads; the
-- meter's own role copies rows straight into the one partition, where policies do not apply and COPY does. The id is the dedupe
-- key (SHA-256 over the length-prefixed tenant and transaction_id, cut to a UUID of version 8): one index finds an event and
-- counts it once for ever. xid is the transaction that stored it, by which roll-ups follow the order of commits. No reference to tenants:
-- the tenant comes from an authenticated key, and looking it up again for each row would cost a fifth of the intake.
alter sequence usage_events_seq owned by none;
-- An owner who is no superuser is bound by it, too, and copies the rows of all tenants.
alter table usage_events disable row level security;
alter table usage_events rename to usage_events_before;
alter index usage_events_to_aggregate rename to usage_events_before_to_aggregate;
alter index usage_events_by_time rename to usage_events_before_by_time;
alter index usage_events_unmatched rename to usage_events_before_unmatched;
alter table usage_events_before rename constraint usage_events_pkey to usage_events_before_pkey;
alter table usage_events_before rename constraint usage_events_operation_check to usage_events_before_operation_check;

create table usage_events (
  tenant_id uuid not null,
  id uuid not null,
  seq bigint not null default nextval('usage_events_seq'),
  xid xid8 not null default pg_current_xact_id(),
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
  reason text,
  amended boolean not null default false,
  received_at timestamptz not null,
  primary key (id)
) partition by hash (id);
create table usage_events_all partition of usage_events for values with (modulus 1, remainder 0);
alter sequence usage_events_seq owned by usage_events.seq;

insert into usage_events (tenant_id, id, seq, content_hash, transaction_id, external_customer_id, external_subscription_id, code,
  "timestamp", properties, value, unique_value, operation, reason, received_at)
select tenant_id,
  overlay(overlay(dedupe_key::text placing '8' from 15 for 1)
    placing substr('89ab', 1 + ('x' || substr(dedupe_key::text, 20, 1))::bit(4)::integer % 4, 1) from 20 for 1)::uuid,
  seq, substring(content_hash for 16), transaction_id, external_customer_id, external_subscription_id, code,
  "timestamp", properties, value, unique_value, operation, reason, received_at
from usage_events_before;
drop table usage_events_before;

create index usage_events_to_aggregate on usage_events (tenant_id, external_customer_id, code, "timestamp", seq);
create index usage_events_by_xid on usage_events (xid);
create index usage_events_by_time on usage_events (tenant_id, "timestamp" desc, id desc);
create index usage_events_unmatched on usage_events (tenant_id, received_at desc, id desc) where reason is not null;

call app.scope_to_tenant('usage_events', 'select, insert');
grant usage on sequence usage_events_seq to farthing_app;
-- Nobody but the meter reaches the partition by its own name.
grant select, insert on usage_events_all to farthing_meter;
grant usage on sequence usage_events_seq to farthing_meter;
grant usage on schema app, public to farthing_meter;
