import type { Logger } from 'pino';
import { systemNow } from '../../kernel/clock.ts';
import type { Envelope, Tx } from '../../kernel/envelope.ts';
import type { StoredSince } from './arrivedEvents.sql.ts';
import { dropUnfollowed, keepUnfollowed, readUnfollowed, type UnfollowedUsage } from './followUsage.sql.ts';
import type { UsageFollower } from './followUsage.ts';

interface Looking {
  readonly envelope: Envelope;
  readonly tenantId: string;
  readonly followers: readonly UsageFollower[];
  readonly logger: Logger;
}

/** What one follower is to do for one subscription. */
interface Errand {
  readonly follower: UsageFollower;
  readonly subscriptionId: string;
  readonly since: string;
  readonly instants: readonly Temporal.Instant[];
  /** How often it was tried in vain. */
  readonly attempts: number;
}

/** Transactions under way at one time: each waits for the database most of its time. */
const atOnce = 2;
/** Subscriptions that are looked after side by side in one transaction, with statements that they share. */
const sideBySide = 25;

/** How long to wait after having failed so often: 10 seconds, 30, 90, … an hour at most. */
const pauseAfter = (attempts: number): number => Math.min(10 * 3 ** (attempts - 1), 3600);

/**
 * Gives the followers the subscriptions that got usage, several of them side by side in one transaction, and those again whose time has come
 * of what failed before, each by itself. What fails waits for its next time, its later usage with it, and holds back nobody else. Answers
 * whether anything waits.
 */
export async function takeArrived(looking: Looking, stored: StoredSince): Promise<boolean> {
  const errands = await errandsOf(looking, stored);
  // What is to be done for one subscription is done in turn: it would wait for the same locks.
  const subscriptions = [...Map.groupBy(errands.due, ({ subscriptionId }) => subscriptionId).values()];
  const [again, first] = [subscriptions.filter(wasTried), subscriptions.filter((own) => !wasTried(own))];
  const runs = [...again.map((own) => [own]), ...Array.from({ length: Math.ceil(first.length / sideBySide) }, (_, part) => first.slice(part * sideBySide, (part + 1) * sideBySide))];
  const outcomes: boolean[] = [];
  const runOn = async (): Promise<void> => {
    for (let some = runs.shift(); some !== undefined; some = runs.shift()) outcomes.push(await runSome(looking, some));
  };
  await Promise.all(Array.from({ length: atOnce }, runOn));
  return errands.postponed || outcomes.includes(false);
}

const wasTried = (own: readonly Errand[]): boolean => own.some(({ attempts }) => attempts > 0);

/** Where one of several fails, nobody knows which: all are undone, and each is looked after by itself. Answers whether all was done. */
async function runSome(looking: Looking, subscriptions: readonly (readonly Errand[])[]): Promise<boolean> {
  if (subscriptions.length > 1 && (await runTogether(looking, subscriptions))) return true;
  let isDone = true;
  for (const errand of subscriptions.flat()) isDone = (await run(looking, errand)) && isDone;
  return isDone;
}

async function runTogether({ envelope, tenantId }: Looking, subscriptions: readonly (readonly Errand[])[]): Promise<boolean> {
  const takeAll = (own: readonly Errand[]) => async (tx: Tx) => {
    for (const { follower, subscriptionId, instants } of own) if (instants.length > 0) await follower.take(tx, subscriptionId, instants);
  };
  try {
    await envelope.command(await envelope.scopeOf(tenantId), (tx) => tx.sideBySide(subscriptions.map(takeAll)), 'what was done before is not done again');
    return true;
  } catch {
    return false;
  }
}

async function errandsOf({ envelope, tenantId, followers }: Looking, stored: StoredSince): Promise<{ due: Errand[]; postponed: boolean }> {
  return envelope.read(await envelope.scopeOf(tenantId), async ({ db }) => {
    const unfollowed = await readUnfollowed(db);
    const isDue = ({ retry_at: at }: UnfollowedUsage) => Temporal.Instant.compare(at, systemNow()) <= 0;
    const due: Errand[] = [];
    for (const follower of followers) {
      const own = unfollowed.filter((row) => row.follower === follower.name);
      const waiting = new Set(own.map((row) => row.subscription_id));
      for (const [subscriptionId, rows] of Map.groupBy(await follower.arrived(db, stored), (row) => row.subscription_id)) {
        if (!waiting.has(subscriptionId)) due.push({ follower, subscriptionId, since: stored.since, instants: rows.map(({ at }) => at), attempts: 0 });
      }
      for (const { subscription_id: subscriptionId, since, attempts } of own.filter(isDue)) {
        const rows = await follower.arrived(db, { since, until: stored.until, subscriptionId });
        due.push({ follower, subscriptionId, since, instants: rows.map(({ at }) => at), attempts });
      }
    }
    return { due, postponed: !unfollowed.every(isDue) };
  });
}

/** Answers whether it was done. */
async function run({ envelope, tenantId, logger }: Looking, { follower, subscriptionId, since, instants, attempts }: Errand): Promise<boolean> {
  const about = { follower: follower.name, subscription_id: subscriptionId };
  try {
    await envelope.command(
      await envelope.scopeOf(tenantId),
      async (tx) => {
        if (instants.length > 0) await follower.take(tx, subscriptionId, instants);
        if (attempts > 0) await dropUnfollowed(tx.db, about);
      },
      'what was done before is not done again',
    );
    return true;
  } catch (error) {
    const failed = attempts + 1;
    const seconds = pauseAfter(failed);
    const message = error instanceof Error ? error.message : String(error);
    logger.error({ ...about, tenant_id: tenantId, attempts: failed, message }, `usage could not be followed, and is looked at again in ${seconds} s`);
    const failure = { ...about, since, attempts: failed, retry_at: systemNow().add({ seconds }), message };
    await envelope.command(await envelope.scopeOf(tenantId), (tx) => keepUnfollowed(tx.db, tx.scope, failure), 'what could not be followed is bookkeeping');
    return false;
  }
}
