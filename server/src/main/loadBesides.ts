import { setTimeout as pause } from 'node:timers/promises';

/**
 * The program in pieces, each of which builds upon those before it. What is not named comes with whatever needs it: the list decides
 * only when things are loaded, not whether.
 */
const pieces: (() => Promise<unknown>)[] = [
  () => import('../kernel/db/migrate.ts'),
  () => import('kysely'),
  () => import('zod'),
  () => import('fastify'),
  () => import('../kernel/worker.ts'),
  () => import('../kernel/metrics.ts'),
  () => import('@farthing/core/billing'),
  () => import('../kernel/http/server.ts'),
  () => import('../modules/identity/index.ts'),
  () => import('../modules/webhooks/index.ts'),
  () => import('../modules/catalog/index.ts'),
  () => import('../modules/customers/index.ts'),
  () => import('../modules/subscriptions/index.ts'),
  () => import('../modules/wallets/index.ts'),
  () => import('../modules/metering/index.ts'),
  () => import('../modules/invoicing/index.ts'),
  () => import('./createRuntime.ts'),
];

/** Long enough between two pieces for what was waited for to be noticed. */
const gapMilliseconds = 3;

/**
 * Waits for what PostgreSQL does, and loads the program meanwhile: that keeps this process busy for longer than PostgreSQL takes to
 * start, and whoever did one after the other would wait for both. Answers what was waited for.
 */
export async function loadBesides<T>(work: Promise<T>): Promise<T> {
  let over = false;
  const end = () => {
    over = true;
  };
  work.then(end, end);
  while (!over) {
    const load = pieces.shift();
    if (load === undefined) break;
    await load();
    await pause(gapMilliseconds);
  }
  return work;
}
