import { amountCodec, currencyCodec, nonNegativeQuantityCodec, preciseCodec, Quantity, quantityCodec, Rate, rateCodec } from '@farthing/core/money';
import { z } from 'zod';
import { code, idInput, instant, text, uuid } from '../../kernel/wire.ts';
import { TopUpRuleResponse, TopUpRules } from './topUpRules.schemas.ts';

const feeType = z.enum(['charge', 'subscription', 'fixed_charge', 'add_on', 'commitment']);

/** An empty list limits nothing, as null does. */
const listOf = <T extends z.ZodType>(item: T) => z.array(item).max(100).nullable().optional();

const appliesTo = z
  .strictObject({ plan_codes: listOf(text(1, 255)), fee_types: listOf(feeType), billable_metric_codes: listOf(text(1, 255)) })
  .meta({ id: 'WalletAppliesTo', description: 'Which fees the wallet pays. A list that is absent or empty limits nothing; each that is given limits further.' });

const limit = amountCodec.refine((value) => value > 0n, 'Must be more than 0.').nullable();
const positiveRate = rateCodec.refine((value) => Rate.compare(value, Rate.zero) > 0, 'Must be more than 0.');
const positiveCredits = quantityCodec.refine((value) => Quantity.compare(value, Quantity.zero) > 0, 'Must be more than 0.');

const settings = {
  name: text(1, 255).nullable(),
  expiration_at: instant.nullable(),
  priority: z.int().min(1).max(50),
  applies_to: appliesTo.nullable(),
  max_balance_cents: limit.meta({ description: 'The most that top-ups may fill it up to.' }),
  max_single_credit_cents: limit.meta({ description: 'The most that one top-up may bring.' }),
  credit_limit_cents: amountCodec.refine((value) => value >= 0n, 'Must not be negative.').nullable()
    .meta({ description: 'Of a customer whose mode is POSTPAID: how much it may owe for holds to go beyond the balance. Null is nothing.' }),
  top_up_rules: TopUpRules.meta({ description: 'Top-ups that come by themselves. Given, they replace those there were. Default: what the customer’s defaults say.' }),
};

export const WalletCreate = z
  .strictObject({
    customer_id: z.string().min(1).max(255).meta({ description: 'An id, prefixed id or external_id.' }),
    code: code(255).nullable(),
    currency: currencyCodec.meta({ description: 'Default: the customer’s.' }),
    rate_amount: positiveRate.meta({ description: 'Minor units that a credit is worth. Default 1.' }),
    initial_granted_credits: nonNegativeQuantityCodec.nullable(),
    ...settings,
  })
  .partial()
  .required({ customer_id: true })
  .meta({ id: 'WalletCreate' });

export const WalletUpdate = z.strictObject(settings).partial().meta({ id: 'WalletUpdate' });

export const WalletResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    customer_id: uuid,
    name: z.string().nullable(),
    code: z.string().nullable(),
    status: z.enum(['active', 'terminated']),
    currency: z.string(),
    rate_amount: rateCodec,
    priority: z.int(),
    applies_to: z.object({
      plan_codes: z.array(z.string()).nullable(),
      fee_types: z.array(z.string()).nullable(),
      billable_metric_codes: z.array(z.string()).nullable(),
    }),
    mode: z.enum(['PREPAID', 'POSTPAID']).meta({ description: 'The customer’s.' }),
    balance_cents: amountCodec.meta({ description: 'What may be spent; without what is held. Below nothing as far as it was drawn on credit.' }),
    credits_balance: quantityCodec,
    cash_balance_cents: amountCodec.meta({ description: 'What is left of the credits that were bought, less what was drawn on credit.' }),
    promotional_balance_cents: amountCodec.meta({ description: 'What is left of the credits that were given.' }),
    held_balance_cents: amountCodec,
    ongoing_balance_cents: amountCodec.meta({ description: 'The balance less what is not billed yet: current usage and what drafts have due, tax included.' }),
    credits_ongoing_balance: quantityCodec,
    ongoing_usage_amount_cents: amountCodec,
    ongoing_refreshed_at: instant.nullable().meta({ description: 'When usage was last counted off; usage counts within seconds.' }),
    credit_limit_cents: amountCodec.nullable(),
    drawn_amount_cents: amountCodec.meta({ description: 'What holds took beyond what was there, and was not paid back.' }),
    available_amount_cents: amountCodec.meta({ description: 'The most that may be held now, on credit too.' }),
    consumed_amount_cents: amountCodec,
    consumed_credits: quantityCodec,
    expiration_at: instant.nullable(),
    max_balance_cents: amountCodec.nullable(),
    max_single_credit_cents: amountCodec.nullable(),
    top_up_rules: z.array(TopUpRuleResponse),
    terminated_at: instant.nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'WalletResponse' });

export const WalletTopUp = z
  .strictObject({
    credits: positiveCredits,
    source: z.enum(['manual', 'interval', 'threshold']).optional().meta({ description: 'A label. Default manual.' }),
    type: z.enum(['granted', 'purchased']).optional().meta({ description: 'Granted: given at once. Purchased: invoiced, and there when the invoice is paid. Default granted.' }),
    expires_at: instant.nullable().optional(),
  })
  .meta({ id: 'WalletTopUp' });

