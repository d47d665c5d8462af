import { timer } from '../../kernel/timer.ts';
import { topUpByInterval } from './topUpByRule.ts';

/** Falls due when a rule by interval tops up a wallet. */
export const topUpDue = timer({
  kind: 'wallet.top_up',
  handle: async (tx, { subjectId, dueAt }) => {
    const next = await topUpByInterval(tx, subjectId, dueAt);
    if (next !== null) await tx.schedule(topUpDue, subjectId, next);
  },
});
