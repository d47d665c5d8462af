import type { FastifyRequest } from 'fastify';
import type pg from 'pg';
import { systemNow } from '../../kernel/clock.ts';
import { kyselyOver } from '../../kernel/db/kysely.ts';
import { transact } from '../../kernel/db/transaction.ts';
import type { Guard } from '../../kernel/http/server.ts';
import { Problem } from '../../kernel/problem.ts';
import { findActiveKey, touchKey } from './identity.sql.ts';
import { allows, hashKey, sameSecret } from './mintKey.ts';

/** One answer for every bad credential: missing, malformed, unknown, expired and revoked must look alike. */
function refused(): Problem {
  return new Problem(401, 'invalid_api_key', 'Send a valid API key as "Authorization: Bearer sk_…".');
}

const keyPattern = /^Bearer (sk_(?:live|test)_[0-9a-f]{64})$/i;
const touchEverySeconds = 60;

function isStale(lastUsedAt: Temporal.Instant | null, now: Temporal.Instant): boolean {
  return lastUsedAt === null || Temporal.Instant.compare(lastUsedAt, now.subtract({ seconds: touchEverySeconds })) < 0;
}

/** Guards the operations behind an API key. The key is looked up each time, so that revoking it works at once. */
export function apiKeyGuard(pool: pg.Pool): Guard {
  return async (request: FastifyRequest) => {
    const raw = keyPattern.exec(request.headers.authorization ?? '')?.[1];
    if (raw === undefined) throw refused();
    const now = systemNow();
    const key = await transact(pool, { tenantId: null }, async (client) => {
      const db = kyselyOver(client);
      const found = await findActiveKey(db, hashKey(raw));
      if (found === undefined) return null;
      if (found.expires_at !== null && Temporal.Instant.compare(found.expires_at, now) <= 0) return null;
      if (isStale(found.last_used_at, now)) await touchKey(db, found.id, now);
      return found;
    });
    if (key === null) throw refused();
    return {
      scope: {
        tenant: { id: key.tenant_id, organizationId: key.organization_id, environment: key.environment },
        actor: { type: 'api_key', id: key.id },
        now: key.clock_now ?? now,
        requestId: request.id,
        scopes: key.scopes,
      },
      may: (permission) => allows(key.scopes, permission),
      credential: raw,
    };
  };
}

const noTenant = { id: '00000000-0000-0000-0000-000000000000', organizationId: '', environment: 'live' } as const;

/** Guards the operator's own operations, which belong to no tenant. */
export function adminGuard(adminSecret: string): Guard {
  return async (request: FastifyRequest) => {
    const given = request.headers['x-admin-secret'];
    if (typeof given !== 'string' || !sameSecret(given, adminSecret))
      throw new Problem(401, 'invalid_admin_secret', 'Send the admin secret as "X-Admin-Secret".');
    return {
      scope: { tenant: noTenant, actor: { type: 'admin', id: null }, now: systemNow(), requestId: request.id, scopes: ['*'] },
      may: () => true,
      credential: given,
    };
  };
}

/** Anybody may call. */
export const publicGuard: Guard = async (request) => ({
  scope: { tenant: noTenant, actor: { type: 'system', id: null }, now: systemNow(), requestId: request.id, scopes: [] },
  may: () => true,
  credential: '',
});
