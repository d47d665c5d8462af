import { event } from '../../kernel/event.ts';
import { AppliedAddOnResponse } from './appliedAddOns.schemas.ts';
import { CreditNoteResponse } from './creditNotes.schemas.ts';
import { FeeResponse, InvoiceResponse } from './invoicing.schemas.ts';
import { UsageThresholdCrossing } from './progressive.schemas.ts';

const of = (name: string, action: 'created' | 'updated' | 'deleted' | 'status_changed', description: string) =>
  event({ name: `invoice.${name}`, subject: 'invoice', action, description, data: InvoiceResponse });

export const invoiceCreated = of('created', 'created', 'An invoice was drafted.');
export const invoiceUpdated = of('updated', 'updated', 'A draft changed.');
export const invoiceDeleted = of('deleted', 'deleted', 'A draft was deleted.');
export const invoiceFinalized = of('finalized', 'status_changed', 'An invoice was finalized and got its number.');
export const invoicePaid = of('paid', 'status_changed', 'Nothing is due on an invoice any more.');
export const invoiceVoided = of('voided', 'status_changed', 'An invoice was voided.');

export const invoiceOverdue = of('overdue', 'status_changed', 'An invoice was not paid by its due date.');
export const invoiceWrittenOff = of('written_off', 'status_changed', 'What was due on an invoice was given up.');
export const invoiceWriteOffReversed = of('write_off_reversed', 'status_changed', 'What was given up on an invoice is due again.');
export const invoiceRegenerated = of('regenerated', 'updated', 'A voided invoice was issued again, as another one that it names.');

export const feeUpdated = event({
  name: 'fee.updated',
  subject: 'fee',
  action: 'updated',
  description: 'The wording of a fee on a draft changed.',
  data: FeeResponse,
  webhook: false,
});

export const usageThresholdCrossed = event({
  name: 'usage_threshold.crossed',
  subject: 'usage_threshold_crossing',
  action: 'created',
  description: 'The usage of a period reached a threshold.',
  data: UsageThresholdCrossing,
});

const ofNote = (name: string, action: 'created' | 'updated' | 'status_changed', description: string) =>
  event({ name: `credit_note.${name}`, subject: 'credit_note', action, description, data: CreditNoteResponse });

export const creditNoteCreated = ofNote('created', 'created', 'A credit note was drafted, or is about to be finalized.');
export const creditNoteUpdated = ofNote('updated', 'updated', 'A draft of a credit note changed, or its refund is tried again.');
export const creditNoteFinalized = ofNote('finalized', 'status_changed', 'A credit note was finalized: it gives back what it says.');
export const creditNoteVoided = ofNote('voided', 'status_changed', 'What was left of a credit note was voided.');
export const creditNoteRefunded = ofNote('refund.succeeded', 'status_changed', 'The money of a credit note was paid back.');
export const creditNoteRefundFailed = ofNote('refund.failed', 'status_changed', 'The money of a credit note could not be paid back.');

export const addOnApplied = event({
  name: 'add_on.applied',
  subject: 'applied_add_on',
  action: 'created',
  description: 'An add-on was sold to a customer.',
  data: AppliedAddOnResponse,
});
