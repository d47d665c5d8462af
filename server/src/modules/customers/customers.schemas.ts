import { amountCodec, currencyCodec } from '@farthing/core/money';
import { z } from 'zod';
import { flag, idInput, instant, jsonObject, text, timeZone, uuid } from '../../kernel/wire.ts';
import { countryCode, email, locale } from '../entities/index.ts';
import { isPeppolId } from './isPeppolId.ts';

/** Words in any case, kept as spelled here; further spellings map onto them. */
function word<const W extends string>(words: readonly W[], aliases: Readonly<Record<string, W>> = {}) {
  return z
    .string()
    .max(50)
    .transform((value, context) => {
      const lower = value.toLowerCase();
      const found = words.find((candidate) => candidate.toLowerCase() === lower) ?? aliases[lower];
      if (found !== undefined) return found;
      context.addIssue({ code: 'custom', message: `Expected one of: ${words.join(', ')}.` });
      return z.NEVER;
    })
    .meta({ override: { type: 'string', enum: [...words] } });
}

const uniqueTexts = (max: number, length: number) =>
  z.array(text(1, length)).max(max).transform((values) => [...new Set(values)]);

const address = z
  .strictObject({
    street: text(1, 255).nullable(),
    line2: text(1, 255).nullable(),
    city: text(1, 255).nullable(),
    state: text(1, 255).nullable(),
    zip: text(1, 50).nullable(),
    country: countryCode.nullable(),
  })
  .partial();

const days = (max: number) => z.int().min(0).max(max);

const fields = {
  name: text(1, 255),
  email: email.nullable(),
  currency: currencyCodec,
  timezone: timeZone.nullable(),
  billing_metadata: jsonObject(),
  invoice_grace_period: days(365).nullable(),
  net_payment_term: days(3650).nullable(),
  billing_entity_id: idInput('ent'),
  tax_id: text(1, 50).nullable(),
  vat_id: text(1, 50).nullable(),
  address_street: text(1, 255).nullable(),
  address_line2: text(1, 255).nullable(),
  address_city: text(1, 255).nullable(),
  address_state: text(1, 255).nullable(),
  address_zip: text(1, 50).nullable(),
  address_country: countryCode.nullable(),
  tags: uniqueTexts(50, 50),
  billing_model: word(['prepaid', 'postpaid', 'hybrid']),
  customer_type: word(['BUSINESS', 'CONSUMER', 'UNKNOWN'], { company: 'BUSINESS', individual: 'CONSUMER' }),
  locale: locale.nullable(),
  einvoice_email: email.nullable(),
  peppol_id: text(3, 64).refine(isPeppolId, 'Expected scheme:value with a scheme of the EAS code list, such as 0088:5790000436057.').nullable(),
  prefer_einvoice: z.boolean(),
  preferred_provider: text(1, 50).nullable(),
  disabled_providers: uniqueTexts(20, 50),
  default_auto_topup_enabled: z.boolean(),
  default_auto_topup_amount: amountCodec.nullable(),
  default_credit_limit: amountCodec.nullable(),
  default_low_balance_threshold: amountCodec.nullable(),
  default_max_balance: amountCodec.nullable(),
  default_max_single_credit: amountCodec.nullable(),
  tax_exempt: z.boolean().meta({ description: 'No tax is charged, whatever applies; the invoices say why.' }),
  tax_exemption_category: z.enum(['Z', 'E', 'AE', 'K', 'G', 'O']).nullable().meta({ description: 'Of UNCL5305; E unless given.' }),
  tax_exemption_reason: text(1, 500).nullable(),
  vat_validation_disabled: z.boolean(),
  vat_validation_disabled_reason: text(1, 500).nullable(),
  // Other names of the same fields; sending both with different values is refused.
  metadata: jsonObject(),
  preferred_currency: currencyCodec,
  payment_terms_days: days(3650).nullable(),
  vat_number: text(1, 50).nullable(),
  billing_address: address,
};

const externalId = text(1, 255);

