-- What is left of a wallet once all that is not billed yet is counted: its balance less ongoing_usage_cents, as of ongoing_at; in between
-- it moves with the balance. is_depleted: whether nothing was left when that was last looked at.
alter table wallets
  add column ongoing_usage_cents bigint not null default 0,
  add column ongoing_balance_cents bigint not null default 0,
  add column ongoing_at timestamptz,
  add column is_depleted boolean not null default true;
alter table wallets no force row level security;
update wallets set ongoing_balance_cents = balance_cents, is_depleted = balance_cents = 0;
alter table wallets force row level security;
create index wallets_active on wallets (tenant_id, customer_id) where status = 'active';

-- Top-ups that come by themselves. is_armed: whether what was left has stood at the threshold since the rule last topped up.
create table wallet_top_up_rules (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  wallet_id uuid not null,
  position integer not null,
  trigger text not null check (trigger in ('interval', 'threshold')),
  interval text check (interval in ('weekly', 'monthly', 'quarterly', 'yearly')),
  started_at timestamptz,
  threshold_cents bigint check (threshold_cents >= 0),
  method text not null check (method in ('fixed', 'target')),
  amount_cents bigint check (amount_cents > 0),
  target_cents bigint check (target_cents > 0),
  least_cents bigint check (least_cents > 0),
  most_cents bigint check (most_cents > 0),
  type text not null check (type in ('granted', 'purchased')),
  is_armed boolean not null default true,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, wallet_id) references wallets (tenant_id, id),
  check ((trigger = 'interval') = (interval is not null and started_at is not null)),
  check ((trigger = 'threshold') = (threshold_cents is not null)),
  check ((method = 'fixed') = (amount_cents is not null)),
  check ((method = 'target') = (target_cents is not null))
);
create index wallet_top_up_rules_by_wallet on wallet_top_up_rules (tenant_id, wallet_id, position);
call app.scope_to_tenant('wallet_top_up_rules');
