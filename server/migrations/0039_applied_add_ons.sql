-- The add-on that a fee is for. What a new reference is checked by reads both tables whole; an owner who is no superuser is bound by
-- their policies otherwise.
alter table fees no force row level security;
alter table add_ons no force row level security;
alter table fees add column add_on_id uuid, add foreign key (tenant_id, add_on_id) references add_ons (tenant_id, id);
alter table fees force row level security;
alter table add_ons force row level security;
