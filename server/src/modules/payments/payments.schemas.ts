import { amountCodec, currencyCodec } from '@farthing/core/money';
import { z } from 'zod';
import { idInput, instant, text, uuid } from '../../kernel/wire.ts';

const statuses = ['pending', 'processing', 'succeeded', 'failed', 'refunded', 'canceled'] as const;
const providers = ['stripe', 'manual', 'ucp', 'gocardless', 'adyen'] as const;

export const PaymentResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    invoice_id: uuid,
    customer_id: uuid,
    amount_cents: amountCodec,
    currency: z.string(),
    status: z.enum(statuses),
    provider: z.enum(providers),
    provider_payment_id: z.string().nullable(),
    provider_checkout_id: z.string().nullable(),
    provider_checkout_url: z.string().nullable(),
    failure_reason: z.string().nullable(),
    payment_metadata: z.record(z.string(), z.unknown()),
    created_at: instant,
    updated_at: instant,
    completed_at: instant.nullable(),
  })
  .meta({ id: 'PaymentResponse' });

export const ManualPaymentCreate = z
  .strictObject({
    invoice_id: idInput('inv'),
    amount: amountCodec.meta({ description: 'In minor units of the invoice’s currency.' }),
    currency: currencyCodec.optional().meta({ description: 'Default: the invoice’s. Another one is refused.' }),
    reference: text(1, 255).nullable().optional(),
    notes: text(1, 2000).nullable().optional(),
  })
  .meta({ id: 'ManualPaymentCreate' });

export const CustomerHealthResponse = z
  .object({
    status: z.enum(['good', 'warning', 'critical']),
    total_invoices: z.int(),
    paid_invoices: z.int(),
    overdue_invoices: z.int(),
    total_payments: z.int(),
    failed_payments: z.int(),
    overdue_amount: amountCodec.meta({ description: 'Minor units of the customer’s currency.' }),
  })
  .meta({ id: 'CustomerHealthResponse' });

export const paymentParams = z.object({ payment_id: idInput('pay') });
export const paidInvoiceParams = z.object({ invoice_id: idInput('inv') });

export const paymentFilters = {
  invoice_id: idInput('inv').optional(),
  customer_id: idInput('cus').optional(),
  status: z.enum(statuses).optional(),
  provider: z.enum(providers).optional(),
};
