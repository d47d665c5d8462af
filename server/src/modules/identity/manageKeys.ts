import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, notFound, Problem } from '../../kernel/problem.ts';
import type { Environment, Scope } from '../../kernel/scope.ts';
import { apiKeyCreated, apiKeyRevoked } from './identity.events.ts';
import type { ApiKeyCreate } from './identity.schemas.ts';
import { type ApiKeyRow, lockKey, tenantsOf } from './identity.sql.ts';
import { insertKey } from './insertKey.ts';
import { covers } from './mintKey.ts';
import { presentKey } from './presentIdentity.ts';

/** A live key manages the keys of both environments, a sandbox key only those of the sandbox. */
export function manageable(scope: Scope): readonly Environment[] {
  return scope.tenant.environment === 'live' ? ['live', 'sandbox'] : ['sandbox'];
}

async function makeKey(tx: Tx, environment: Environment, key: { name: string | null; scopes: string[]; expires_at: Temporal.Instant | null }) {
  const { organizationId } = tx.scope.tenant;
  const tenants = await tenantsOf(tx.db, organizationId);
  const { row, raw } = await insertKey(tx, { id: tenants[environment], organizationId, environment }, key);
  await tx.emit(apiKeyCreated, { id: row.id, data: presentKey(row) });
  return { ...presentKey(row), organization_id: organizationId, updated_at: row.updated_at, raw_key: raw };
}

/** Makes a key with at most the caller's own scopes. */
export async function createKey(tx: Tx, body: z.output<typeof ApiKeyCreate>) {
  const environment = body.environment ?? tx.scope.tenant.environment;
  if (!manageable(tx.scope).includes(environment))
    throw new Problem(403, 'wrong_environment', 'A sandbox key cannot make a live key.');
  const scopes = body.scopes ?? [...tx.scope.scopes];
  if (!covers(tx.scope.scopes, scopes))
    throw new Problem(403, 'insufficient_scope', 'A key can be given only scopes that the calling key has.');
  return makeKey(tx, environment, { name: body.name ?? null, scopes, expires_at: body.expires_at ?? null });
}

async function takeKey(tx: Tx, id: string): Promise<ApiKeyRow> {
  const row = await lockKey(tx.db, tx.scope.tenant.organizationId, id);
  if (row === undefined || !manageable(tx.scope).includes(row.environment)) throw notFound('API key');
  return row;
}

async function revoke(tx: Tx, row: ApiKeyRow): Promise<void> {
  const revoked = await tx.db
    .updateTable('api_keys')
    .set({ status: 'revoked', revoked_at: tx.scope.now, updated_at: tx.scope.now })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await tx.emit(apiKeyRevoked, { id: row.id, data: presentKey(revoked), before: presentKey(row) });
}

/** Revokes a key; it works at once, everywhere. Revoking it again changes nothing. */
export async function revokeKey(tx: Tx, id: string): Promise<void> {
  const row = await takeKey(tx, id);
  if (row.status === 'active') await revoke(tx, row);
}

/** Replaces a key by a new one of the same name, scopes and expiry. */
export async function rotateKey(tx: Tx, id: string) {
  const row = await takeKey(tx, id);
  if (row.status !== 'active') throw conflict('key_revoked', 'A revoked key cannot be rotated.');
  if (!covers(tx.scope.scopes, row.scopes))
    throw new Problem(403, 'insufficient_scope', 'A key can be rotated only by one that has all its scopes.');
  await revoke(tx, row);
  return makeKey(tx, row.environment, { name: row.name, scopes: row.scopes, expires_at: row.expires_at });
}
