import { event } from '../../kernel/event.ts';
import { InvoiceEmailResponse } from './mail.schemas.ts';

export const emailRequested = event({
  name: 'invoice.email_requested',
  subject: 'invoice',
  action: 'updated',
  description: 'An invoice is to be sent by e-mail.',
  data: InvoiceEmailResponse,
  webhook: false,
});

export const invoiceEmailed = event({
  name: 'invoice.emailed',
  subject: 'invoice',
  action: 'updated',
  description: 'An invoice was sent by e-mail, or a reminder of it.',
  data: InvoiceEmailResponse,
});

export const invoiceEmailFailed = event({
  name: 'invoice.email_failed',
  subject: 'invoice',
  action: 'updated',
  description: 'An e-mail with an invoice could not be sent.',
  data: InvoiceEmailResponse,
});

const ofNote = (name: string, description: string, webhook: boolean) =>
  event({ name: `credit_note.${name}`, subject: 'credit_note', action: 'updated', description, data: InvoiceEmailResponse, webhook });

export const noteEmailRequested = ofNote('email_requested', 'A credit note is to be sent by e-mail.', false);
export const noteEmailed = ofNote('emailed', 'A credit note was sent by e-mail.', true);
export const noteEmailFailed = ofNote('email_failed', 'An e-mail with a credit note could not be sent.', true);
