-- What a fee is for beside its type: the price itself, or what is missing to the least amount of its charge.
alter table fees add column kind text not null default 'regular' check (kind in ('regular', 'minimum'));
