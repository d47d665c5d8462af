import { z } from 'zod';
import { systemNow } from '../../kernel/clock.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { type JobType, job } from '../../kernel/job.ts';
import { billArrived } from './billInAdvance.ts';
import { arrivedInAdvance, beginInAdvanceProgress, hasChargesInAdvance, writeInAdvanceProgress } from './inAdvance.sql.ts';

const pauseSeconds = 2;
const payload = z.object({});

/**
 * Follows the stored events of a tenant while it has charges that are paid in advance, and bills those that came since the last look;
 * then looks again in two seconds of real time. A look that is broken off is made again: what it billed is not billed twice.
 */
export const followUsage: JobType<typeof payload> = job({
  name: 'invoicing.follow_usage',
  payload,
  handle: async ({ envelope, tenantId }) => {
    const { until, arrived } = await envelope.read(await envelope.scopeOf(tenantId), ({ db }) => arrivedInAdvance(db));
    const bySubscription = Map.groupBy(arrived, ({ subscription_id: id }) => id);
    for (const [id, rows] of bySubscription)
      await envelope.command(await envelope.scopeOf(tenantId), (tx) => billArrived(tx, id, rows.map(({ at }) => at)), 'what was billed before is not billed again');
    await envelope.command(
      await envelope.scopeOf(tenantId),
      async (tx) => {
        await writeInAdvanceProgress(tx.db, tx.scope, until);
        if (await hasChargesInAdvance(tx.db)) await lookAgain(tx, pauseSeconds);
      },
      'where the look ended is bookkeeping',
    );
  },
});

async function lookAgain(tx: Tx, seconds: number): Promise<void> {
  const runAt = systemNow().add({ seconds });
  await tx.enqueue(followUsage, {}, { runAt, key: `follow_usage ${tx.scope.tenant.id}` });
}

/** Begins to follow usage where there is a charge that is paid in advance; where that goes on already, it is looked at once more. */
export async function startFollowing(tx: Tx): Promise<void> {
  if (!(await hasChargesInAdvance(tx.db))) return;
  await beginInAdvanceProgress(tx.db, tx.scope);
  await lookAgain(tx, 0);
}
