import type { FastifyRequest } from 'fastify';
import type pg from 'pg';
import { systemNow } from '../../kernel/clock.ts';
import { kyselyOver } from '../../kernel/db/kysely.ts';
import { transact } from '../../kernel/db/transaction.ts';
import type { Guard } from '../../kernel/http/server.ts';
import type { Lookups } from '../../kernel/lookups.ts';
import { Problem } from '../../kernel/problem.ts';
import { findActiveKey, type PresentedKey, touchKey } from './identity.sql.ts';
import { allows, hashKey, sameSecret } from './mintKey.ts';

/** One answer for every bad credential: missing, malformed, unknown, expired and revoked must look alike. */
function refused(): Problem {
  return new Problem(401, 'invalid_api_key', 'Send a valid API key as "Authorization: Bearer sk_…".');
}

const keyPattern = /^Bearer (sk_(?:live|test)_[0-9a-f]{64})$/i;
const touchEverySeconds = 60;
const mostKeysKept = 10_000;
const everyTenant = '';

function isBefore(instant: Temporal.Instant | null, other: Temporal.Instant): boolean {
  return instant === null || Temporal.Instant.compare(instant, other) < 0;
}

interface GuardOptions {
  readonly pool: pg.Pool;
  readonly lookups: Lookups;
}

/**
 * Guards the operations behind an API key. A key is kept in memory until something about keys changes, so that revoking it works at
 * once; one of a sandbox whose clock was set is not, as its time is the database's to tell.
 */
export function apiKeyGuard({ pool, lookups }: GuardOptions): Guard {
  const kept = lookups.cache<PresentedKey>({ subjects: ['api_key', 'organization', 'test_clock'], acrossTenants: true, most: mostKeysKept });

  const read = (hash: string, now: Temporal.Instant) =>
    transact(pool, { tenantId: null }, async (client) => {
      const drawer = kept.drawer(everyTenant);
      const db = kyselyOver(client);
      const found = await findActiveKey(db, Buffer.from(hash, 'hex'));
      if (found === undefined) return null;
      const isStale = isBefore(found.last_used_at, now.subtract({ seconds: touchEverySeconds }));
      if (isStale && !isExpired(found, now)) await touchKey(db, found.id, now);
      if (found.clock_now === null) drawer.keep(hash, isStale ? { ...found, last_used_at: now } : found);
      return found;
    });

  return async (request: FastifyRequest) => {
    const raw = keyPattern.exec(request.headers.authorization ?? '')?.[1];
    if (raw === undefined) throw refused();
    const now = systemNow();
    const hash = hashKey(raw).toString('hex');
    const known = kept.peek(everyTenant, hash);
    const isFresh = known !== undefined && !isBefore(known.last_used_at, now.subtract({ seconds: touchEverySeconds }));
    const key = isFresh ? known : await read(hash, now);
    if (key === null || isExpired(key, now)) throw refused();
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

function isExpired({ expires_at: expiresAt }: PresentedKey, now: Temporal.Instant): boolean {
  return expiresAt !== null && Temporal.Instant.compare(expiresAt, now) <= 0;
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
