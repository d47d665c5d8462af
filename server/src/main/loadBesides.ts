import { setTimeout as pause } from 'node:timers/promises';

/**
 * The program in pieces, each of which builds upon those before it. What is not named comes with whatever needs it: the list decides
 * only when things are loaded, not whether.
 */
const pieces: readonly (() => Promise<unknown>)[] = [
  () => import('../kernel/db/migrate.ts'),
  () => import('kysely'),
  () => import('zod'),
  () => import('../kernel/worker.ts'),
  () => import('../kernel/metrics.ts'),
  () => import('@farthing/core/billing'),
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

/** What a process that answers HTTP needs beside. */
const httpPieces: typeof pieces = [() => import('fastify'), () => import('../kernel/http/server.ts'), () => import('./systemRoutes.ts')];

/** Long enough between two pieces for what was waited for to be noticed. */
const gapMilliseconds = 3;

/**
 * Waits for what PostgreSQL does, and loads the program meanwhile: that keeps this process busy for longer than PostgreSQL takes to
 * start, and whoever did one after the other would wait for both. Answers what was waited for. Loading goes on where it was with the
 * next thing to wait for.
 */
export function loadingBesides(api: boolean): <T>(work: Promise<T>) => Promise<T> {
  const left = [...pieces, ...(api ? httpPieces : [])];
  return async (work) => {
    let over = false;
    const end = () => {
      over = true;
    };
    work.then(end, end);
    while (!over) {
      const load = left.shift();
      if (load === undefined) break;
      await load();
      await pause(gapMilliseconds);
    }
    return work;
  };
}