export const CustomerCreate = z
  .strictObject({ external_id: externalId.nullable(), mode: word(['PREPAID', 'POSTPAID']), ...fields })
  .partial()
  .meta({ id: 'CustomerCreate', description: 'A name or an e-mail address is needed; the name defaults to the part before the @.' });

export const CustomerUpdate = z
  .strictObject({ external_id: externalId.nullable(), status: word(['active', 'inactive']), ...fields })
  .partial()
  .meta({ id: 'CustomerUpdate' });

export const CustomerResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    environment: z.enum(['live', 'sandbox']),
    organization_id: uuid,
    org_id: uuid,
    external_id: z.string().nullable(),
    name: z.string(),
    email: z.string().nullable(),
    currency: z.string(),
    preferred_currency: z.string(),
    timezone: z.string().meta({ description: 'Its own, else the billing entity’s, else the organization’s.' }),
    billing_metadata: z.record(z.string(), z.unknown()),
    metadata: z.record(z.string(), z.unknown()),
    invoice_grace_period: z.int(),
    net_payment_term: z.int(),
    payment_terms_days: z.int(),
    billing_entity_id: uuid,
    tax_id: z.string().nullable(),
    vat_id: z.string().nullable(),
    vat_number: z.string().nullable(),
    address_street: z.string().nullable(),
    address_line2: z.string().nullable(),
    address_city: z.string().nullable(),
    address_state: z.string().nullable(),
    address_zip: z.string().nullable(),
    address_country: z.string().nullable(),
    group_ids: z.array(uuid),
    tags: z.array(z.string()),
    billing_model: z.enum(['prepaid', 'postpaid', 'hybrid']),
    mode: z.enum(['PREPAID', 'POSTPAID']),
    customer_type: z.enum(['BUSINESS', 'CONSUMER', 'UNKNOWN']),
    status: z.enum(['active', 'inactive']),
    locale: z.string().nullable(),
    einvoice_email: z.string().nullable(),
    peppol_id: z.string().nullable(),
    prefer_einvoice: z.boolean(),
    preferred_provider: z.string().nullable(),
    disabled_providers: z.array(z.string()),
    default_auto_topup_enabled: z.boolean(),
    default_auto_topup_amount: amountCodec.nullable(),
    default_credit_limit: amountCodec.nullable(),
    default_low_balance_threshold: amountCodec.nullable(),
    default_max_balance: amountCodec.nullable(),
    default_max_single_credit: amountCodec.nullable(),
    tax_exempt: z.boolean(),
    tax_exemption_category: z.enum(['Z', 'E', 'AE', 'K', 'G', 'O']).nullable(),
    tax_exemption_reason: z.string().nullable(),
    vat_validation_status: z.enum(['UNVALIDATED', 'PENDING', 'VALID', 'INVALID', 'MANUAL']),
    vat_validation_disabled: z.boolean(),
    vat_validation_disabled_reason: z.string().nullable(),
    created_at: instant,
    updated_at: instant,
    deleted_at: instant.nullable(),
  })
  .meta({ id: 'CustomerResponse' });

export const PortalUrlResponse = z
  .object({ portal_url: z.string(), expires_at: instant.meta({ description: 'Until then the link opens the portal.' }) })
  .meta({ id: 'PortalUrlResponse' });

/** An id, its prefixed form, or an external_id. */
const customerReference = z.string().min(1).max(255);
export const customerParams = z.object({ customer_id: customerReference });
export const externalParams = z.object({ external_id: customerReference.meta({ description: 'The external_id, an id, or its prefixed form cus_….' }) });
export const includeDeleted = z.strictObject({ include_deleted: flag.optional() });

export const customerFilters = {
  search: text(1, 255).optional().meta({ description: 'Part of a name, an e-mail address or an external_id, in any case.' }),
  tags: text(1, 1000).optional().meta({ description: 'Comma-separated; customers that have all of them.' }),
  status: z.enum(['active', 'inactive']).optional(),
  include_deleted: flag.optional(),
};
