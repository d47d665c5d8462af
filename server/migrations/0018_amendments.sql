-- Corrections of usage. A stored event keeps its row for ever; the one thing that is ever written to it is that an amendment took its
-- place. root_id is the first event of a chain of amendments, number the place in it.
create table usage_amendments (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  root_id uuid not null,
  number integer not null,
  event_id uuid not null,
  kind text not null check (kind in ('replace', 'cancel')),
  replacement_id uuid,
  reason text,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, event_id),
  unique (tenant_id, root_id, number),
  check ((kind = 'replace') = (replacement_id is not null))
);
create unique index usage_amendments_by_replacement on usage_amendments (tenant_id, replacement_id) where replacement_id is not null;
call app.scope_to_tenant('usage_amendments', 'select, insert');
grant update (amended) on usage_events to farthing_app;

-- Usage that a finalized invoice bills: its events are not amended any more. Voiding the invoice takes the row away.
create table usage_finalized (
  tenant_id uuid not null references tenants (id),
  invoice_id uuid not null,
  external_customer_id text not null,
  external_subscription_id text not null,
  codes text[] not null,
  period_start timestamptz not null,
  period_end timestamptz not null,
  primary key (tenant_id, invoice_id)
);
create index usage_finalized_by_customer on usage_finalized (tenant_id, external_customer_id, period_end);
call app.scope_to_tenant('usage_finalized');
