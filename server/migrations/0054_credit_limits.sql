-- What customers who pay afterwards may take of a wallet beyond what is there. What they took came as credits, which are marked, and is owed:
-- drawn_cents. balance_cents stays the sum of what remains of the credits, so that what is left in all is balance_cents - drawn_cents.
alter table wallets
  add column credit_limit_cents bigint check (credit_limit_cents >= 0),
  add column drawn_cents bigint not null default 0 check (drawn_cents >= 0),
  add column is_over_limit boolean not null default false;
create index wallets_drawn on wallets (tenant_id, customer_id) where drawn_cents > 0;
alter table wallet_credits add column is_drawn boolean not null default false, add check (not is_drawn or (kind = 'cash' and expires_at is null));
create index wallet_credits_drawn on wallet_credits (tenant_id, wallet_id) where is_drawn;
alter table wallet_transactions drop constraint wallet_transactions_transaction_status_check, add constraint wallet_transactions_transaction_status_check
  check (transaction_status in ('granted', 'purchased', 'invoiced', 'returned', 'voided', 'expired', 'transferred', 'captured', 'drawn', 'repaid'));
alter table wallet_transactions drop constraint wallet_transactions_source_check, add constraint wallet_transactions_source_check
  check (source in ('manual', 'interval', 'threshold', 'invoice', 'transfer', 'hold', 'expiry', 'termination', 'repayment'));
alter table ledger_postings drop constraint ledger_postings_kind_check, add constraint ledger_postings_kind_check check (kind in
  ('invoice_finalized', 'invoice_voided', 'credit_note_issued', 'credit_applied', 'credit_returned', 'payment_received',
   'credits_granted', 'credits_paid', 'credits_not_sold', 'credits_consumed', 'credits_returned', 'credits_expired', 'credits_voided',
   'credits_transferred', 'credits_held', 'credits_released', 'credits_captured', 'credits_drawn', 'credits_repaid', 'written_off', 'write_off_reversed'));
alter table ledger_entries drop constraint ledger_entries_account_check, add constraint ledger_entries_account_check check (account in
  ('receivable', 'cash', 'customer_credit', 'wallet_cash', 'wallet_promotional', 'wallet_held', 'wallet_pending', 'wallet_drawn', 'promotions',
   'revenue', 'deferred_revenue', 'tax_payable', 'discounts', 'write_off'));
alter table ledger_entries drop constraint ledger_entries_check3,
  add check ((account in ('wallet_cash', 'wallet_promotional', 'wallet_held', 'wallet_drawn')) = (wallet_id is not null));
