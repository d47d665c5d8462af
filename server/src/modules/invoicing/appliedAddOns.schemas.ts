import { Amount, amountCodec, currencyCodec } from '@farthing/core/money';
import { z } from 'zod';
import { instant, uuid } from '../../kernel/wire.ts';

export const ApplyAddOnRequest = z
  .strictObject({
    add_on_code: z.string().min(1).max(300).meta({ description: 'A code, id or prefixed id.' }),
    customer_id: z.string().min(1).max(255).meta({ description: 'An id, prefixed id or external_id.' }),
    amount_cents: amountCodec
      .refine((value) => !Amount.isNegative(value), 'Must not be negative.')
      .optional()
      .meta({ override: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'In place of the add-on’s own price.' } }),
    amount_currency: currencyCodec.optional().meta({ description: 'Of amount_cents; the add-on’s unless given. The customer must be billed in it.' }),
    billing: z
      .enum(['now', 'next_invoice'])
      .optional()
      .meta({ description: 'now (the default): on an invoice of its own, at once. next_invoice: a line on the next invoice of one of the customer’s subscriptions.' }),
  })
  .meta({ id: 'ApplyAddOnRequest' });

const applied = {
  id: uuid,
  public_id: z.string(),
  add_on_id: uuid,
  customer_id: uuid,
  amount_cents: amountCodec,
  amount_currency: z.string(),
  billing: z.enum(['now', 'next_invoice']),
  invoice_id: uuid.nullable().meta({ description: 'The invoice that bills it; null while it waits for one.' }),
  created_at: instant,
};

export const AppliedAddOnResponse = z.object(applied).meta({ id: 'AppliedAddOnResponse' });

export const AppliedAddOnDetailResponse = z
  .object({ ...applied, add_on_code: z.string(), add_on_name: z.string(), customer_name: z.string() })
  .meta({ id: 'AppliedAddOnDetailResponse' });
