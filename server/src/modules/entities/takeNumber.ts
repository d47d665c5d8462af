import { sql } from 'kysely';
import type { Tx } from '../../kernel/envelope.ts';

const series = {
  invoice: { counter: 'next_invoice_number', infix: '' },
  credit_note: { counter: 'next_credit_note_number', infix: 'CN-' },
} as const;

/**
 * The next number of a series of an entity, such as "INV-000042" or "INV-CN-000007": gapless and in order of finalisation
 * (I3). The counter row stays locked until the finalising transaction ends, and a rollback gives the number back; take it
 * last.
 */
export async function takeNumber(tx: Tx, billingEntityId: string, kind: keyof typeof series): Promise<string> {
  const { counter, infix } = series[kind];
  const { rows } = await sql<{ taken: bigint; invoice_prefix: string | null }>`
    update billing_entities set ${sql.ref(counter)} = ${sql.ref(counter)} + 1
    where tenant_id = ${tx.scope.tenant.id} and id = ${billingEntityId}
    returning ${sql.ref(counter)} - 1 as taken, invoice_prefix`.execute(tx.db);
  const row = rows[0];
  if (row === undefined) throw new Error(`There is no billing entity ${billingEntityId}.`);
  return `${row.invoice_prefix ?? 'INV'}-${infix}${String(row.taken).padStart(6, '0')}`;
}
