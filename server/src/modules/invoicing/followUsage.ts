import type { Logger } from 'pino';
import { z } from 'zod';
import { systemNow } from '../../kernel/clock.ts';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { Envelope, Tx } from '../../kernel/envelope.ts';
import type { EventType } from '../../kernel/event.ts';
import { type JobType, job } from '../../kernel/job.ts';
import type { ArrivedUsage, StoredSince } from './arrivedEvents.sql.ts';
import { beginProgress, storedSince, writeProgress } from './followUsage.sql.ts';
import { takeArrived } from './takeArrived.ts';

/** Something that is done as usage arrives, for each subscription by itself. What was done before must not be done again. */
export interface UsageFollower {
  readonly name: string;
  /** After which of these there may be something to follow. */
  readonly startsOn: readonly EventType[];
  /** Whether there is anything to follow. */
  isWanted(db: ReadDb): Promise<boolean>;
  /** The subscriptions that got usage it is for. */
  arrived(db: ReadDb, stored: StoredSince): Promise<readonly ArrivedUsage[]>;
  take(tx: Tx, subscriptionId: string, instants: readonly Temporal.Instant[]): Promise<void>;
}

export interface UsageFollowing {
  readonly job: JobType;
  /** Begins to follow usage where a follower wants it; where that goes on already, it is looked at once more. */
  start(tx: Tx): Promise<void>;
}

const pauseSeconds = 2;
const payload = z.object({});

/**
 * Follows the stored events of a tenant while a follower wants it: gives each of them the subscriptions that got usage since the last
 * look, then looks again in two seconds of real time. A look that is broken off is made again. One follower's refusal is not another's,
 * nor one subscription's.
 */
export function followUsage(followers: readonly UsageFollower[], logger: Logger): UsageFollowing {
  const isWanted = async (db: ReadDb): Promise<boolean> => {
    for (const follower of followers) if (await follower.isWanted(db)) return true;
    return false;
  };
  const lookAgain = async (tx: Tx, seconds: number): Promise<void> => {
    const runAt = systemNow().add({ seconds });
    await tx.enqueue(looking, {}, { runAt, key: `follow_usage ${tx.scope.tenant.id}` });
  };
  const looking: JobType<typeof payload> = job({
    name: 'invoicing.follow_usage',
    payload,
    handle: async ({ envelope, tenantId }) => {
      const { waiting, until } = await look(envelope, tenantId);
      await envelope.command(
        await envelope.scopeOf(tenantId),
        async (tx) => {
          await writeProgress(tx.db, tx.scope, until);
          if (waiting || (await isWanted(tx.db))) await lookAgain(tx, pauseSeconds);
        },
        'where the look ended is bookkeeping',
      );
    },
  });
  const look = async (envelope: Envelope, tenantId: string): Promise<{ readonly until: string; readonly waiting: boolean }> => {
    const { since, until } = await envelope.read(await envelope.scopeOf(tenantId), ({ db }) => storedSince(db));
    const waiting = since !== null && (await takeArrived({ envelope, tenantId, followers, logger }, { since, until }));
    return { until, waiting };
  };
  return {
    job: looking,
    start: async (tx) => {
      if (!(await isWanted(tx.db))) return;
      await beginProgress(tx.db, tx.scope);
      await lookAgain(tx, 0);
    },
  };
}
