import { parentPort } from 'node:worker_threads';
import type { ToThread } from '../modules/metering/intake/thread/messages.ts';

// A thread that breaks down over the first body it is given.
parentPort?.on('message', ({ type }: ToThread) => {
  if (type === 'take') throw new Error('This thread broke down.');
});
