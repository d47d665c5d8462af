-- billed_through_*: where the last billed usage period closed (instant and the local day that began there), so that the next
-- opens there whatever changed meanwhile.
-- start_zone: the customer's zone when it started, in which the dates of its start, anchor and trial's end stay.
-- done_through_at: the boundary, or the start, up to which what fell due has been done; null until it starts. What is next follows
-- from it and the terms, so a timer that fires early, late or twice can neither lose a boundary nor bill one again.
create table subscriptions (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  external_id text not null,
  customer_id uuid not null,
  plan_id uuid not null,
  status text not null check (status in ('pending', 'active', 'paused', 'canceled', 'terminated')),
  billing_time text not null check (billing_time in ('calendar', 'anniversary')),
  pay_in_advance boolean not null,
  trial_period_days integer not null check (trial_period_days >= 0),
  trial_ends_at timestamptz,
  trial_ended_at timestamptz,
  subscription_at timestamptz,
  started_at timestamptz,
  start_zone text,
  ending_at timestamptz,
  canceled_at timestamptz,
  terminated_at timestamptz,
  paused_at timestamptz,
  resumed_at timestamptz,
  on_termination_action text not null
    check (on_termination_action in ('generate_invoice', 'generate_credit_note', 'skip')),
  previous_plan_id uuid,
  downgraded_at timestamptz,
  billed_through_at timestamptz,
  billed_through_day date,
  done_through_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, plan_id) references plans (tenant_id, id),
  foreign key (tenant_id, previous_plan_id) references plans (tenant_id, id)
);
create unique index subscriptions_external_id on subscriptions (tenant_id, external_id);
create index subscriptions_by_time on subscriptions (tenant_id, created_at desc, id desc);
create index subscriptions_by_customer on subscriptions (tenant_id, customer_id, status);
create index subscriptions_by_plan on subscriptions (tenant_id, plan_id);
call app.scope_to_tenant('subscriptions');
