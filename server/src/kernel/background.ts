import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { createPool } from './db/pool.ts';
import type { Envelope } from './envelope.ts';
import type { Module } from './module.ts';

interface BackgroundContext {
  /** Connections of the role that the work asked for. */
  readonly pool: pg.Pool;
  readonly envelope: Envelope;
  readonly logger: Logger;
}

/** Work without an end: every worker process does it beside its jobs, and they must get along with each other. */
export interface Background {
  readonly name: string;
  /** The database role it acts as. */
  readonly role: string;
  /** Answers what does some of the work and says after how many milliseconds it wants to be called again; 0: there is more to do now. */
  readonly start: (context: BackgroundContext) => () => Promise<number>;
}

interface RunOptions {
  readonly adminUrl: string;
  readonly envelope: Envelope;
  readonly modules: readonly Module[];
  readonly logger: Logger;
}

const connections = 2;
const retryMilliseconds = 1000;

/** Runs the background work of all modules until stopped; what is under way ends first. */
export function runBackground({ adminUrl, envelope, modules, logger }: RunOptions): { stop(): Promise<void> } {
  const abort = new AbortController();
  const run = async ({ name, role, start }: Background): Promise<void> => {
    const pool = createPool(adminUrl, { max: connections, role, onError: (error) => logger.warn({ err: error }, 'an idle database connection was lost') });
    const round = start({ pool, envelope, logger });
    while (!abort.signal.aborted) {
      const pause = await round().catch((error: unknown) => {
        logger.error({ err: error }, `${name} failed, and is tried again`);
        return retryMilliseconds;
      });
      // Also where there is more to do, the process gets to answer others first.
      await setTimeout(pause, undefined, { signal: abort.signal }).catch(() => {});
    }
    await pool.end();
  };
  const running = modules.flatMap((module) => module.background ?? []).map(run);
  return {
    async stop() {
      abort.abort();
      await Promise.all(running);
    },
  };
}
