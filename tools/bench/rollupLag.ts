import pg from 'pg';
import type { Installation } from './rig.ts';

/** How far the roll-ups were behind while events came in. */
export interface Lag {
  /** Events that were stored and not yet rolled up: the most, and when the run ended. */
  readonly mostEvents: number;
  readonly eventsAtEnd: number;
  /** How long ago what was rolled up last had been stored: the longest, and when the run ended. */
  readonly mostSeconds: number;
  readonly secondsAtEnd: number;
}

interface Sample {
  readonly at: number;
  readonly stored: number;
  readonly rolledUp: number;
}

const millisecondsBetweenSamples = 250;

/** What is stored is told from the sequence that numbers events, as counting them would disturb. */
async function sample(client: pg.Client): Promise<Sample> {
  const { rows } = await client.query<{ stored: number; rolled_up: number }>(
    'select (select last_value from usage_events_seq)::float8 as stored, (select coalesce(sum(events), 0) from usage_volumes)::float8 as rolled_up',
  );
  return { at: performance.now(), stored: rows[0]?.stored ?? 0, rolledUp: rows[0]?.rolled_up ?? 0 };
}

/** Seconds since as much was stored as is rolled up now. */
function secondsBehind(samples: readonly Sample[], { at, rolledUp }: Sample): number {
  const then = samples.findLast(({ stored }) => stored <= rolledUp) ?? samples[0];
  return then === undefined ? 0 : (at - then.at) / 1000;
}

/** Watches from now on, over a connection of its own; nothing may be stored yet. */
export function watchLag({ adminUrl }: Installation): { end(): Promise<Lag> } {
  const samples: Sample[] = [];
  const seconds: number[] = [];
  const stopped = Promise.withResolvers<void>();
  let isOver = false;
  const watch = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    const { stored: before } = await sample(client);
    for (;;) {
      const { at, stored, rolledUp } = await sample(client);
      const latest = { at, stored: stored - before, rolledUp };
      samples.push(latest);
      seconds.push(secondsBehind(samples, latest));
      if (isOver) break;
      await Promise.race([stopped.promise, new Promise((resolve) => setTimeout(resolve, millisecondsBetweenSamples))]);
    }
    await client.end();
  };
  const watching = watch();
  return {
    async end() {
      isOver = true;
      stopped.resolve();
      await watching;
      const behind = samples.map(({ stored, rolledUp }) => Math.max(0, stored - rolledUp));
      return {
        mostEvents: Math.max(...behind),
        eventsAtEnd: behind.at(-1) ?? 0,
        mostSeconds: Math.max(...seconds),
        secondsAtEnd: seconds.at(-1) ?? 0,
      };
    },
  };
}

/** The worst that any of the runs saw. */
export function worstOf(lags: readonly Lag[]): Lag {
  const most = (of: keyof Lag) => Math.max(...lags.map((lag) => lag[of]));
  return { mostEvents: most('mostEvents'), eventsAtEnd: most('eventsAtEnd'), mostSeconds: most('mostSeconds'), secondsAtEnd: most('secondsAtEnd') };
}

export function lagText({ mostEvents, eventsAtEnd, mostSeconds, secondsAtEnd }: Lag): string {
  return `behind by at most ${mostEvents} events, ${mostSeconds.toFixed(1)} s; at the end ${eventsAtEnd} events, ${secondsAtEnd.toFixed(1)} s`;
}

/** Resolves when all that is stored is rolled up and every meter is built. Events must not come in meanwhile. */
export async function finishRollups({ admin }: Installation): Promise<void> {
  const { rows: stored } = await admin.query<{ events: string }>('select count(*) as events from usage_events_all');
  for (;;) {
    const { rows } = await admin.query<{ done: boolean }>(
      `select (select coalesce(sum(events), 0) from usage_volumes) = $1::bigint and (select count(*) > 0 and bool_and(state = 'ready') from usage_meters) as done`,
      [stored[0]?.events],
    );
    if (rows[0]?.done === true) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
