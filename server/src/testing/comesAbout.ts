import pg from 'pg';

const patienceMilliseconds = 90_000;
const longestPause = 100;

/** Asks until there is an answer, at growing intervals, as asking keeps the server busy; throws after a minute and a half without one. */
export async function untilAnswered<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const began = performance.now();
  for (let pause = 5; ; pause = Math.min(longestPause, pause * 1.4)) {
    const found = await ask();
    if (found !== undefined) return found;
    if (performance.now() - began > patienceMilliseconds) throw new Error('It did not come about within a minute and a half.');
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

// Looking at stored usage is a job that is done again two seconds later. It is moved to now, and the worker told.
const lookNow = `
  select graphile_worker.reschedule_jobs(ids, run_at => now()), pg_notify('jobs:insert', '{"count": 1}') from (
    select array_agg(j.id) as ids from graphile_worker.jobs j join tenants t on j.key = 'follow_usage ' || t.id
    where t.organization_id = $1 and j.locked_at is null and j.run_at > now()) waiting
  where ids is not null`;

/** Waits for what comes about in the background after usage has arrived, without the pauses between two looks at it. */
export interface UsageLook {
  until<T>(organizationId: string, ask: () => Promise<T | undefined>): Promise<T>;
  close(): Promise<void>;
}

export function usageLook(adminUrl: string): UsageLook {
  let connecting: Promise<pg.Client> | null = null;
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: adminUrl });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  return {
    async until(organizationId, ask) {
      connecting ??= connect();
      const client = await connecting;
      return untilAnswered(async () => {
        await client.query(lookNow, [organizationId]);
        return ask();
      });
    },
    async close() {
      await (await connecting)?.end();
    },
  };
}
