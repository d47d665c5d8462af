import { currencyCodec, nonNegativeQuantityCodec, nonNegativeRateCodec } from '@farthing/core/money';
import { z } from 'zod';
import { idInput, instant, text, uuid } from '../../kernel/wire.ts';

const line = z
  .strictObject({
    description: text(1, 255),
    quantity: nonNegativeQuantityCodec,
    unit_price: nonNegativeRateCodec.meta({ description: 'In major units.' }),
    amount: nonNegativeRateCodec.optional().meta({ description: 'In major units. Checked: quantity × unit_price, or that rounded.' }),
    metric_code: text(1, 255).nullable().optional(),
  })
  .meta({ id: 'OneOffLineItem' });

export const OneOffInvoiceCreate = z
  .strictObject({
    customer_id: z.string().min(1).max(255).meta({ description: 'An id, prefixed id or external_id.' }),
    currency: currencyCodec.optional().meta({ description: 'Default: the customer’s. Another one is refused.' }),
    line_items: z.array(line).min(1).max(500),
    due_date: instant.nullable().optional(),
    billing_entity_id: idInput('ent').optional().meta({ description: 'The customer’s; another one is refused.' }),
    draft: z.boolean().optional().meta({ description: 'True: it stays a draft until it is finalized.' }),
    purchase_order_number: text(1, 100).nullable().optional(),
    notes: text(1, 5000).nullable().optional(),
  })
  .meta({ id: 'OneOffInvoiceCreate' });

const bulk = z.strictObject({ invoice_ids: z.array(idInput('inv')).min(1).max(100) });
export const BulkFinalizeRequest = bulk.meta({ id: 'BulkFinalizeRequest' });
export const BulkVoidRequest = bulk.meta({ id: 'BulkVoidRequest' });

const result = z.object({ invoice_id: uuid, success: z.boolean(), code: z.string().nullable(), error: z.string().nullable() });
export const BulkFinalizeResponse = z
  .object({ results: z.array(result.meta({ id: 'BulkFinalizeResult' })), finalized_count: z.int(), failed_count: z.int() })
  .meta({ id: 'BulkFinalizeResponse' });
export const BulkVoidResponse = z
  .object({ results: z.array(result.meta({ id: 'BulkVoidResult' })), voided_count: z.int(), failed_count: z.int() })
  .meta({ id: 'BulkVoidResponse' });
