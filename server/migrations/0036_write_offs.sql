-- What nobody will pay any more: an entry among the settlements of its invoice, and one in the books. It may be taken back.
alter table invoices add column written_off_amount_cents bigint not null default 0 check (written_off_amount_cents >= 0), add column written_off_at timestamptz;
alter table invoices drop constraint invoices_check1, add constraint invoices_due_check
  check (amount_due_cents = total_cents - credit_notes_amount_cents - prepaid_credit_amount_cents - amount_paid_cents - written_off_amount_cents);
alter table invoices add constraint invoices_written_off_check check ((written_off_at is null) = (written_off_amount_cents = 0));
alter table invoice_settlements drop constraint invoice_settlements_settlement_type_check, add constraint invoice_settlements_settlement_type_check
  check (settlement_type in ('payment', 'credit_note', 'wallet_credit', 'write_off'));
alter table ledger_postings drop constraint ledger_postings_kind_check, add constraint ledger_postings_kind_check
  check (kind in ('invoice_finalized', 'invoice_voided', 'credit_note_issued', 'credit_applied', 'credit_returned', 'payment_received',
    'credits_granted', 'credits_paid', 'credits_consumed', 'credits_returned', 'credits_expired', 'credits_voided', 'credits_transferred',
    'credits_held', 'credits_released', 'credits_captured', 'written_off', 'write_off_reversed'));
create index invoices_by_due_date on invoices (tenant_id, due_date) where status = 'finalized' and amount_due_cents > 0;
