import { z } from 'zod';
import { idInput, instant, uuid } from '../../kernel/wire.ts';

export const mailParams = z.object({ invoice_id: idInput('inv') });
export const noteMailParams = z.object({ credit_note_id: idInput('cn') });

export const SendEmailResponse = z
  .object({ sent: z.boolean().meta({ description: 'Whether it is on its way; `invoice.emailed` or `invoice.email_failed` tells what became of it.' }) })
  .meta({ id: 'SendEmailResponse' });

export const SendReminderResponse = z.object({ sent: z.boolean(), invoice_id: uuid }).meta({ id: 'SendReminderResponse' });

export const InvoiceEmailResponse = z
  .object({
    email_id: uuid,
    invoice_id: uuid,
    customer_id: uuid,
    credit_note_id: uuid.nullable(),
    kind: z.enum(['invoice', 'reminder', 'credit_note']),
    recipient: z.string(),
    status: z.enum(['queued', 'sent', 'failed']),
    error: z.string().nullable().meta({ description: 'Why it failed for good.' }),
    requested_at: instant,
    sent_at: instant.nullable(),
  })
  .meta({ id: 'InvoiceEmailResponse' });
