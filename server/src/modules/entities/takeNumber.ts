import { sql } from 'kysely';
import { together } from '../../kernel/db/together.ts';
import type { Tx } from '../../kernel/envelope.ts';

const series = {
  invoice: { counter: 'next_invoice_number', infix: '' },
  credit_note: { counter: 'next_credit_note_number', infix: 'CN-' },
} as const;

interface Wanted {
  readonly tenantId: string;
  readonly billingEntityId: string;
  readonly kind: keyof typeof series;
}

const taking = together<Wanted, string>(async (db, wanted) => {
  const numbers = new Map<Wanted, string>();
  for (const some of Map.groupBy(wanted, ({ billingEntityId, kind }) => `${kind} ${billingEntityId}`).values()) {
    const [{ tenantId, billingEntityId, kind }] = some as [Wanted];
    const { counter, infix } = series[kind];
    const { rows } = await sql<{ last: bigint; invoice_prefix: string | null }>`
      update billing_entities set ${sql.ref(counter)} = ${sql.ref(counter)} + ${some.length}
      where tenant_id = ${tenantId} and id = ${billingEntityId}
      returning ${sql.ref(counter)} - 1 as last, invoice_prefix`.execute(db);
    const [row] = rows;
    if (row === undefined) throw new Error(`There is no billing entity ${billingEntityId}.`);
    const first = row.last - BigInt(some.length - 1);
    for (const [place, one] of some.entries()) numbers.set(one, `${row.invoice_prefix ?? 'INV'}-${infix}${String(first + BigInt(place)).padStart(6, '0')}`);
  }
  return wanted.map((one) => numbers.get(one) ?? '');
});

/**
 * The next number of a series of an entity, such as "INV-000042" or "INV-CN-000007": gapless and in order of finalisation
 * (I3). The counter row stays locked until the finalising transaction ends, and a rollback gives the number back; take it
 * last.
 */
export async function takeNumber(tx: Tx, billingEntityId: string, kind: keyof typeof series): Promise<string> {
  return taking(tx.db, { tenantId: tx.scope.tenant.id, billingEntityId, kind });
}
