import type { Tx } from '../../kernel/envelope.ts';

/**
 * Waits for whoever bills this customer, or changes what was used by it, and keeps others from it until the transaction ends: what an
 * invoice has read stays as it is until the invoice is posted. To be taken before the rows of its invoices.
 */
export async function lockBilling(tx: Tx, customerId: string): Promise<void> {
  await tx.lock(`billing ${customerId}`);
}
