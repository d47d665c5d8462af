-- A meter is one way of rolling up the events of a code: an aggregation and the properties by which charges price apart. Another set of
-- properties is another meter, built beside the one that is read. base_* say what was rolled up when it began to follow: the builder
-- adds those events, the ranges that complete later everything else. Customers up to built_customer are built, that one up to built_hour.
create table usage_meters (
  tenant_id uuid not null references tenants (id),
  id bigint not null generated always as identity,
  code text not null,
  aggregation_type text not null
    check (aggregation_type in ('count', 'sum', 'max', 'unique_count', 'weighted_sum', 'latest', 'custom')),
  dimensions text[] not null,
  state text not null default 'building' check (state in ('building', 'ready', 'retired')),
  base_frontier xid8,
  base_pending_from xid8[] not null default '{}',
  base_pending_to xid8[] not null default '{}',
  built_customer text,
  built_hour timestamptz,
  built_events bigint not null default 0,
  checked_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create index usage_meters_by_code on usage_meters (tenant_id, code);
create index usage_meters_unfinished on usage_meters (id) where state <> 'ready';
call app.scope_to_tenant('usage_meters', 'select, insert, update');
call app.scope_to_meter('usage_meters');

-- What the events of one hour of UTC make, for one customer, subscription reference ('' without one) and combination of texts. The key
-- of the texts is a digest, because texts may be longer than an index entry. events: all of them; taken: those that have what the
-- aggregation reads; unread: those that came before their metric. Of the last four the aggregation uses one or two.
create table usage_buckets (
  tenant_id uuid not null,
  meter_id bigint not null,
  external_customer_id text not null,
  hour timestamptz not null,
  external_subscription_id text not null,
  dimensions_key bytea not null,
  dimensions text[] not null,
  events bigint not null,
  taken bigint not null,
  unread bigint not null,
  total numeric,
  largest numeric,
  moment numeric,
  last numeric[],
  primary key (tenant_id, meter_id, external_customer_id, hour, external_subscription_id, dimensions_key)
) with (fillfactor = 70);
call app.scope_to_tenant('usage_buckets', 'select');
call app.scope_to_meter('usage_buckets');

-- The same for unique_count: per value the last event about it (microseconds, seq, 1 where it was added). The row without a value
-- counts the events that have none.
create table usage_unique_values (
  tenant_id uuid not null,
  meter_id bigint not null,
  external_customer_id text not null,
  hour timestamptz not null,
  external_subscription_id text not null,
  dimensions_key bytea not null,
  value_key bytea not null,
  dimensions text[] not null,
  unique_value text,
  events bigint not null,
  unread bigint not null,
  last bigint[] not null,
  primary key (tenant_id, meter_id, external_customer_id, hour, external_subscription_id, dimensions_key, value_key)
) with (fillfactor = 70);
call app.scope_to_tenant('usage_unique_values', 'select');
call app.scope_to_meter('usage_unique_values');

-- How many events are dated in an hour of UTC, whatever counts them.
create table usage_volumes (
  tenant_id uuid not null,
  hour timestamptz not null,
  events bigint not null,
  primary key (tenant_id, hour)
) with (fillfactor = 70);
call app.scope_to_tenant('usage_volumes', 'select');
call app.scope_to_meter('usage_volumes');

-- How far the commit order has been followed: events of transactions before the frontier are rolled up, except those of the ranges that
-- are still under way. Transaction numbers mean something only within the database cluster that gave them, which is named beside them.
create table usage_progress (
  one boolean primary key default true check (one),
  frontier xid8 not null,
  seq bigint not null,
  cluster bigint not null
);
insert into usage_progress (frontier, seq, cluster) select '0', 0, system_identifier from pg_control_system();
grant select on usage_progress to farthing_app;
grant select, update on usage_progress to farthing_meter;

-- Ranges of transactions that a worker has claimed. An expired lease is taken over with the next fence; who comes back with an older one
-- finds its range gone.
create table usage_ranges (
  id bigint primary key generated always as identity,
  from_xid xid8 not null,
  to_xid xid8 not null,
  events bigint not null,
  worker text not null,
  fence bigint not null default 1,
  leased_until timestamptz not null
);
grant select on usage_ranges to farthing_app;
grant select, insert, update, delete on usage_ranges to farthing_meter;
grant select on usage_events_seq to farthing_app, farthing_meter;

-- The texts of several properties, in their order.
create function app.property_texts(properties jsonb, keys text[]) returns text[] language plpgsql immutable parallel safe as $$
declare
  texts text[] := '{}';
  key text;
begin
  foreach key in array keys loop
    texts := texts || app.property_text(properties -> key);
  end loop;
  return texts;
end $$;

-- A key of 16 bytes for texts of any length; empty for no texts.
create function app.texts_key(texts text[]) returns bytea language sql stable parallel safe as $$
  select case when texts = '{}' then '\x'::bytea else substring(sha256(convert_to(texts::text, 'UTF8')) for 16) end
$$;

-- The events of the tenant that are not rolled up yet, of one customer and code or (null) of all: found by their place in the order of
-- commits alone, because any other index would lead through months of events that are rolled up. Row-level security would offer such an
-- index to the planner, so this runs as the owner and asks for the tenant itself; the case hides the other conditions likewise. STABLE:
-- it sees what the statement sees that calls it.
create function app.usage_tail(customer text, metric text) returns setof usage_events
language plpgsql stable security definer rows 100
set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  owner constant uuid := app.tenant();
  followed xid8;
  earliest xid8;
begin
  select frontier into strict followed from public.usage_progress;
  select least(followed, min(from_xid)) into earliest from public.usage_ranges;
  return query
    select e.* from public.usage_events_all e
    where e.xid >= earliest
      and case when e.tenant_id = owner and (customer is null or (e.external_customer_id = customer and e.code = metric)) then true else false end
      and (e.xid >= followed or exists (select from public.usage_ranges r where e.xid >= r.from_xid and e.xid < r.to_xid));
end $$;
revoke all on function app.usage_tail from public;
grant execute on function app.usage_tail to farthing_app;

-- Where the database was restored into another cluster, transactions are numbered anew, and those to come could lie before the frontier
-- and never be followed. Then everything begins anew: nothing is rolled up, all of it is followed again, and meanwhile usage is read
-- from the events. Numbers that this cluster has not given yet become old ones, in the order of arrival and a few to a transaction.
create function app.restart_metering() returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  home bigint;
  progress record;
begin
  select system_identifier into home from pg_control_system();
  select * into strict progress from public.usage_progress for update;
  if progress.cluster = home and progress.frontier <= pg_snapshot_xmax(pg_current_snapshot()) then
    return false;
  end if;
  lock table public.usage_events_all in share row exclusive mode;
  update public.usage_events_all
  set xid = least(pg_current_xact_id()::text::numeric, 3 + seq / 20000)::text::xid8
  where xid >= pg_current_xact_id();
  truncate public.usage_meters, public.usage_buckets, public.usage_unique_values, public.usage_volumes, public.usage_dirty_hours, public.usage_ranges;
  update public.usage_progress set frontier = '0', seq = 0, cluster = home;
  return true;
end $$;
revoke all on function app.restart_metering from public;
grant execute on function app.restart_metering to farthing_meter;
grant select on tenants to farthing_meter;
