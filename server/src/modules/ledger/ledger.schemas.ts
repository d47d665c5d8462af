import { accounts } from '@farthing/core/ledger';
import { amountCodec, rateCodec } from '@farthing/core/money';
import { z } from 'zod';
import { anyId, idInput, instant, uuid } from '../../kernel/wire.ts';

const account = z.enum(accounts);
const day = z.string().meta({ format: 'date' });

const kinds = [
  'invoice_finalized', 'invoice_voided', 'credit_note_issued', 'credit_note_voided', 'refund_paid', 'credit_applied', 'credit_returned', 'payment_received',
  'credits_granted', 'credits_paid', 'credits_not_sold', 'credits_drawn', 'credits_repaid', 'credits_consumed', 'credits_returned', 'credits_expired', 'credits_voided', 'credits_transferred',
  'credits_held', 'credits_released', 'credits_captured',
  'written_off', 'write_off_reversed',
] as const;

export const LedgerEntryResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    posting_id: uuid.meta({ description: 'The entries of a posting sum to 0 on every day.' }),
    kind: z.enum(kinds),
    document_type: z.enum(['invoice', 'credit_note', 'invoice_settlement', 'payment', 'wallet_transaction', 'wallet_hold']),
    document_id: uuid.meta({ description: 'What posted it.' }),
    customer_id: uuid,
    invoice_id: uuid.nullable(),
    credit_note_id: uuid.nullable(),
    fee_id: uuid.nullable().meta({ description: 'The fee that revenue is of.' }),
    wallet_id: uuid.nullable().meta({ description: 'The wallet whose credits moved.' }),
    account,
    currency: z.string(),
    amount_cents: amountCodec.meta({ description: 'A debit is positive, a credit negative.' }),
    booked_on: day.meta({ description: 'The day from which it counts; that of a release to come lies ahead.' }),
    is_release: z.boolean().meta({ description: 'Whether it moves deferred revenue, or its discount, to what is earned.' }),
    tax_jurisdiction: z.string().nullable(),
    tax_rate: rateCodec.nullable().meta({ description: 'In percent.' }),
    created_at: instant,
  })
  .meta({ id: 'LedgerEntryResponse' });

export const LedgerBalanceResponse = z
  .object({
    account,
    currency: z.string(),
    tax_jurisdiction: z.string().nullable(),
    tax_rate: rateCodec.nullable(),
    side: z.enum(['debit', 'credit']).meta({ description: 'The side on which the account usually stands.' }),
    debits_cents: amountCodec,
    credits_cents: amountCodec,
    balance_cents: amountCodec.meta({ description: 'Positive on the side on which the account usually stands.' }),
    as_of: day,
  })
  .meta({ id: 'LedgerBalanceResponse' });

export const RevenueMonthResponse = z
  .object({
    month: z.string().meta({ description: 'YYYY-MM' }),
    currency: z.string(),
    recognized_cents: amountCodec.meta({ description: 'Earned in the month, less discounts and what was credited or voided of it.' }),
    deferred_start_cents: amountCodec,
    deferred_added_cents: amountCodec.meta({ description: 'Invoiced for days to come, less what was credited or voided of it.' }),
    deferred_released_cents: amountCodec.meta({ description: 'Earned by the days of the month.' }),
    deferred_end_cents: amountCodec.meta({ description: 'start + added − released.' }),
  })
  .meta({ id: 'RevenueMonthResponse' });

const earliest = Temporal.PlainDate.from('1970-01-01');
const latest = Temporal.PlainDate.from('9998-12-31');

/** Text to a day within the years that instants have. */
function readDay(text: string, context: z.RefinementCtx): Temporal.PlainDate {
  try {
    const value = Temporal.PlainDate.from(text, { overflow: 'reject' });
    if (Temporal.PlainDate.compare(earliest, value) <= 0 && Temporal.PlainDate.compare(value, latest) <= 0) return value;
  } catch {
    // No such day: refused below.
  }
  context.addIssue({ code: 'custom', message: 'There is no such day from 1970 to 9998.' });
  return z.NEVER;
}

const dayInput = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'Expected a date such as 2026-01-31.').transform(readDay);

/** "2026-01", or any day of that month. */
const monthInput = z
  .string()
  .regex(/^\d{4}-\d{2}(-\d{2})?$/, 'Expected a month such as 2026-01, or a day of it.')
  .transform((text, context) => readDay(text.length === 7 ? `${text}-01` : text, context))
  .transform((found) => found.toPlainYearMonth())
  .meta({ description: 'A month such as 2026-01, or any day of it.' });

export const entryFilters = {
  account: account.optional(),
  customer_id: idInput('cus').optional(),
  document_id: anyId.optional().meta({ description: 'An invoice, a credit note, a payment or a wallet: what it posted, and what moved it.' }),
  from: dayInput.optional().meta({ description: 'Entries that count from this day or a later one.' }),
  to: dayInput.optional().meta({ description: 'Entries that count from this day or an earlier one.' }),
};

export const balanceQuery = z.strictObject({
  as_of: dayInput.optional().meta({ description: 'What counts on this day; default the latest date that it is anywhere.' }),
  customer_id: idInput('cus').optional(),
});

export const revenueQuery = z.strictObject({ from: monthInput, to: monthInput });
