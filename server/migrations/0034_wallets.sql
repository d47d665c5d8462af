-- Prepaid credits. Money is whole minor units; credits are money divided by rate_amount, the minor units a credit is worth.
-- balance_cents is what may be spent: the sum of what remains of its credits; held_cents what is set aside of them. Null in a list of
-- what it applies to means: everything.
create table wallets (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  name text,
  code text,
  status text not null check (status in ('active', 'terminated')),
  currency text not null,
  rate_amount numeric not null check (rate_amount > 0),
  priority integer not null check (priority between 1 and 50),
  plan_codes text[],
  fee_types text[],
  metric_codes text[],
  expiration_at timestamptz,
  max_balance_cents bigint check (max_balance_cents > 0),
  max_single_credit_cents bigint check (max_single_credit_cents > 0),
  balance_cents bigint not null default 0 check (balance_cents >= 0),
  held_cents bigint not null default 0 check (held_cents >= 0),
  consumed_cents bigint not null default 0 check (consumed_cents >= 0),
  terminated_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create unique index wallets_code on wallets (tenant_id, customer_id, code) where code is not null;
create index wallets_by_time on wallets (tenant_id, created_at desc, id desc);
create index wallets_by_customer on wallets (tenant_id, customer_id, priority, created_at, id);
call app.scope_to_tenant('wallets', 'select, insert, update');

-- What moved credits. A purchase is pending until its invoice is paid, canceled when it is voided. amount_cents is the value of credits.
create table wallet_transactions (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  wallet_id uuid not null,
  customer_id uuid not null,
  transaction_type text not null check (transaction_type in ('inbound', 'outbound')),
  transaction_status text not null check (transaction_status in
    ('granted', 'purchased', 'invoiced', 'returned', 'voided', 'expired', 'transferred', 'captured')),
  source text not null check (source in ('manual', 'interval', 'threshold', 'invoice', 'transfer', 'hold', 'expiry', 'termination')),
  status text not null check (status in ('pending', 'settled', 'canceled')),
  amount_cents bigint not null check (amount_cents > 0),
  invoice_id uuid,
  hold_id uuid,
  other_wallet_id uuid,
  top_up_rule_id uuid,
  due_at timestamptz,
  expires_at timestamptz,
  settled_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, wallet_id) references wallets (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  foreign key (tenant_id, other_wallet_id) references wallets (tenant_id, id),
  check (status <> 'pending' or transaction_status = 'purchased')
);
-- One debit per wallet and invoice, and one return of it, whoever asks how often.
create unique index wallet_transactions_once on wallet_transactions (tenant_id, wallet_id, invoice_id, transaction_status) where invoice_id is not null;
-- A rule tops up once for each time it falls due.
create unique index wallet_transactions_rule on wallet_transactions (tenant_id, top_up_rule_id, due_at) where due_at is not null;
create index wallet_transactions_by_wallet on wallet_transactions (tenant_id, wallet_id, created_at desc, id desc);
create index wallet_transactions_by_invoice on wallet_transactions (tenant_id, invoice_id) where invoice_id is not null;
create index wallet_transactions_pending on wallet_transactions (tenant_id, wallet_id) where status = 'pending';
call app.scope_to_tenant('wallet_transactions', 'select, insert, update');

-- Credits that came at once. What was taken, as wallet_consumptions say, and what remains and is held make up what came.
create table wallet_credits (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  wallet_id uuid not null,
  transaction_id uuid not null,
  kind text not null check (kind in ('promotional', 'cash')),
  amount_cents bigint not null check (amount_cents > 0),
  remaining_cents bigint not null check (remaining_cents >= 0),
  held_cents bigint not null default 0 check (held_cents >= 0),
  expires_at timestamptz,
  granted_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, wallet_id) references wallets (tenant_id, id),
  foreign key (tenant_id, transaction_id) references wallet_transactions (tenant_id, id),
  check (remaining_cents + held_cents <= amount_cents)
);
create index wallet_credits_by_wallet on wallet_credits (tenant_id, wallet_id, created_at desc, id desc);
create index wallet_credits_left on wallet_credits (tenant_id, wallet_id) where remaining_cents > 0;
create index wallet_credits_by_transaction on wallet_credits (tenant_id, transaction_id);
call app.scope_to_tenant('wallet_credits', 'select, insert, update');

