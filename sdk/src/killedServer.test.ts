import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Installation, launchServe, postmasterOf, makeInstallation } from '../../server/src/testing/installation.ts';
import { type Client, createClient } from './createClient.ts';
import type { Rejection } from './sendBatch.ts';

// A real server, killed in the midst of its work again and again while a program adds events without a thought of it.

const kills = Number(process.env['FARTHING_SDK_KILLS'] ?? '4');
const eventsPerKill = 900;
const total = (kills + 1) * eventsPerKill;
const adders = 4;

// Processes are started and killed here; a busy machine may take its time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let installation: Installation;
let dataDir: string;
let server: Awaited<ReturnType<typeof launchServe>>;
let env: Record<string, string>;

/**
 * A port that was free a moment ago: the server comes back where it was. Below those from which systems take one for every connection
 * that somebody makes (from 32768 or 49152 on), so that nobody gets it while the server is away.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_768);
    const probe = createServer().listen(port, '127.0.0.1');
    const isFree = await once(probe, 'listening').then(() => true, () => false);
    if (!isFree) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}

beforeAll(async () => {
  installation = await makeInstallation();
  dataDir = await installation.copy();
  env = { FARTHING_DATA_DIR: dataDir, PORT: String(await freePort()) };
  server = await launchServe(env);
});
afterAll(async () => {
  server.signalGroup('SIGINT');
  await server.ended;
  await installation.remove();
});

/** A customer who pays by the token, on the 10th of January. */
async function prepare(farthing: Client): Promise<void> {
  await farthing.setTestClock({ now: '2026-01-10T12:00:00Z' });
  const metric = await farthing.createBillableMetric({ code: 'tokens', name: 'Tokens', aggregation_type: 'sum', field_name: 'tokens' });
  const charges = [{ billable_metric_id: metric.id, charge_model: 'standard' as const, properties: { amount: '0.01' } }];
  await farthing.createPlan({ code: 'starter', name: 'Starter', interval: 'monthly', amount_cents: 0, currency: 'USD', charges });
  await farthing.createCustomer({ external_id: 'acme', name: 'Acme' });
  await farthing.createSubscription({ external_id: 'acme-1', customer_id: 'acme', plan_id: 'starter', started_at: '2026-01-01T00:00:00Z' });
}

/** Kills the server with everything it started, every second time its database first, and starts it again. */
async function killAndRestart(round: number): Promise<void> {
  if (round % 2 === 1) process.kill(await postmasterOf(dataDir), 'SIGKILL');
  server.signalGroup('SIGKILL');
  await server.ended;
  server = await launchServe(env);
}

/** A way to the server that counts batches, and can be made to lose what the server answers to them. */
function lossyLine() {
  let posted = 0;
  let lost = 0;
  let losing = false;
  let wake = () => {};
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      wake = () => {
        if (condition()) resolve();
      };
      wake();
    });
  const through: typeof fetch = async (input, init) => {
    if (!String(input).endsWith('/batch')) return await fetch(input, init);
    posted++;
    wake();
    const response = await fetch(input, init);
    if (!losing || !response.ok) return response;
    lost++;
    wake();
    throw new TypeError('The connection was lost.');
  };
  return {
    fetch: through,
    /** Waits until so many more have set out. */
    batches: (count: number) => {
      const at = posted + count;
      return until(() => posted >= at);
    },
    /** Loses every reply from now on, and waits for the first. */
    loseReply: () => {
      losing = true;
      const before = lost;
      return until(() => lost > before);
    },
    mend: () => {
      losing = false;
    },
  };
}

it(`stores every accepted event once, though the server is killed ${kills} times`, async () => {
  const { sandbox_key: apiKey } = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8'));
  const line = lossyLine();
  const rejected: Rejection[] = [];
  let troubles = 0;
  const farthing = createClient({
    baseUrl: server.base,
    apiKey,
    fetch: line.fetch,
    events: {
      onRejected: (rejection) => void rejected.push(rejection),
      onTrouble: () => void troubles++,
      maxDelayMs: 20,
      maxBatchEvents: 60,
      maxInFlight: 3,
      maxBufferedEvents: 400,
      longestBackOffMs: 100,
      exitTimeoutMs: 0,
    },
  });
  await prepare(farthing);

  let next = 0;
  /** What may be added so far: the rest comes after the next kill, so that every one meets events under way. */
  let allowance = eventsPerKill;
  let more = Promise.withResolvers<void>();
  const accepted: string[] = [];
  const addSome = async () => {
    for (let place = next++; place < total; place = next++) {
      while (place >= allowance) await more.promise;
      // 1 to 7 tokens in turn.
      const properties = { tokens: (place % 7) + 1 };
      accepted.push(await farthing.events.add({ external_customer_id: 'acme', code: 'tokens', timestamp: '2026-01-10T11:00:00Z', properties }));
    }
  };
  const adding = Promise.all(Array.from({ length: adders }, addSome));
  for (let round = 0; round < kills; round++) {
    // In the midst of its work, at another batch each time: between the 5th and the 13th since the server is there. One of them it
    // has stored, but the client never hears of that; others are under way.
    await line.batches(5 + ((round * 3) % 9));
    await line.loseReply();
    await killAndRestart(round);
    line.mend();
    allowance += eventsPerKill;
    more.resolve();
    more = Promise.withResolvers();
  }
  await adding;
  expect(await farthing.events.close()).toEqual({ unsent: [] });

  expect(rejected).toEqual([]);
  expect(troubles).toBeGreaterThanOrEqual(kills);
  expect(new Set(accepted).size).toBe(total);
  expect((await farthing.listEvents({ query: { limit: 1 } })).total).toBe(total);
  // 4500 events make 642 full turns of 1 + 2 + … + 7 = 28 and then 1 + … + 6 = 21: 17,976 + 21 = 17,997 tokens. In general:
  const tokens = Math.floor(total / 7) * 28 + ((total % 7) * ((total % 7) + 1)) / 2;
  const usage = await farthing.getCustomerCurrentUsage('acme', { query: { external_subscription_id: 'acme-1' } });
  expect(usage.charges.map(({ units }) => units)).toEqual([String(tokens)]);
});
