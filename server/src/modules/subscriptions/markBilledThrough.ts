import type { BilledThrough } from '@farthing/core/subscriptions';
import type { Tx } from '../../kernel/envelope.ts';

/** Remembers through where usage is billed, as the invoice that bills it is made. The next period opens there (T1). */
export async function markBilledThrough(tx: Tx, id: string, { at, day }: BilledThrough): Promise<void> {
  await tx.db
    .updateTable('subscriptions')
    .set({ billed_through_at: at, billed_through_day: day.toString(), updated_at: tx.scope.now })
    .where('id', '=', id)
    .execute();
}
