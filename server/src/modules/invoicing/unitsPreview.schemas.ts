import { amountCodec } from '@farthing/core/money';
import { z } from 'zod';
import { SubscriptionFixedCharge } from '../subscriptions/index.ts';
import { InvoicePreviewResponse } from './invoicing.schemas.ts';

export const UnitsPreviewResponse = z
  .object({
    fixed_charge: SubscriptionFixedCharge,
    currency: z.string(),
    credit_cents: amountCodec.meta({ description: 'What would be credited at once of fees paid ahead, without tax.' }),
    charge_cents: amountCodec.meta({ description: 'What would be charged at once for the days left of the period, without tax.' }),
    net_amount_cents: amountCodec.meta({ description: 'Charge less credit.' }),
    invoice: InvoicePreviewResponse.nullable().meta({ description: 'What would be invoiced at once; null: nothing.' }),
  })
  .meta({ id: 'UnitsPreviewResponse' });
