-- A subscription's time on one plan is a phase. The row has the present one; those that are over are in subscription_phases.
-- opened_at, opened_day: where the present phase's usage and its price begin; null in the first.
-- anchor_day: the anchor of the periods, once a change has fixed it.
-- own_trial, own_payment_time: whether trial and pay_in_advance are the subscription's own, or its plan's and change with it.
-- pending_*: the change agreed on for the end of the open period, and the local day on which it comes.
-- What a new reference is checked by reads both tables whole; an owner who is no superuser is bound by their policies otherwise.
alter table subscriptions no force row level security;
alter table plans no force row level security;
alter table subscriptions
  add column phase integer not null default 0,
  add column opened_at timestamptz,
  add column opened_day date,
  add column anchor_day date,
  add column own_trial boolean not null default true,
  add column own_payment_time boolean not null default true,
  add column pending_plan_id uuid,
  add column pending_day date,
  add foreign key (tenant_id, pending_plan_id) references plans (tenant_id, id),
  add check ((pending_plan_id is null) = (pending_day is null)),
  add check ((opened_at is null) = (opened_day is null));

alter table subscriptions force row level security;
alter table plans force row level security;

create table subscription_phases (
  tenant_id uuid not null references tenants (id),
  subscription_id uuid not null,
  phase integer not null check (phase >= 0),
  plan_id uuid not null,
  pay_in_advance boolean not null,
  trial_ends_at timestamptz,
  subscription_at timestamptz,
  anchor_day date,
  opened_at timestamptz,
  opened_day date,
  closed_at timestamptz not null,
  closed_day date not null,
  proration text not null check (proration in ('day', 'none', 'full_price', 'difference')),
  primary key (tenant_id, subscription_id, phase),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, plan_id) references plans (tenant_id, id)
);
call app.scope_to_tenant('subscription_phases', 'select, insert');

-- billing_phase: the phase whose usage the invoice bills, so that a draft is computed again by the plan of its time.
alter table invoices add column billing_phase integer not null default 0, drop constraint invoices_billing_kind_check,
  add constraint invoices_billing_kind_check
    check (billing_kind in ('start', 'trial_end', 'periodic', 'plan_change', 'pause', 'resumption', 'termination'));
