import type { BilledThrough } from '@farthing/core/subscriptions';
import type { Tx } from '../../kernel/envelope.ts';
import { updateSubscription } from './subscriptions.sql.ts';

/** Remembers through where usage is billed, as the invoice that bills it is made. The next period opens there (T1). */
export async function markBilledThrough(tx: Tx, id: string, { at, day }: BilledThrough): Promise<void> {
  await updateSubscription(tx.db, { id, columns: { billed_through_at: at, billed_through_day: day.toString(), updated_at: tx.scope.now } });
}
