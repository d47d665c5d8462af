import { type QueryExecutorProvider, sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import type { Environment } from '../../kernel/scope.ts';
import type { Tables } from '../../tables.ts';

export type OrganizationRow = Selectable<Tables['organizations']>;
export type ApiKeyRow = Selectable<Tables['api_keys']>;

/** The key's row with its tenant's clock, in the one read that every request pays. */
export interface PresentedKey {
  readonly id: string;
  readonly organization_id: string;
  readonly tenant_id: string;
  readonly environment: Environment;
  readonly scopes: string[];
  readonly expires_at: Temporal.Instant | null;
  readonly last_used_at: Temporal.Instant | null;
  readonly clock_now: Temporal.Instant | null;
}

export async function findActiveKey(db: QueryExecutorProvider, hash: Buffer): Promise<PresentedKey | undefined> {
  const { rows } = await sql<PresentedKey>`
    select k.id, k.organization_id, k.tenant_id, k.environment, k.scopes, k.expires_at, k.last_used_at, t.clock_now
    from api_keys k join tenants t on t.id = k.tenant_id join organizations o on o.id = k.organization_id
    where k.key_hash = ${hash} and k.status = 'active' and o.deleted_at is null`.execute(db);
  return rows[0];
}

export async function touchKey(db: QueryExecutorProvider, id: string, at: Temporal.Instant): Promise<void> {
  await sql`update api_keys set last_used_at = ${at} where id = ${id}`.execute(db);
}

export async function findOrganization(db: ReadDb, id: string): Promise<OrganizationRow | undefined> {
  return db.selectFrom('organizations').selectAll().where('id', '=', id).where('deleted_at', 'is', null).executeTakeFirst();
}

export async function findOrganizationBySlug(db: ReadDb, slug: string): Promise<OrganizationRow | undefined> {
  return db.selectFrom('organizations').selectAll().where('slug', '=', slug).where('deleted_at', 'is', null).executeTakeFirst();
}

export async function listOrganizations(db: ReadDb, page: PageRequest) {
  return listRows(db.selectFrom('organizations').selectAll().where('deleted_at', 'is', null), page, {
    sortable: { created_at: 'created_at', name: 'name' },
  });
}

/** The slug itself, or with the first free of -1, -2, … behind it. */
export async function freeSlug(db: ReadDb, slug: string): Promise<string> {
  const { rows } = await sql<{ slug: string }>`
    select slug from organizations where slug = ${slug} or slug ~ ${`^${slug}-[0-9]+$`}`.execute(db);
  const taken = new Set(rows.map((row) => row.slug));
  for (let n = 0; ; n++) {
    const candidate = n === 0 ? slug : `${slug}-${n}`;
    if (!taken.has(candidate)) return candidate;
  }
}

export async function listKeys(db: ReadDb, organizationId: string, environments: readonly Environment[], page: PageRequest) {
  const query = db
    .selectFrom('api_keys')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('environment', 'in', environments);
  return listRows(query, page, { sortable: { created_at: 'created_at' } });
}

export async function lockKey(db: Db, organizationId: string, id: string): Promise<ApiKeyRow | undefined> {
  return db
    .selectFrom('api_keys')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export async function tenantsOf(db: ReadDb, organizationId: string): Promise<Record<Environment, string>> {
  const rows = await db.selectFrom('tenants').select(['id', 'environment']).where('organization_id', '=', organizationId).execute();
  const id = (environment: Environment) => rows.find((row) => row.environment === environment)?.id ?? '';
  return { live: id('live'), sandbox: id('sandbox') };
}

export type TenantRow = Selectable<Tables['tenants']>;

export async function findTenant(db: ReadDb, id: string): Promise<TenantRow> {
  return db.selectFrom('tenants').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

export async function lockTenant(db: Db, id: string): Promise<TenantRow> {
  return db.selectFrom('tenants').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow();
}
