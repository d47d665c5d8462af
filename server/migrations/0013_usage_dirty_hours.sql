-- The meter keeps what it rolls up for all tenants; everybody else stays within the tenant of the transaction.
create procedure app.scope_to_meter(target regclass, verbs text default 'select, insert, update, delete') language plpgsql as $$
begin
  execute format('create policy meter on %s to farthing_meter using (true) with check (true)', target);
  execute format('grant %s on %s to farthing_meter', verbs, target);
end $$;

-- Hours in whose past something changed (an event amended, a backfill closed): they are read from the events themselves until they
-- are rolled up anew. Marked in the transaction of the change, by an upsert that updates: the row lock it takes is what keeps the
-- meter from clearing a mark before the change is there to be seen.
create table usage_dirty_hours (
  tenant_id uuid not null references tenants (id),
  external_customer_id text not null,
  code text not null,
  hour timestamptz not null,
  marked_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, external_customer_id, code, hour)
);
create index usage_dirty_hours_by_age on usage_dirty_hours (marked_at);
call app.scope_to_tenant('usage_dirty_hours', 'select, insert, update');
call app.scope_to_meter('usage_dirty_hours');
