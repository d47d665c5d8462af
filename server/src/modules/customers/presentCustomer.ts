import { Amount } from '@farthing/core/money';
import { z } from 'zod';
import { publicId } from '../../kernel/wire.ts';
import type { CustomerResponse } from './customers.schemas.ts';
import type { CustomerRow } from './customers.sql.ts';

const metadata = z.record(z.string(), z.unknown());
const amountOrNull = (minor: bigint | null) => (minor === null ? null : Amount.of(minor));

/** A customer as replies, events and webhooks show it, with the other names of its fields. */
export function presentCustomer(row: CustomerRow): z.output<typeof CustomerResponse> {
  const billingMetadata = metadata.parse(row.billing_metadata);
  return {
    ...row,
    public_id: publicId('cus', row.id),
    org_id: row.organization_id,
    timezone: row.effective_timezone,
    invoice_grace_period: row.effective_grace_period,
    net_payment_term: row.effective_payment_term,
    payment_terms_days: row.effective_payment_term,
    preferred_currency: row.currency,
    billing_metadata: billingMetadata,
    metadata: billingMetadata,
    vat_number: row.vat_id,
    default_auto_topup_amount: amountOrNull(row.default_auto_topup_amount),
    default_credit_limit: amountOrNull(row.default_credit_limit),
    default_low_balance_threshold: amountOrNull(row.default_low_balance_threshold),
    default_max_balance: amountOrNull(row.default_max_balance),
    default_max_single_credit: amountOrNull(row.default_max_single_credit),
  };
}
