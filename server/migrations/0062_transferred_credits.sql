-- Credits that were moved from another wallet say of which credits they were a part, and as what they first came to the customer. What moved
-- before this did not say so.

-- An owner who is no superuser reads no rows otherwise, and so could check no reference.
alter table wallet_credits no force row level security;
alter table wallet_credits
  add column transferred_from_id uuid,
  add column origin_id uuid,
  add foreign key (tenant_id, transferred_from_id) references wallet_credits (tenant_id, id),
  add foreign key (tenant_id, origin_id) references wallet_credits (tenant_id, id),
  add check ((transferred_from_id is null) = (origin_id is null));
alter table wallet_credits force row level security;

create index wallet_credits_by_source on wallet_credits (tenant_id, transferred_from_id) where transferred_from_id is not null;
