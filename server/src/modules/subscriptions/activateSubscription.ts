import type { Tx } from '../../kernel/envelope.ts';
import { presentSubscription } from './presentSubscription.ts';
import { startSubscription } from './startSubscription.ts';
import { scheduleNext } from './scheduleNext.ts';
import { takeSubscription } from './takeSubscription.ts';

/** Starts a pending subscription now, whatever date it was to start on. */
export async function activateSubscription(tx: Tx, reference: string) {
  const { now } = tx.scope;
  const started = await startSubscription(tx, await takeSubscription(tx, reference), now, now);
  await scheduleNext(tx, started);
  return presentSubscription(started, now);
}