export const WalletTransactionResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    wallet_id: uuid,
    customer_id: uuid,
    transaction_type: z.enum(['inbound', 'outbound']),
    transaction_status: z.enum(['granted', 'purchased', 'invoiced', 'returned', 'voided', 'expired', 'transferred', 'captured', 'drawn', 'repaid']),
    source: z.enum(['manual', 'interval', 'threshold', 'invoice', 'transfer', 'hold', 'expiry', 'termination', 'repayment', 'refund']),
    status: z.enum(['pending', 'settled', 'canceled']),
    amount: quantityCodec.meta({ description: 'Credits.' }),
    credit_amount: preciseCodec.meta({ description: 'Their value in minor units, as a decimal; the same as amount_cents.' }),
    amount_cents: amountCodec,
    invoice_id: uuid.nullable().meta({ description: 'The invoice that was paid, or that sells the credits.' }),
    credit_note_id: uuid.nullable().meta({ description: 'The credit note that gives the money for these credits back.' }),
    hold_id: uuid.nullable(),
    other_wallet_id: uuid.nullable().meta({ description: 'Of a transfer: where it went, or came from.' }),
    expires_at: instant.nullable(),
    settled_at: instant.nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'WalletTransactionResponse' });

export const WalletCreditResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    wallet_id: uuid,
    transaction_id: uuid.meta({ description: 'What brought it.' }),
    kind: z.enum(['promotional', 'cash']),
    amount_cents: amountCodec,
    remaining_cents: amountCodec,
    held_cents: amountCodec,
    expires_at: instant.nullable(),
    granted_at: instant.meta({ description: 'When it came to the customer; a transfer does not change it.' }),
    transferred_from_credit_id: uuid.nullable().meta({ description: 'The credits of another wallet that these were a part of before they were transferred.' }),
    origin_credit_id: uuid.meta({ description: 'The credits as they first came to the customer, however often a part of them was transferred since: their transaction says who gave or sold them.' }),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'WalletCreditResponse' });

export const WalletConsumptionResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    wallet_id: uuid,
    transaction_id: uuid,
    credit_id: uuid.meta({ description: 'The credits it was taken from.' }),
    origin_credit_id: uuid.meta({ description: 'Where those were transferred: the credits as they first came to the customer, to whichever wallet.' }),
    invoice_id: uuid.nullable(),
    fee_id: uuid.nullable().meta({ description: 'The fee that was paid.' }),
    amount_cents: amountCodec.meta({ description: 'Negative: given back.' }),
    created_at: instant,
  })
  .meta({ id: 'WalletConsumptionResponse' });

const point = z.object({
  date: z.string().meta({ format: 'date', description: 'A local day of the customer.' }),
  inbound: quantityCodec.meta({ description: 'Credits.' }),
  outbound: quantityCodec,
  balance: quantityCodec.meta({ description: 'At the end of the day, held credits included.' }),
  inbound_cents: amountCodec,
  outbound_cents: amountCodec,
  balance_cents: amountCodec,
});

export const BalanceTimelineResponse = z
  .object({ wallet_id: uuid, points: z.array(point.meta({ id: 'BalanceTimelinePoint' })).meta({ description: 'Days on which something moved, oldest first.' }) })
  .meta({ id: 'BalanceTimelineResponse' });

export const DepletionForecastResponse = z
  .object({
    wallet_id: uuid,
    current_balance_cents: amountCodec,
    avg_daily_consumption: preciseCodec.meta({ description: 'Minor units a day, over the days looked back on.' }),
    projected_depletion_date: instant.nullable(),
    days_remaining: z.int().nullable(),
  })
  .meta({ id: 'DepletionForecastResponse' });

export const WalletTransferRequest = z
  .strictObject({ source_wallet_id: idInput('wal'), target_wallet_id: idInput('wal'), credits: positiveCredits.meta({ description: 'At the rate of the source.' }) })
  .meta({ id: 'WalletTransferRequest' });

export const WalletTransferResponse = z
  .object({ source_wallet: WalletResponse, target_wallet: WalletResponse, credits_transferred: quantityCodec, amount_cents: amountCodec.meta({ description: 'The value, which is kept.' }) })
  .meta({ id: 'WalletTransferResponse' });

export const WalletHoldCreate = z
  .strictObject({
    amount_cents: amountCodec.refine((value) => value > 0n, 'Must be more than 0.'),
    reference: text(1, 255).nullable().optional(),
    expires_at: instant.nullable().optional().meta({ description: 'Then it is released by itself.' }),
  })
  .meta({ id: 'WalletHoldCreate' });

export const WalletHoldCapture = z
  .strictObject({ amount_cents: amountCodec.refine((value) => value > 0n, 'Must be more than 0.').optional().meta({ description: 'At most what is held, which is the default; the rest is released.' }) })
  .meta({ id: 'WalletHoldCapture' });

export const WalletHoldResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    wallet_id: uuid,
    status: z.enum(['pending', 'captured', 'released']),
    amount_cents: amountCodec,
    captured_amount_cents: amountCodec,
    reference: z.string().nullable(),
    expires_at: instant.nullable(),
    closed_at: instant.nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'WalletHoldResponse' });

export const walletParams = z.object({ wallet_id: idInput('wal') });
export const holdParams = z.object({ wallet_id: idInput('wal'), hold_id: idInput('whd') });
export const walletFilters = { customer_id: idInput('cus').optional(), status: z.enum(['active', 'terminated']).optional() };
export const transactionFilters = {
  transaction_type: z.enum(['inbound', 'outbound']).optional(),
  status: z.enum(['pending', 'settled', 'canceled']).optional(),
};
export const consumptionFilters = { credit_id: idInput('wcr').optional(), invoice_id: idInput('inv').optional(), transaction_id: idInput('wtx').optional() };
export const timelineQuery = z.strictObject({ start_date: instant.optional(), end_date: instant.optional() });
export const forecastQuery = z.strictObject({
  days: z.string().regex(/^\d{1,3}$/, 'Expected a whole number.').transform(Number).refine((value) => value >= 1 && value <= 365, 'Expected a whole number from 1 to 365.')
    .optional().meta({ override: { type: 'integer', minimum: 1, maximum: 365 }, description: 'How many days to look back on. Default 30.' }),
});
