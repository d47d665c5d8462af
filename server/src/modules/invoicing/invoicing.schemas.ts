import { amountCodec, preciseCodec, quantityCodec, rateCodec } from '@farthing/core/money';
import { z } from 'zod';
import { SupposedSubscription } from '../subscriptions/index.ts';
import { flag, idInput, instant, text, uuid } from '../../kernel/wire.ts';

const invoiceStatuses = ['draft', 'finalized', 'paid', 'voided'] as const;
const feeTypes = ['charge', 'subscription', 'fixed_charge', 'add_on', 'credit', 'commitment'] as const;
const feeKinds = ['regular', 'minimum', 'late_usage', 'in_advance', 'progressive'] as const;
const feePaymentStatuses = ['pending', 'succeeded', 'failed', 'refunded'] as const;

const json = z.record(z.string(), z.unknown());

export const FeeResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    invoice_id: uuid.nullable(),
    charge_id: uuid.nullable(),
    charge_filter_id: uuid.nullable(),
    event_id: uuid.nullable().meta({ description: 'Of the event, for a fee of kind in_advance.' }),
    subscription_id: uuid.nullable(),
    commitment_id: uuid.nullable(),
    add_on_id: uuid.nullable().meta({ description: 'Of the add-on that was applied.' }),
    fixed_charge_id: uuid.nullable(),
    customer_id: uuid,
    fee_type: z.enum(feeTypes),
    kind: z.enum(feeKinds).meta({ description: 'minimum: what is missing to the least amount of the charge. late_usage: what events that came after the period was billed add to it. in_advance: a single event of a charge that is paid in advance. progressive: the usage so far of a period that goes on.' }),
    amount_cents: amountCodec,
    precise_amount_cents: preciseCodec.meta({ description: 'The amount before its one rounding, in minor units.' }),
    progressive_billing_credit_amount_cents: amountCodec.meta({ description: 'What invoices within the period billed of it before; coupons and tax act on the rest.' }),
    taxes_amount_cents: amountCodec,
    total_amount_cents: amountCodec,
    coupons_amount_cents: amountCodec,
    credited_amount_cents: amountCodec,
    currency: z.string(),
    units: quantityCodec,
    events_count: z.int(),
    unit_amount_cents: preciseCodec.meta({ description: 'precise_amount_cents ÷ units; 0 without units.' }),
    payment_status: z.enum(feePaymentStatuses),
    description: z.string(),
    metric_code: z.string().nullable(),
    grouped_by: z.record(z.string(), z.string().nullable()),
    properties: json.meta({ description: 'What it was priced by, as it was.' }),
    tax_category: z.string().nullable().meta({ description: 'Of UNCL5305; O where it has no tax, as on a fee that no invoice carries.' }),
    included_tax_cents: amountCodec.meta({ description: 'What was in its price as tax: amount_cents is the rest of the price.' }),
    from_datetime: instant.nullable(),
    to_datetime: instant.nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'FeeResponse' });

const InvoiceLineItem = z
  .object({
    description: z.string(),
    quantity: quantityCodec,
    unit_price: rateCodec.meta({ description: 'In major units.' }),
    amount: rateCodec.meta({ description: 'In major units.' }),
    charge_id: uuid.nullable(),
    metric_code: z.string().nullable(),
  })
  .meta({ id: 'InvoiceLineItem' });

const couponLine = z
  .object({ applied_coupon_id: uuid, coupon_code: z.string(), coupon_name: z.string(), amount_cents: amountCodec })
  .meta({ id: 'InvoiceCoupon' });

const InvoiceTax = z
  .object({
    tax_id: uuid.nullable().meta({ description: 'Null for an exemption.' }),
    tax_code: z.string(),
    tax_name: z.string(),
    tax_rate: rateCodec,
    tax_category: z.string(),
    jurisdiction: z.string(),
    compound: z.boolean(),
    inclusive: z.boolean(),
    reason: z.string().nullable().meta({ description: 'Why no tax is charged, where none is.' }),
    base_amount_cents: amountCodec.meta({ description: 'What it is computed on: net after credit and coupons; of a compound tax with the taxes before it.' }),
    amount_cents: amountCodec,
  })
  .meta({ id: 'InvoiceTax' });

