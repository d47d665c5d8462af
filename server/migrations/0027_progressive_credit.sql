-- What invoices made within a period billed of a fee before: its part of the invoice's progressive credit.
alter table fees drop constraint fees_kind_check;
alter table fees add constraint fees_kind_check check (kind in ('regular', 'minimum', 'late_usage', 'in_advance', 'progressive'));
alter table fees add column progressive_billing_credit_amount_cents bigint not null default 0;
alter table fees add constraint fees_progressive_check check (progressive_billing_credit_amount_cents between 0 and greatest(amount_cents, 0));
