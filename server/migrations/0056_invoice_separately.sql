-- One that is never on one invoice with others of its customer.
alter table subscriptions add column invoice_separately boolean not null default false;