-- Which credits paid what; append-only, so what is given back is an entry of its own with a minus.
create table wallet_consumptions (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  wallet_id uuid not null,
  transaction_id uuid not null,
  credit_id uuid not null,
  invoice_id uuid,
  fee_id uuid,
  amount_cents bigint not null check (amount_cents <> 0),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, wallet_id) references wallets (tenant_id, id),
  foreign key (tenant_id, transaction_id) references wallet_transactions (tenant_id, id),
  foreign key (tenant_id, credit_id) references wallet_credits (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  foreign key (tenant_id, fee_id) references fees (tenant_id, id)
);
create index wallet_consumptions_by_wallet on wallet_consumptions (tenant_id, wallet_id, created_at desc, id desc);
create index wallet_consumptions_by_credit on wallet_consumptions (tenant_id, credit_id);
create index wallet_consumptions_by_invoice on wallet_consumptions (tenant_id, invoice_id) where invoice_id is not null;
call app.scope_to_tenant('wallet_consumptions', 'select, insert');

-- Credits that are set aside until they are captured or released, and of which credits they are.
create table wallet_holds (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  wallet_id uuid not null,
  status text not null check (status in ('pending', 'captured', 'released')),
  amount_cents bigint not null check (amount_cents > 0),
  captured_cents bigint not null default 0 check (captured_cents >= 0),
  reference text,
  expires_at timestamptz,
  closed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, wallet_id) references wallets (tenant_id, id),
  check (captured_cents <= amount_cents),
  check ((status = 'pending') = (closed_at is null))
);
create index wallet_holds_by_wallet on wallet_holds (tenant_id, wallet_id, created_at desc, id desc);
call app.scope_to_tenant('wallet_holds', 'select, insert, update');

create table wallet_hold_parts (
  tenant_id uuid not null references tenants (id),
  hold_id uuid not null,
  credit_id uuid not null,
  amount_cents bigint not null check (amount_cents > 0),
  primary key (tenant_id, hold_id, credit_id),
  foreign key (tenant_id, hold_id) references wallet_holds (tenant_id, id),
  foreign key (tenant_id, credit_id) references wallet_credits (tenant_id, id)
);
create index wallet_hold_parts_by_credit on wallet_hold_parts (tenant_id, credit_id);
call app.scope_to_tenant('wallet_hold_parts', 'select, insert');

-- The books of credits: entries of wallets name theirs, and some documents are of no invoice.
alter table ledger_postings alter column invoice_id drop not null;
alter table ledger_postings drop constraint ledger_postings_kind_check, add constraint ledger_postings_kind_check check (kind in
  ('invoice_finalized', 'invoice_voided', 'credit_note_issued', 'credit_applied', 'credit_returned', 'payment_received',
   'credits_granted', 'credits_paid', 'credits_consumed', 'credits_returned', 'credits_expired', 'credits_voided', 'credits_transferred',
   'credits_held', 'credits_released', 'credits_captured'));
alter table ledger_postings drop constraint ledger_postings_document_type_check, add constraint ledger_postings_document_type_check
  check (document_type in ('invoice', 'credit_note', 'invoice_settlement', 'payment', 'wallet_transaction', 'wallet_hold'));
alter table ledger_entries add column wallet_id uuid;
-- What a new reference is checked by reads both tables whole; an owner who is no superuser is bound by their policies otherwise.
alter table ledger_entries no force row level security;
alter table wallets no force row level security;
alter table ledger_entries add foreign key (tenant_id, wallet_id) references wallets (tenant_id, id);
alter table ledger_entries force row level security;
alter table wallets force row level security;
alter table ledger_entries drop constraint ledger_entries_account_check, add constraint ledger_entries_account_check check (account in
  ('receivable', 'cash', 'customer_credit', 'wallet_cash', 'wallet_promotional', 'wallet_held', 'wallet_pending', 'promotions',
   'revenue', 'deferred_revenue', 'tax_payable', 'discounts', 'write_off'));
alter table ledger_entries add check ((account in ('wallet_cash', 'wallet_promotional', 'wallet_held')) = (wallet_id is not null));
create index ledger_entries_by_wallet on ledger_entries (tenant_id, wallet_id, account) where wallet_id is not null;
