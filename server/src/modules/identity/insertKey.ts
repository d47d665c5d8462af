import { randomUUIDv7 } from 'node:crypto';
import type { Tx } from '../../kernel/envelope.ts';
import type { Tenant } from '../../kernel/scope.ts';
import type { ApiKeyRow } from './identity.sql.ts';
import { mintKey } from './mintKey.ts';

interface NewKey {
  readonly name: string | null;
  readonly scopes: string[];
  readonly expires_at: Temporal.Instant | null;
}

/** Mints a key for one environment; only its hash and its first characters are stored. */
export async function insertKey(tx: Tx, tenant: Tenant, key: NewKey): Promise<{ row: ApiKeyRow; raw: string }> {
  const { raw, prefix, hash } = mintKey(tenant.environment);
  const row = await tx.db
    .insertInto('api_keys')
    .values({
      id: randomUUIDv7(),
      organization_id: tenant.organizationId,
      tenant_id: tenant.id,
      environment: tenant.environment,
      ...key,
      key_prefix: prefix,
      key_hash: hash,
      created_at: tx.scope.now,
      updated_at: tx.scope.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { row, raw };
}
