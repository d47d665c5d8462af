-- How usage was priced, once for all that was priced alike: the id is a digest of the charges.
create table priced_charges (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  charges jsonb not null,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
call app.scope_to_tenant('priced_charges', 'select, insert');

-- A stretch of a subscription's usage that was billed, and what it was priced by; without an invoice where one over nothing is not
-- made. codes are those of the metrics it billed, recurring_codes those of which earlier events count, too. recheck: what it is
-- worth is to be compared again with what it was billed.
create table billed_periods (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  subscription_id uuid not null,
  invoice_id uuid,
  usage_from timestamptz not null,
  usage_to timestamptz not null,
  full_from timestamptz not null,
  full_to timestamptz not null,
  first_day date not null,
  last_day date not null,
  period_days integer not null,
  timezone text not null,
  codes text[] not null,
  recurring_codes text[] not null,
  priced_charges_id uuid not null,
  recheck boolean not null default false,
  voided_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id) on delete cascade,
  foreign key (tenant_id, priced_charges_id) references priced_charges (tenant_id, id)
);
create unique index billed_periods_once on billed_periods (tenant_id, subscription_id, usage_from) where voided_at is null;
create index billed_periods_by_end on billed_periods (tenant_id, subscription_id, usage_to);
create index billed_periods_by_invoice on billed_periods (tenant_id, invoice_id);
create index billed_periods_to_recheck on billed_periods (tenant_id, subscription_id) where recheck;
call app.scope_to_tenant('billed_periods');

-- Up to which transaction, and when, the events of a subscription's billed periods were last looked at for late ones.
create table late_usage_checks (
  tenant_id uuid not null references tenants (id),
  subscription_id uuid not null,
  seen_xid xid8 not null,
  checked_at timestamptz not null,
  primary key (tenant_id, subscription_id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id)
);
call app.scope_to_tenant('late_usage_checks');

alter table fees drop constraint fees_kind_check;
alter table fees add constraint fees_kind_check check (kind in ('regular', 'minimum', 'late_usage'));
alter table fees add column billed_period_id uuid;
-- An owner who is no superuser is bound by row-level security when the reference is checked, and must say for which tenant: for none,
-- because the column is empty.
set local app.tenant = '00000000-0000-0000-0000-000000000000';
alter table fees add foreign key (tenant_id, billed_period_id) references billed_periods (tenant_id, id);
create index fees_by_billed_period on fees (tenant_id, billed_period_id) where billed_period_id is not null;
alter table credit_notes add column late_usage boolean not null default false;
alter table organizations add column ignore_late_usage boolean not null default false;

-- Only events that came an hour or more after their time are in it, so that the ordinary ones cost nothing.
create index usage_events_late on usage_events (tenant_id, external_customer_id, xid)
  where received_at - "timestamp" >= interval '1 hour';
