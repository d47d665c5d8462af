-- The least that a full period of a plan costs. A commitment that was removed keeps its row: fees refer to it.
create table commitments (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  plan_id uuid not null,
  commitment_type text not null check (commitment_type = 'minimum_commitment'),
  amount_cents bigint not null check (amount_cents >= 0),
  invoice_display_name text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, plan_id) references plans (tenant_id, id)
);
create unique index commitments_one_of_plan on commitments (tenant_id, plan_id, commitment_type) where deleted_at is null;
call app.scope_to_tenant('commitments');
-- What a new reference is checked by reads both tables whole; an owner who is no superuser is bound by their policies otherwise.
alter table fees no force row level security;
alter table commitments no force row level security;
alter table fees add foreign key (tenant_id, commitment_id) references commitments (tenant_id, id);
alter table fees force row level security;
alter table commitments force row level security;
