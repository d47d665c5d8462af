import { amountCodec, currencyCodec, rateCodec } from '@farthing/core/money';
import { z } from 'zod';
import { idInput, instant, text, uuid } from '../../kernel/wire.ts';

const types = ['credit', 'refund', 'offset'] as const;
const reasons = ['duplicated_charge', 'product_unsatisfactory', 'order_change', 'order_cancellation', 'fraudulent_charge', 'other'] as const;
const refundStatuses = ['pending', 'succeeded', 'failed'] as const;

const item = z
  .object({
    fee_id: uuid,
    amount_cents: amountCodec.meta({ description: 'Of the fee, before coupons and without tax.' }),
    coupons_amount_cents: amountCodec.meta({ description: 'What coupons had paid of it, which is not given back.' }),
    taxes_amount_cents: amountCodec.meta({ description: 'Its part of the taxes of the note.' }),
  })
  .meta({ id: 'CreditNoteItem' });

const tax = z
  .object({
    tax_id: uuid.nullable(),
    tax_code: z.string(),
    tax_name: z.string(),
    tax_rate: rateCodec,
    tax_category: z.string(),
    jurisdiction: z.string(),
    base_amount_cents: amountCodec.meta({ description: 'Items less coupons; of a compound tax with the taxes before it.' }),
    amount_cents: amountCodec,
  })
  .meta({ id: 'CreditNoteTax' });

/** What a note comes to, and where it goes. */
const sums = {
  currency: z.string(),
  coupons_amount_cents: amountCodec.meta({ description: 'What coupons had paid of the items.' }),
  taxes_amount_cents: amountCodec,
  total_amount_cents: amountCodec.meta({ description: 'items − coupons + taxes = offset + credit + refund.' }),
  offset_amount_cents: amountCodec.meta({ description: 'What lowers the amount due on its own invoice.' }),
  credit_amount_cents: amountCodec.meta({ description: 'What becomes credit for invoices to come.' }),
  refund_amount_cents: amountCodec.meta({ description: 'What is paid back.' }),
  items: z.array(item),
  taxes: z.array(tax).meta({ description: 'One for each tax of the items.' }),
};

export const CreditNoteResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    number: z.string().nullable().meta({ description: 'Given when it is finalized; a draft has none but one of its own.' }),
    invoice_id: uuid,
    customer_id: uuid,
    credit_note_type: z.enum(types),
    status: z.enum(['draft', 'finalized']),
    credit_status: z.enum(['available', 'consumed', 'voided']).nullable().meta({ description: 'Null for a draft, and where all of it is paid back.' }),
    refund_status: z.enum(refundStatuses).nullable(),
    reason: z.enum(reasons),
    description: z.string().nullable(),
    ...sums,
    balance_amount_cents: amountCodec.meta({ description: 'What is left of the credit.' }),
    voided_amount_cents: amountCodec.meta({ description: 'What was left of it when it was voided.' }),
    issued_at: instant.nullable(),
    voided_at: instant.nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'CreditNoteResponse' });

const items = z
  .array(z.strictObject({ fee_id: idInput('fee'), amount_cents: amountCodec }).meta({ id: 'CreditNoteItemCreate' }))
  .min(1)
  .max(1000)
  .meta({ description: 'So much of each fee, before coupons and without tax; everything else is computed.' });

const refund = amountCodec.optional().meta({ description: 'Of a refund: how much is paid back, the rest is credit. Default: as much as money arrived for.' });

const asked = { invoice_id: idInput('inv'), credit_note_type: z.enum(types), items, refund_amount_cents: refund };

export const CreditNoteEstimateRequest = z
  .strictObject({ ...asked, credit_note_type: asked.credit_note_type.default('credit') })
  .meta({ id: 'CreditNoteEstimateRequest' });

export const CreditNoteEstimate = z
  .object({
    ...sums,
    max_refundable_amount_cents: amountCodec.meta({ description: 'Money that arrived for the invoice, less what notes gave back of it.' }),
    max_amounts: z.array(z.object({ fee_id: uuid, amount_cents: amountCodec })).meta({ description: 'What is left of each fee of the invoice to be credited.' }),
  })
  .meta({ id: 'CreditNoteEstimate' });

export const CreditNoteCreate = z
  .strictObject({
    ...asked,
    reason: z.enum(reasons),
    description: text(1, 1000).nullable().optional(),
    number: text(1, 50).optional().meta({ description: 'A number of your own. Default: the next one of the billing entity, when the note is finalized.' }),
    customer_id: idInput('cus').optional().meta({ description: 'Default: the invoice’s. Another one is refused.' }),
    currency: currencyCodec.optional().meta({ description: 'Default: the invoice’s. Another one is refused.' }),
  })
  .meta({ id: 'CreditNoteCreate' });

export const CreditNoteUpdate = z
  .strictObject({
    reason: z.enum(reasons),
    description: text(1, 1000).nullable(),
    items,
    refund_amount_cents: amountCodec.nullable(),
    refund_status: z.enum(refundStatuses).meta({ description: 'What became of the money that is paid back, once the note is finalized.' }),
  })
  .partial()
  .meta({ id: 'CreditNoteUpdate', description: 'A draft may change; of a finalized note only what became of its refund. Amounts are computed from items.' });

export const creditNoteParams = z.object({ credit_note_id: idInput('cn') });

export const creditNoteFilters = {
  customer_id: idInput('cus').optional(),
  invoice_id: idInput('inv').optional(),
  status: z.enum(['draft', 'finalized']).optional(),
  credit_note_type: z.enum(types).optional(),
  refund_status: z.enum(refundStatuses).optional(),
};
