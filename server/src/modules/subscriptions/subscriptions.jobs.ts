import { type TimerType, timer } from '../../kernel/timer.ts';
import { doDueWork, hasCome } from './doDueWork.ts';
import { nextDue } from './nextDue.ts';
import { scheduleNext } from './scheduleNext.ts';
import { dueTimer, lockSubscription } from './subscriptions.sql.ts';

/**
 * One timer per subscription, set to what falls due next. It is only the alarm: what there is to do, the row and its terms say, so that
 * a timer that fires too early, too late or for nothing does no harm. Each run does one thing; a process that was off for weeks catches
 * up boundary by boundary, each in a transaction of its own.
 */
export const subscriptionDue: TimerType = timer({
  ...dueTimer,
  handle: async (tx, { subjectId }) => {
    const row = await lockSubscription(tx, subjectId);
    const due = nextDue(row);
    await scheduleNext(tx, due !== null && hasCome(tx, due.at) ? await doDueWork(tx, row, due) : row);
  },
});
