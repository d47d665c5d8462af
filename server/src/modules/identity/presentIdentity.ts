import { Currency } from '@farthing/core/money';
import { z } from 'zod';
import { systemNow } from '../../kernel/clock.ts';
import { publicId } from '../../kernel/wire.ts';
import type { ApiKeyListResponse, OrganizationResponse, TestClock } from './identity.schemas.ts';
import type { ApiKeyRow, OrganizationRow, TenantRow } from './identity.sql.ts';

/** A secret as replies show it: enough to recognise, nothing to use. */
function masked(secret: string | null): string | null {
  return secret === null ? null : `••••${secret.slice(-4)}`;
}

export function presentOrganization(row: OrganizationRow): z.output<typeof OrganizationResponse> {
  return { ...row, public_id: publicId('org', row.id), default_currency: Currency.parse(row.default_currency), hmac_key: masked(row.hmac_key) };
}

export function presentKey(row: ApiKeyRow): z.output<typeof ApiKeyListResponse> {
  return { ...row, public_id: publicId('key', row.id) };
}

const clockErrors = z.array(z.object({ kind: z.string(), subject_id: z.string(), due_at: z.string(), message: z.string() }));

export function presentClock(row: TenantRow): z.output<typeof TestClock> {
  return {
    now: row.clock_now ?? systemNow(),
    status: row.clock_target === null ? 'ready' : 'advancing',
    frozen: row.clock_now !== null,
    target: row.clock_target,
    errors: clockErrors.parse(row.clock_errors),
  };
}
