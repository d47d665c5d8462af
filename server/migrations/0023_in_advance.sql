-- A fee for a single event of a charge that is paid in advance. A charge bills an event once for ever, whatever becomes of the fee.
alter table fees drop constraint fees_kind_check;
alter table fees add constraint fees_kind_check check (kind in ('regular', 'minimum', 'late_usage', 'in_advance'));
alter table fees add column event_id uuid;
alter table fees add constraint fees_event_check check ((kind = 'in_advance') = (event_id is not null));
create unique index fees_event_once on fees (tenant_id, subscription_id, charge_id, event_id) where event_id is not null;
create index fees_in_advance on fees (tenant_id, subscription_id, from_datetime) where event_id is not null;

-- Up to which transaction the events of a tenant were followed for charges that are paid in advance.
create table in_advance_progress (
  tenant_id uuid not null references tenants (id),
  seen_xid xid8 not null,
  primary key (tenant_id)
);
call app.scope_to_tenant('in_advance_progress');