const InvoicedSubscription = z
  .object({ subscription_id: uuid, billing_period_start: instant, billing_period_end: instant })
  .meta({ id: 'InvoicedSubscription' });

export const InvoiceResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    invoice_number: z.string().nullable().meta({ description: 'Given at finalisation; a draft has none.' }),
    customer_id: uuid,
    subscription_id: uuid.nullable().meta({ description: 'Null where it is of none, or of several.' }),
    subscriptions: z.array(InvoicedSubscription).meta({ description: 'What it is of: several of one customer that fall due together are billed on one invoice.' }),
    billing_entity_id: uuid,
    status: z.enum(invoiceStatuses),
    invoice_type: z.enum(['subscription', 'add_on', 'credit', 'one_off', 'progressive_billing']),
    billing_period_start: instant.meta({ description: 'Of several subscriptions the first of theirs.' }),
    billing_period_end: instant.meta({ description: 'Of several subscriptions the last of theirs.' }),
    currency: z.string(),
    subtotal_cents: amountCodec.meta({ description: 'The sum of the fees.' }),
    progressive_billing_credit_amount_cents: amountCodec,
    coupons_amount_cents: amountCodec,
    tax_amount_cents: amountCodec,
    total_cents: amountCodec.meta({ description: 'subtotal − progressive credit − coupons + tax.' }),
    credit_notes_amount_cents: amountCodec,
    prepaid_credit_amount_cents: amountCodec,
    amount_paid_cents: amountCodec,
    written_off_amount_cents: amountCodec,
    amount_due_cents: amountCodec.meta({ description: 'total − credit notes − prepaid credits − payments − what was written off.' }),
    payment_overdue: z.boolean().meta({ description: 'Finalized, with something due, and past its due date.' }),
    finalize_at: instant.nullable().meta({ description: 'When the draft finalises by itself.' }),
    purchase_order_number: z.string().nullable(),
    notes: z.string().nullable(),
    due_date: instant.nullable(),
    issued_at: instant.nullable(),
    paid_at: instant.nullable(),
    voided_at: instant.nullable(),
    written_off_at: instant.nullable(),
    version: z.int().meta({ description: 'One more each time a draft changes when it is computed again, and with each regeneration.' }),
    replaces_invoice_id: uuid.nullable().meta({ description: 'The voided invoice that this one was issued for again.' }),
    replaced_by_invoice_id: uuid.nullable().meta({ description: 'What this voided invoice was issued again as.' }),
    fees: z.array(FeeResponse),
    line_items: z.array(InvoiceLineItem),
    coupons: z.array(couponLine).meta({ description: 'What it takes of each coupon, in the order in which they act.' }),
    taxes: z.array(InvoiceTax).meta({ description: 'The breakdown: one for each tax, rate and category.' }),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'InvoiceResponse' });

export const InvoiceUpdate = z
  .strictObject({
    due_date: instant.nullable(),
    issued_at: instant.nullable(),
    purchase_order_number: text(1, 100).nullable(),
    notes: text(1, 5000).nullable(),
  })
  .partial()
  .meta({ id: 'InvoiceUpdate', description: 'Dates and texts of a draft. A finalized invoice never changes.' });

export const FeeUpdate = z
  .strictObject({ description: text(1, 255) })
  .partial()
  .meta({ id: 'FeeUpdate', description: 'The wording of a fee on a draft. Amounts are computed and cannot be set.' });

