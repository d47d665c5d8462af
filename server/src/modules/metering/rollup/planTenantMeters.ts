import type { Envelope, Tx } from '../../../kernel/envelope.ts';
import { planMeters } from './meters.sql.ts';

/** Makes the meters that the tenant's metrics and charges ask for now, one transaction of the tenant after the other. */
export async function planMetersOf(tx: Tx): Promise<void> {
  await tx.lock('usage_meters');
  await planMeters(tx.db, tx.scope.now);
}

export async function planTenantMeters(envelope: Envelope, tenantId: string): Promise<void> {
  await envelope.command(await envelope.scopeOf(tenantId), planMetersOf, 'meters are bookkeeping that nobody decides on');
}
