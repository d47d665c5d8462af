-- An add-on in some quantity that a plan asks for with every period. One that was removed keeps its row: fees refer to it.
create table fixed_charges (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  plan_id uuid not null,
  add_on_id uuid not null,
  position integer not null,
  units numeric not null check (units >= 0),
  charge_model text not null check (charge_model in ('standard', 'graduated', 'volume')),
  properties jsonb not null,
  pay_in_advance boolean not null,
  prorated boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, plan_id) references plans (tenant_id, id),
  foreign key (tenant_id, add_on_id) references add_ons (tenant_id, id)
);
create unique index fixed_charges_add_on on fixed_charges (tenant_id, plan_id, add_on_id) where deleted_at is null;
create index fixed_charges_by_add_on on fixed_charges (tenant_id, add_on_id) where deleted_at is null;
call app.scope_to_tenant('fixed_charges');

-- Whether the plan has live fixed charges that are paid ahead, and in arrears: whatever reads a plan's terms knows it from its row.
alter table plans
  add column has_fixed_advance boolean not null default false,
  add column has_fixed_arrears boolean not null default false;

-- What a new reference is checked by reads both tables whole; an owner who is no superuser is bound by their policies otherwise.
alter table fees no force row level security;
alter table fixed_charges no force row level security;
alter table fees
  add column fixed_charge_id uuid,
  add foreign key (tenant_id, fixed_charge_id) references fixed_charges (tenant_id, id),
  drop constraint fees_fee_type_check,
  add constraint fees_fee_type_check check (fee_type in ('charge', 'subscription', 'fixed_charge', 'add_on', 'credit', 'commitment')),
  add constraint fees_fixed_charge_check check ((fixed_charge_id is not null) = (fee_type = 'fixed_charge'));
alter table fees force row level security;
alter table fixed_charges force row level security;
