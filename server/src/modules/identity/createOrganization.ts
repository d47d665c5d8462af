import { randomUUIDv7 } from 'node:crypto';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import type { Environment } from '../../kernel/scope.ts';
import { apiKeyCreated, organizationCreated } from './identity.events.ts';
import type { OrganizationCreate } from './identity.schemas.ts';
import { freeSlug } from './identity.sql.ts';
import { insertKey } from './insertKey.ts';
import { presentKey, presentOrganization } from './presentIdentity.ts';

function slugify(name: string): string {
  const slug = name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60);
  return slug === '' ? 'organization' : slug;
}

/** Creates an organization with its live and sandbox environments and one key for each. The raw keys are in the answer only. */
export async function createOrganization(tx: Tx, body: z.output<typeof OrganizationCreate>) {
  const { now } = tx.scope;
  const id = randomUUIDv7();
  await tx.lock('organization slugs');
  const row = await tx.db
    .insertInto('organizations')
    .values({
      id,
      name: body.name,
      slug: await freeSlug(tx.db, slugify(body.name)),
      default_currency: body.default_currency ?? 'USD',
      timezone: body.timezone ?? 'UTC',
      hmac_key: body.hmac_key ?? null,
      logo_url: body.logo_url ?? null,
      portal_accent_color: body.portal_accent_color ?? null,
      portal_welcome_message: body.portal_welcome_message ?? null,
      store_unknown_metrics: body.store_unknown_metrics ?? false,
      ignore_late_usage: body.ignore_late_usage ?? false,
      event_retention_days: body.event_retention_days ?? null,
      skip_zero_invoices: body.skip_zero_invoices ?? false,
      created_at: now,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();

  const organization = presentOrganization(row);
  const makeEnvironment = async (environment: Environment) => {
    const tenant = { id: randomUUIDv7(), organizationId: id, environment };
    await tx.db.insertInto('tenants').values({ id: tenant.id, organization_id: id, environment, created_at: now }).execute();
    return tx.inTenant(tenant, async (inner) => {
      await inner.emit(organizationCreated, { id, data: organization });
      const made = await insertKey(inner, tenant, { name: 'Initial API key', scopes: ['*'], expires_at: null });
      await inner.emit(apiKeyCreated, { id: made.row.id, data: presentKey(made.row) });
      return made;
    });
  };
  const live = await makeEnvironment('live');
  const sandbox = await makeEnvironment('sandbox');
  return {
    ...organization,
    api_key: { ...presentKey(live.row), organization_id: id, updated_at: now, raw_key: live.raw },
    live_key: live.raw,
    sandbox_key: sandbox.raw,
  };
}
