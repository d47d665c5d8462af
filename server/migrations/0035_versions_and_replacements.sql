-- What a voided invoice was issued again as, and of which one an invoice is the replacement. A replacement takes over the events that
-- single fees are for: the fees of the voided one stay, and no longer stand for them.
set local app.tenant = '00000000-0000-0000-0000-000000000000';
alter table invoices
  add column replaces_invoice_id uuid,
  add column replaced_by_invoice_id uuid,
  add foreign key (tenant_id, replaces_invoice_id) references invoices (tenant_id, id),
  add foreign key (tenant_id, replaced_by_invoice_id) references invoices (tenant_id, id);
create unique index invoices_replaced_once on invoices (tenant_id, replaces_invoice_id);
alter table fees add column replaced boolean not null default false;
drop index fees_event_once;
create unique index fees_event_once on fees (tenant_id, subscription_id, charge_id, event_id) where event_id is not null and not replaced;

-- The lines and sums of a draft before it was computed again, as its differences are told by.
create table invoice_versions (
  tenant_id uuid not null references tenants (id),
  invoice_id uuid not null,
  version integer not null,
  content jsonb not null,
  created_at timestamptz not null,
  primary key (tenant_id, invoice_id, version),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id) on delete cascade
);
call app.scope_to_tenant('invoice_versions');
