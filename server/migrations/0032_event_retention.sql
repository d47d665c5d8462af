-- How long events are kept; null: for ever. Those that are deleted leave what they made, by hour, and their ids, by which they are told
-- when they are sent again. docs/adr/0018-events-expire-into-sums.md
alter table organizations add column event_retention_days integer check (event_retention_days between 1 and 36500);

-- The id of an event is a hash over the tenant and the transaction_id.
create table usage_expired_ids (
  tenant_id uuid not null,
  id uuid not null,
  primary key (id)
);
call app.scope_to_tenant('usage_expired_ids', 'select');
call app.scope_to_meter('usage_expired_ids', 'select, insert');

-- What the deleted events of one hour of UTC made, under whichever aggregation: as the columns of usage_buckets and
-- usage_unique_values, valued being the events with a value. texts: of the properties by which they were, or could be, priced apart;
-- another set of properties is another row. The keys of texts and unique values are digests, as those may be long.
create table usage_expired (
  tenant_id uuid not null,
  external_customer_id text not null,
  code text not null,
  hour timestamptz not null,
  external_subscription_id text not null,
  texts_key bytea not null,
  value_key bytea not null,
  texts jsonb not null,
  unique_value text,
  events bigint not null,
  valued bigint not null,
  total numeric,
  largest numeric,
  moment numeric,
  last numeric[],
  last_change bigint[],
  primary key (tenant_id, external_customer_id, code, hour, external_subscription_id, texts_key, value_key)
);
call app.scope_to_tenant('usage_expired', 'select');
call app.scope_to_meter('usage_expired', 'select, insert, update');
grant delete on usage_events_all to farthing_meter;

-- Counted once for ever holds for deleted events, too: whatever stores one again fails at the end of its statement. By then it has
-- waited for a deletion that was under way. Without deleted events this looks at an empty table. Intake finds the rows of its one
-- statement by their transaction, because a transition table would cost it a copy of every row, deleted events or not; it treats the
-- failure as any repeat. The other doors leave such events out, and so meet it in a race only, after which they are repeated.
create function app.refuse_expired_copy() returns trigger language plpgsql as $$
begin
  if exists (select from usage_expired_ids) and exists (
    select from usage_events_all e join usage_expired_ids x on x.id = e.id where e.xid = pg_current_xact_id()
  ) then
    raise unique_violation using message = 'an event with this id was stored before, and expired';
  end if;
  return null;
end $$;
create trigger refuse_expired after insert on usage_events_all for each statement execute function app.refuse_expired_copy();

create function app.refuse_expired_insert() returns trigger language plpgsql as $$
begin
  if exists (select from usage_expired_ids) and exists (select from fresh e join usage_expired_ids x on x.id = e.id) then
    raise serialization_failure using message = 'an event with this id expired while it was stored again';
  end if;
  return null;
end $$;
create trigger refuse_expired after insert on usage_events referencing new table as fresh
  for each statement execute function app.refuse_expired_insert();

-- Which database cluster numbers the transactions: a number of one means nothing in another, as after a restore elsewhere.
create function app.cluster() returns bigint language sql stable as $$ select system_identifier from pg_catalog.pg_control_system() $$;
alter table late_usage_checks add column cluster bigint not null default app.cluster();
alter table in_advance_progress add column cluster bigint not null default app.cluster();
-- Whose events are kept for how long is asked over all tenants.
grant select (id, event_retention_days, deleted_at) on organizations to farthing_meter;