export const InvoicePreviewRequest = z
  .strictObject({
    subscription_id: z.string().min(1).max(255).optional().meta({ description: 'An id, prefixed id or external_id. Absent: of a subscription that might be, with the other fields as for creating it.' }),
    ...SupposedSubscription.partial().shape,
    billing_time: SupposedSubscription.shape.billing_time.unwrap().optional(),
    billing_period_start: instant.optional().meta({ description: 'Previews the period that holds this instant; default now.' }),
    billing_period_end: instant.optional(),
    coupon_codes: z.array(z.string().min(1).max(300)).max(20).optional().meta({ description: 'As if these coupons were applied to the customer now, beside those it has.' }),
  })
  .meta({ id: 'InvoicePreviewRequest' });

const FeePreview = z
  .object({
    subscription_id: uuid.nullable().meta({ description: 'Whose it is; null for what waits for the customer, and of a subscription that might be.' }),
    description: z.string(),
    units: quantityCodec,
    unit_amount_cents: preciseCodec,
    precise_amount_cents: preciseCodec,
    amount_cents: amountCodec,
    coupons_amount_cents: amountCodec,
    taxes_amount_cents: amountCodec,
    tax_category: z.string(),
    charge_model: z.string().nullable(),
    metric_code: z.string().nullable(),
    grouped_by: z.record(z.string(), z.string().nullable()),
    from_datetime: instant,
    to_datetime: instant,
  })
  .meta({ id: 'FeePreview' });

export const InvoicePreviewResponse = z
  .object({
    subtotal_cents: amountCodec,
    progressive_billing_credit_amount_cents: amountCodec,
    coupons_amount_cents: amountCodec,
    tax_amount_cents: amountCodec,
    prepaid_credit_amount_cents: amountCodec,
    total_cents: amountCodec,
    currency: z.string(),
    billing_period_start: instant,
    billing_period_end: instant,
    issuing_at: instant,
    taxes: z.array(InvoiceTax),
    fees: z.array(FeePreview),
    coupons: z.array(z.object({ coupon_code: z.string(), coupon_name: z.string(), amount_cents: amountCodec }).meta({ id: 'CouponPreview' })),
  })
  .meta({ id: 'InvoicePreviewResponse' });

/** One node of the explanation; its children's leaves sum to its amount. */
const ExplainNode = z
  .object({
    kind: z.string(),
    label: z.string(),
    inputs: z.record(z.string(), z.string()),
    amount_cents: z.string().nullable().meta({ description: 'In minor units, exact.' }),
    events: json.optional().meta({ description: 'Selects the stored events that were counted.' }),
    get children() {
      return z.array(ExplainNode);
    },
  })
  .meta({ id: 'ExplainNode' });

export const InvoiceExplanation = z
  .object({
    invoice_id: uuid,
    invoice_number: z.string().nullable(),
    currency: z.string(),
    total_cents: amountCodec,
    explanation: ExplainNode,
  })
  .meta({ id: 'InvoiceExplanation' });

export const InvoiceSettlementResponse = z
  .object({
    id: uuid,
    invoice_id: uuid,
    settlement_type: z.enum(['payment', 'credit_note', 'wallet_credit', 'write_off']),
    source_id: uuid,
    amount_cents: amountCodec,
    created_at: instant,
  })
  .meta({ id: 'InvoiceSettlementResponse' });

export const invoiceParams = z.object({ invoice_id: idInput('inv') });
export const feeParams = z.object({ fee_id: idInput('fee') });

export const invoiceFilters = {
  customer_id: idInput('cus').optional(),
  subscription_id: idInput('sub').optional(),
  external_subscription_id: z.string().min(1).max(255).optional(),
  status: z.enum(invoiceStatuses).optional(),
  payment_overdue: flag.optional(),
};

export const feeFilters = {
  invoice_id: idInput('inv').optional(),
  customer_id: idInput('cus').optional(),
  subscription_id: idInput('sub').optional(),
  fee_type: z.enum(feeTypes).optional(),
  payment_status: z.enum(feePaymentStatuses).optional(),
};
