import { amountCodec } from '@farthing/core/money';
import { z } from 'zod';
import { idInput, instant, uuid } from '../../kernel/wire.ts';

export const CreditNoteResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    number: z.string(),
    invoice_id: uuid,
    customer_id: uuid,
    credit_note_type: z.enum(['credit', 'refund', 'offset']),
    status: z.enum(['draft', 'finalized']),
    credit_status: z.enum(['available', 'consumed', 'voided']).nullable(),
    refund_status: z.enum(['pending', 'succeeded', 'failed']).nullable(),
    reason: z.enum(['duplicated_charge', 'product_unsatisfactory', 'order_change', 'order_cancellation', 'fraudulent_charge', 'other']),
    description: z.string().nullable(),
    credit_amount_cents: amountCodec.meta({ description: 'What became credit for invoices to come.' }),
    refund_amount_cents: amountCodec,
    balance_amount_cents: amountCodec.meta({ description: 'What is left of the credit.' }),
    total_amount_cents: amountCodec.meta({ description: 'The items less what coupons had paid of them.' }),
    coupons_amount_cents: amountCodec,
    taxes_amount_cents: amountCodec,
    currency: z.string(),
    items: z.array(z.object({ fee_id: uuid, amount_cents: amountCodec, coupons_amount_cents: amountCodec })),
    issued_at: instant.nullable(),
    voided_at: instant.nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'CreditNoteResponse' });

export const creditNoteParams = z.object({ credit_note_id: idInput('cn') });

export const creditNoteFilters = {
  customer_id: idInput('cus').optional(),
  invoice_id: idInput('inv').optional(),
  status: z.enum(['draft', 'finalized']).optional(),
};
