-- Credits that were sold and not paid, once what is due on their invoice is written off.
alter table ledger_postings drop constraint ledger_postings_kind_check, add constraint ledger_postings_kind_check check (kind in
  ('invoice_finalized', 'invoice_voided', 'credit_note_issued', 'credit_applied', 'credit_returned', 'payment_received',
   'credits_granted', 'credits_paid', 'credits_not_sold', 'credits_consumed', 'credits_returned', 'credits_expired', 'credits_voided',
   'credits_transferred', 'credits_held', 'credits_released', 'credits_captured', 'written_off', 'write_off_reversed'));
