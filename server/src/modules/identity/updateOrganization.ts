import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { notFound } from '../../kernel/problem.ts';
import { organizationDeleted, organizationUpdated } from './identity.events.ts';
import type { OrganizationUpdate } from './identity.schemas.ts';
import { findOrganization, tenantsOf } from './identity.sql.ts';
import { presentOrganization } from './presentIdentity.ts';

/** Changes what is given; a null clears. */
export async function updateOrganization(tx: Tx, body: z.output<typeof OrganizationUpdate>) {
  const before = await findOrganization(tx.db, tx.scope.tenant.organizationId);
  if (before === undefined) throw notFound('organization');
  const after = await tx.db
    .updateTable('organizations')
    .set({ ...body, updated_at: tx.scope.now })
    .where('id', '=', before.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await tx.emit(organizationUpdated, { id: after.id, data: presentOrganization(after), before: presentOrganization(before) });
  return presentOrganization(after);
}

/** Closes an organization: every key of it is refused from now on. What it billed is kept (A6). */
export async function deleteOrganization(tx: Tx, id: string): Promise<void> {
  const before = await findOrganization(tx.db, id);
  if (before === undefined) throw notFound('organization');
  await tx.db.updateTable('organizations').set({ deleted_at: tx.scope.now, updated_at: tx.scope.now }).where('id', '=', id).execute();
  const tenants = await tenantsOf(tx.db, id);
  for (const environment of ['live', 'sandbox'] as const)
    await tx.inTenant({ id: tenants[environment], organizationId: id, environment }, (inner) =>
      inner.emit(organizationDeleted, { id, data: presentOrganization(before) }),
    );
}
