-- What the hours of one day of UTC make together, so that a month is read from 31 rows of each combination instead of 744. Columns as of
-- usage_buckets and usage_unique_values; both levels are added to in the same statement, and always say the same.
create table usage_days (
  tenant_id uuid not null,
  meter_id bigint not null,
  external_customer_id text not null,
  day timestamptz not null,
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
  primary key (tenant_id, meter_id, external_customer_id, day, external_subscription_id, dimensions_key)
) with (fillfactor = 70);

create table usage_unique_days (
  tenant_id uuid not null,
  meter_id bigint not null,
  external_customer_id text not null,
  day timestamptz not null,
  external_subscription_id text not null,
  dimensions_key bytea not null,
  value_key bytea not null,
  dimensions text[] not null,
  unique_value text,
  events bigint not null,
  unread bigint not null,
  last bigint[] not null,
  primary key (tenant_id, meter_id, external_customer_id, day, external_subscription_id, dimensions_key, value_key)
) with (fillfactor = 70);

-- An owner who is no superuser is bound by forced row-level security, too, and adds up the hours of all tenants.
alter table usage_buckets no force row level security;
alter table usage_unique_values no force row level security;
insert into usage_days
select tenant_id, meter_id, external_customer_id, date_bin('1 day', hour, 'epoch'), external_subscription_id, dimensions_key, dimensions,
  sum(events), sum(taken), sum(unread), sum(total), max(largest), sum(moment), max(last)
from usage_buckets
group by 1, 2, 3, 4, 5, 6, 7;
insert into usage_unique_days
select tenant_id, meter_id, external_customer_id, date_bin('1 day', hour, 'epoch'), external_subscription_id, dimensions_key, value_key,
  dimensions, unique_value, sum(events), sum(unread), max(last)
from usage_unique_values
group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
alter table usage_buckets force row level security;
alter table usage_unique_values force row level security;

call app.scope_to_tenant('usage_days', 'select');
call app.scope_to_meter('usage_days');
call app.scope_to_tenant('usage_unique_days', 'select');
call app.scope_to_meter('usage_unique_days');

-- As before, with the days.
create or replace function app.restart_metering() returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
  truncate public.usage_meters, public.usage_buckets, public.usage_unique_values, public.usage_days, public.usage_unique_days,
    public.usage_volumes, public.usage_dirty_hours, public.usage_ranges;
  update public.usage_progress set frontier = '0', seq = 0, cluster = home;
  return true;
end $$;
