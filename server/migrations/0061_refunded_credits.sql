-- Credits that were bought may be given back for money: a credit note over their sale takes what is left of them, and gives it back where the
-- money could not be paid. Several notes may be on one sale.
alter table wallet_transactions
  add column credit_note_id uuid,
  add foreign key (tenant_id, credit_note_id) references credit_notes (tenant_id, id),
  drop constraint wallet_transactions_source_check,
  add constraint wallet_transactions_source_check check
    (source in ('manual', 'interval', 'threshold', 'invoice', 'transfer', 'hold', 'expiry', 'termination', 'repayment', 'refund')),
  add check ((source = 'refund') = (credit_note_id is not null));
drop index wallet_transactions_once;
create unique index wallet_transactions_once on wallet_transactions (tenant_id, wallet_id, invoice_id, transaction_status) where invoice_id is not null and credit_note_id is null;
create unique index wallet_transactions_by_note on wallet_transactions (tenant_id, credit_note_id, transaction_status) where credit_note_id is not null;
