import { sql } from 'kysely';
import type { Tx } from '../../kernel/envelope.ts';

/**
 * The next number of an entity's invoices, such as "INV-000042": gapless and in order of finalisation (I3). The counter
 * row stays locked until the finalising transaction ends, and a rollback gives the number back; take it last.
 */
export async function takeInvoiceNumber(tx: Tx, billingEntityId: string): Promise<string> {
  const { rows } = await sql<{ taken: bigint; invoice_prefix: string | null }>`
    update billing_entities set next_invoice_number = next_invoice_number + 1
    where tenant_id = ${tx.scope.tenant.id} and id = ${billingEntityId}
    returning next_invoice_number - 1 as taken, invoice_prefix`.execute(tx.db);
  const row = rows[0];
  if (row === undefined) throw new Error(`There is no billing entity ${billingEntityId}.`);
  return `${row.invoice_prefix ?? 'INV'}-${String(row.taken).padStart(6, '0')}`;
}
