import { amountCodec, quantityCodec } from '@farthing/core/money';
import { z } from 'zod';
import { text, uuid } from '../../kernel/wire.ts';

const line = z.object({ description: z.string(), units: quantityCodec, amount_cents: amountCodec }).meta({ id: 'InvoiceDiffSide' });

const sum = z.object({ before: amountCodec, after: amountCodec, difference: amountCodec }).meta({ id: 'InvoiceDiffSum' });

export const InvoiceDiff = z
  .object({
    invoice_id: uuid,
    version: z.int(),
    against: z.object({ invoice_id: uuid, version: z.int() }),
    currency: z.string(),
    summary: z.string().meta({ description: 'What happened to the whole, in a sentence.' }),
    lines: z.array(
      z.object({
        change: z.enum(['added', 'removed', 'changed', 'same']),
        words: z.string().meta({ description: 'Such as “API calls: 100 → 101 units, 10.00 → 10.10 USD (+0.10)”.' }),
        difference_cents: amountCodec,
        before: line.nullable(),
        after: line.nullable(),
      }),
    ),
    sums: z.object({ subtotal: sum, progressive_credit: sum, coupons: sum, tax: sum, total: sum }).meta({ description: 'In minor units.' }),
  })
  .meta({ id: 'InvoiceDiff' });

export const diffQuery = z.strictObject({ against: text(1, 64).meta({ description: 'The number of an earlier version of this invoice, or the id of another invoice of its customer.' }) });
