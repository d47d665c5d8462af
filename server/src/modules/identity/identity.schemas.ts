import { z } from 'zod';
import { currencyCodec } from '@farthing/core/money';
import { idInput, instant, text, timeZone, uuid } from '../../kernel/wire.ts';

const color = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'Expected a colour such as #1a2b3c.');
const webAddress = text(1, 2048).refine((value) => URL.canParse(value) && /^https?:/.test(value), 'Expected an http(s) URL.');

export const OrganizationResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    name: z.string(),
    slug: z.string(),
    default_currency: currencyCodec,
    timezone: z.string(),
    hmac_key: z.string().nullable().meta({ description: 'Write-only: shown as its last four characters.' }),
    logo_url: z.string().nullable(),
    portal_accent_color: z.string().nullable(),
    portal_welcome_message: z.string().nullable(),
    store_unknown_metrics: z.boolean().meta({ description: 'Keep events with an unknown metric code as unmatched instead of rejecting them.' }),
    ignore_late_usage: z.boolean().meta({ description: 'Do not bill events that come after the invoice of their period is final.' }),
    event_retention_days: z.int().nullable().meta({
      description: 'After so many days usage events that are billed for good are deleted; what they came to and their ids are kept. Null: never.',
    }),
    skip_zero_invoices: z.boolean().meta({ description: 'Make no invoice where the total would be zero.' }),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'OrganizationResponse' });

const organizationFields = {
  name: text(1, 255),
  default_currency: currencyCodec,
  timezone: timeZone,
  hmac_key: text(1, 255).nullable(),
  logo_url: webAddress.nullable(),
  portal_accent_color: color.nullable(),
  portal_welcome_message: text(0, 500).nullable(),
  store_unknown_metrics: z.boolean(),
  skip_zero_invoices: z.boolean(),
  ignore_late_usage: z.boolean(),
  event_retention_days: z.int().min(1).max(36_500).nullable(),
};

export const OrganizationCreate = z
  .strictObject(organizationFields)
  .partial()
  .required({ name: true })
  .meta({ id: 'OrganizationCreate' });

export const OrganizationUpdate = z.strictObject(organizationFields).partial().meta({ id: 'OrganizationUpdate' });

/** What a login page may show of an organization to anybody. */
export const OrgBrandingResponse = z
  .object({ name: z.string(), slug: z.string(), logo_url: z.string().nullable(), portal_accent_color: z.string().nullable() })
  .meta({ id: 'OrgBrandingResponse' });

export const slugParams = z.object({ slug: z.string().min(1).max(300) });

const keyShape = {
  id: uuid,
  public_id: z.string(),
  key_prefix: z.string(),
  name: z.string().nullable(),
  environment: z.enum(['live', 'sandbox']),
  scopes: z.array(z.string()),
  last_used_at: instant.nullable(),
  expires_at: instant.nullable(),
  status: z.enum(['active', 'revoked']),
  created_at: instant,
};

export const ApiKeyListResponse = z.object(keyShape).meta({ id: 'ApiKeyListResponse' });

export const ApiKeyCreateResponse = z
  .object({ ...keyShape, organization_id: uuid, updated_at: instant, raw_key: z.string().meta({ description: 'Shown once.' }) })
  .meta({ id: 'ApiKeyCreateResponse' });

export const OrganizationCreateResponse = z
  .object({
    ...OrganizationResponse.shape,
    api_key: ApiKeyCreateResponse,
    live_key: z.string().meta({ description: 'Shown once.' }),
    sandbox_key: z.string().meta({ description: 'Shown once.' }),
  })
  .meta({ id: 'OrganizationCreateResponse' });

const scopePattern = /^(\*|[a-z_]+:(read|write)|\*:(read|write))$/;

export const ApiKeyCreate = z
  .strictObject({
    name: text(0, 255).nullable().optional(),
    environment: z.enum(['live', 'sandbox']).optional().meta({ description: 'Default: that of the calling key.' }),
    scopes: z
      .array(z.string().regex(scopePattern, 'Expected "*", "family:read", "family:write", "*:read" or "*:write".'))
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'Default ["*"]. write includes read.' }),
    expires_at: instant.nullable().optional(),
  })
  .meta({ id: 'ApiKeyCreate' });

export const TestClock = z
  .object({
    now: instant,
    status: z.enum(['ready', 'advancing']),
    frozen: z.boolean().meta({ description: 'False while the sandbox still follows real time.' }),
    target: instant.nullable(),
    errors: z.array(
      z.object({ kind: z.string(), subject_id: uuid, due_at: z.string(), message: z.string() }),
    ).meta({ description: 'Work of the last advance that failed; it was set aside.' }),
  })
  .meta({ id: 'TestClock' });

export const TestClockSet = z.strictObject({ now: instant }).meta({ id: 'TestClockSet' });
export const TestClockAdvance = z.strictObject({ to: instant }).meta({ id: 'TestClockAdvance' });

export const organizationParams = z.object({ org_id: idInput('org') });
export const apiKeyParams = z.object({ api_key_id: idInput('key') });
