-- cancels_at: when a canceled subscription ends; cancel_action: what ends with it, where the cancellation said so.
alter table subscriptions add column cancels_at timestamptz, add column cancel_action text
  check (cancel_action in ('generate_invoice', 'generate_credit_note', 'skip'));

-- from_day: the first local day that is not billed; until_day: the day of the resumption, billed again. Days, so that a change of zone
-- moves none of them.
create table subscription_pauses (
  tenant_id uuid not null references tenants (id),
  subscription_id uuid not null,
  turn integer not null check (turn > 0),
  paused_at timestamptz not null,
  from_day date not null,
  resumed_at timestamptz,
  until_day date,
  primary key (tenant_id, subscription_id, turn),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  check ((resumed_at is null) = (until_day is null))
);
create unique index subscription_pauses_open on subscription_pauses (tenant_id, subscription_id) where resumed_at is null;
call app.scope_to_tenant('subscription_pauses', 'select, insert, update');

-- billing_turn: which of several resumptions, so that two at one instant of a standing clock are two.
alter table invoices add column billing_turn integer not null default 0, drop constraint invoices_billing_kind_check,
  add constraint invoices_billing_kind_check check (billing_kind in ('start', 'trial_end', 'periodic', 'pause', 'resumption', 'termination'));
drop index invoices_once;
create unique index invoices_once on invoices (tenant_id, subscription_id, billing_kind, billing_at, billing_turn) where status <> 'voided';
