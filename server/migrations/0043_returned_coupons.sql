-- What a credit keeps because a coupon had paid it: of each fee so far, of each line of a note, and of the note, whose total is less by it.
alter table fees add column returned_coupons_amount_cents bigint not null default 0;
alter table fees add check (returned_coupons_amount_cents between 0 and coupons_amount_cents);
alter table credit_notes add column coupons_amount_cents bigint not null default 0;
alter table credit_note_items add column coupons_amount_cents bigint not null default 0;
