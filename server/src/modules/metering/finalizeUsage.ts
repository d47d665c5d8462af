import type { Tx } from '../../kernel/envelope.ts';
import { deleteFinalized, type FinalizedUsage, insertFinalized } from './amendments.sql.ts';

/**
 * An invoice bills this usage for good: from now on its events are not amended (E5). The caller holds the customer's billing lock
 * since before it read the usage, so that no amendment falls between.
 */
export async function finalizeUsage(tx: Tx, invoiceId: string, usage: FinalizedUsage): Promise<void> {
  await insertFinalized(tx.db, { ...usage, tenantId: tx.scope.tenant.id, invoiceId });
}

/** The invoice was voided, which frees its period and its usage (I4). */
export async function releaseUsage(tx: Tx, invoiceId: string): Promise<void> {
  await deleteFinalized(tx.db, invoiceId);
}
