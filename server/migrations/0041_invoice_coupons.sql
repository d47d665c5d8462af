-- What an invoice took of each coupon, as its document shows it: the name of then, and why it is so much. A draft's are written anew.
create table invoice_coupons (
  tenant_id uuid not null references tenants (id),
  invoice_id uuid not null,
  position integer not null,
  applied_coupon_id uuid not null,
  coupon_code text not null,
  coupon_name text not null,
  amount_cents bigint not null check (amount_cents > 0),
  explain jsonb not null,
  primary key (tenant_id, invoice_id, position),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id) on delete cascade,
  foreign key (tenant_id, applied_coupon_id) references applied_coupons (tenant_id, id)
);
call app.scope_to_tenant('invoice_coupons');
-- By which coupons that are limited to plans know a fee that is posted again.
alter table fees add column plan_code text;
