-- Credits that were bought may be given back for money: a credit note over their sale takes what is left of them, and gives it back where the
-- money could not be paid. Several notes may be on one sale.

-- An owner who is no superuser reads no rows otherwise, and so could check no reference.
alter table wallet_transactions no force row level security;
alter table credit_notes no force row level security;
alter table wallet_transactions
  add column credit_note_id uuid,
  add foreign key (tenant_id, credit_note_id) references credit_notes (tenant_id, id),
  drop constraint wallet_transactions_source_check,
  add constraint wallet_transactions_source_check check
    (source in ('manual', 'interval', 'threshold', 'invoice', 'transfer', 'hold', 'expiry', 'termination', 'repayment', 'refund')),
  add check ((source = 'refund') = (credit_note_id is not null));
alter table credit_notes force row level security;
alter table wallet_transactions force row level security;

drop index wallet_transactions_once;
create unique index wallet_transactions_once on wallet_transactions (tenant_id, wallet_id, invoice_id, transaction_status) where invoice_id is not null and credit_note_id is null;
create unique index wallet_transactions_by_note on wallet_transactions (tenant_id, credit_note_id, transaction_status) where credit_note_id is not null;
