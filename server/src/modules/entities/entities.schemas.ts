import { currencyCodec } from '@farthing/core/money';
import { z } from 'zod';
import { code, instant, text, timeZone, uuid } from '../../kernel/wire.ts';

/** ISO 3166-1 alpha-2, upper case. */
export const countryCode = z
  .string()
  .transform((value) => value.toUpperCase())
  .pipe(z.string().regex(/^[A-Z]{2}$/, 'Expected a two-letter country code (ISO 3166-1 alpha-2).'))
  .meta({ override: { type: 'string', pattern: '^[A-Za-z]{2}$' } });

export const email = text(3, 255).refine((value) => /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+$/.test(value), 'Expected an e-mail address.');

export const locale = text(2, 10).refine((value) => {
  try {
    return Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
}, 'Expected a BCP 47 locale such as en or pt-BR.');

const fields = {
  name: text(1, 255),
  legal_name: text(1, 255).nullable(),
  address_line1: text(1, 255).nullable(),
  address_line2: text(1, 255).nullable(),
  city: text(1, 255).nullable(),
  state: text(1, 255).nullable(),
  country: countryCode.nullable(),
  zip_code: text(1, 50).nullable(),
  tax_id: text(1, 50).nullable(),
  email: email.nullable(),
  currency: currencyCodec,
  timezone: timeZone.nullable(),
  document_locale: locale,
  invoice_prefix: text(1, 20)
    .regex(/^[A-Za-z0-9._/-]+$/, 'Expected letters, digits and . _ / - only.')
    .nullable(),
  next_invoice_number: z.int().min(1).max(999_999_999),
  invoice_grace_period: z.int().min(0).max(365),
  net_payment_term: z.int().min(0).max(3650),
  invoice_footer: text(0, 1024).nullable(),
  is_default: z.boolean(),
};

export const BillingEntityCreate = z
  .strictObject({ code: code(100), ...fields })
  .partial()
  .required({ code: true, name: true })
  .meta({ id: 'BillingEntityCreate' });

export const BillingEntityUpdate = z.strictObject(fields).partial().meta({ id: 'BillingEntityUpdate' });

export const BillingEntityResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    code: z.string(),
    name: z.string(),
    legal_name: z.string().nullable(),
    address_line1: z.string().nullable(),
    address_line2: z.string().nullable(),
    city: z.string().nullable(),
    state: z.string().nullable(),
    country: z.string().nullable(),
    zip_code: z.string().nullable(),
    tax_id: z.string().nullable(),
    email: z.string().nullable(),
    currency: z.string(),
    timezone: z.string().meta({ description: 'Its own, else the organization’s.' }),
    document_locale: z.string(),
    invoice_prefix: z.string().nullable(),
    next_invoice_number: z.int(),
    invoice_grace_period: z.int(),
    net_payment_term: z.int(),
    invoice_footer: z.string().nullable(),
    is_default: z.boolean(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'BillingEntityResponse' });

export const billingEntityParams = z.object({ code: z.string().min(1).max(300) });
