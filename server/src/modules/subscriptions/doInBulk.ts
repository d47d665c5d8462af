import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { Problem } from '../../kernel/problem.ts';
import type { BulkSubscriptionResponse } from './subscriptions.schemas.ts';

type Reply = z.output<typeof BulkSubscriptionResponse>;

/** Does one thing to each subscription by itself: what is refused for one changes nothing for the others. */
export async function doInBulk(tx: Tx, references: readonly string[], act: (reference: string) => Promise<unknown>): Promise<Reply> {
  const results: Reply['results'] = [];
  for (const reference of references) {
    const refusal = await refusalOf(tx, () => act(reference));
    results.push({ subscription_id: reference, success: refusal === null, code: refusal?.code ?? null, error: refusal?.message ?? null });
  }
  const failed = results.filter(({ success }) => !success).length;
  return { results, succeeded_count: results.length - failed, failed_count: failed };
}

async function refusalOf(tx: Tx, work: () => Promise<unknown>): Promise<Problem | null> {
  try {
    await tx.attempt(work);
    return null;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
