-- Units of a fixed charge that one subscription has instead of its plan's, by the add-on, so that they outlive a change of plan.
-- start: what it started with. now: from from_day on, settled at once. period_end: from from_day on, which opens a period.
-- turn: which one of the subscription's, over all its add-ons.
create table fixed_charge_units (
  tenant_id uuid not null references tenants (id),
  subscription_id uuid not null,
  add_on_id uuid not null,
  turn integer not null check (turn > 0),
  units numeric not null check (units >= 0),
  timing text not null check (timing in ('start', 'now', 'period_end')),
  asked_at timestamptz not null,
  from_day date,
  primary key (tenant_id, subscription_id, turn),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, add_on_id) references add_ons (tenant_id, id),
  check ((timing = 'start') = (from_day is null))
);
call app.scope_to_tenant('fixed_charge_units');

alter table invoices drop constraint invoices_billing_kind_check, add constraint invoices_billing_kind_check
  check (billing_kind in ('start', 'trial_end', 'periodic', 'plan_change', 'units_change', 'pause', 'resumption', 'termination', 'interim'));
