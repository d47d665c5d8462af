-- Which invoice was sent to whom, and what became of it.
create table invoice_emails (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  invoice_id uuid not null,
  customer_id uuid not null,
  kind text not null check (kind in ('invoice', 'reminder')),
  recipient text not null,
  status text not null check (status in ('queued', 'sent', 'failed')),
  error text,
  requested_at timestamptz not null,
  sent_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  check ((status = 'sent') = (sent_at is not null))
);
create index invoice_emails_by_invoice on invoice_emails (tenant_id, invoice_id);
call app.scope_to_tenant('invoice_emails', 'select, insert, update');
