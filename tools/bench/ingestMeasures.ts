import type { LoadResult } from './load.ts';
import { comparePairs, type PairPlan } from './pairs.ts';
import type { Line } from './report.ts';
import { checkpoint, counted, emptyTables, type Installation, type Rig } from './rig.ts';
import { type Lag, lagText, watchLag, worstOf } from './rollupLag.ts';

/** What the measurements share. */
export interface Setting {
  readonly rig: Rig;
  readonly main: Installation;
  readonly quick: boolean;
  readonly mostForeign: number;
}

const planOf = ({ rig, mostForeign }: Setting): PairPlan => ({ pairs: 5, mostForeign, roots: rig.roots });

/** How long one side of a pair lasts. */
const secondsOf = ({ quick }: Setting): number => (quick ? 0.8 : 2.5);

async function begin(installation: Installation): Promise<void> {
  await emptyTables(installation);
  await checkpoint(installation);
}

/** Sends new events and checks that each is in the table. */
function send(rig: Rig, installation: Installation, job: Parameters<Rig['load']>[1]): Promise<LoadResult> {
  return counted(installation, () => rig.load(installation, job), ({ ingested }) => ingested);
}

const acknowledged = ({ ingested, seconds }: LoadResult): number => ingested / seconds;

interface BatchPlan {
  readonly name: string;
  readonly size: number;
  readonly clients: number;
  readonly streams: number;
  readonly goal: string;
}

/** Acknowledged events by HTTP against rows by COPY into the same table. */
export async function batches(setting: Setting, { name, size, clients, streams, goal }: BatchPlan): Promise<Line> {
  const { rig, main } = setting;
  const until = { seconds: secondsOf(setting) };
  const compared = await comparePairs(
    {
      limit: async () => {
        await begin(main);
        const { rows, seconds } = await counted(main, () => rig.copy(main, { streams, until }), (copied) => copied.rows);
        return rows / seconds;
      },
      product: async () => {
        await begin(main);
        return acknowledged(await send(rig, main, { size, clients, until }));
      },
    },
    planOf(setting),
  );
  return { name, what: `HTTP batches of ${size}, ${clients} clients ÷ COPY, ${streams} stream${streams === 1 ? '' : 's'}`, unit: 'events/s', goal, compared };
}

/** Single events against the same route whose store keeps nothing: what storing costs when 256 wait. */
export async function singles(setting: Setting): Promise<Line> {
  const { rig, main } = setting;
  const stub = await rig.part('stub', main.adminUrl);
  const job = { size: 1, clients: 256, until: { seconds: secondsOf(setting) } };
  const compared = await comparePairs(
    {
      limit: async () => acknowledged(await rig.load({ ...main, api: stub }, job)),
      product: async () => {
        await begin(main);
        return acknowledged(await send(rig, main, job));
      },
    },
    planOf(setting),
  );
  await stub.stop();
  return { name: 'single256', what: 'single events, 256 clients ÷ the same route with the store stubbed', unit: 'events/s', goal: '≥ 0.70', compared };
}

/** The wait of a client who is alone against that of a bare insert. */
export async function oneClient(setting: Setting): Promise<Line> {
  const { rig, main } = setting;
  const until = { seconds: secondsOf(setting) };
  const compared = await comparePairs(
    {
      limit: async () => {
        await begin(main);
        const { latency } = await counted(main, () => rig.copy(main, { kind: 'insert', streams: 1, until }), ({ rows }) => rows);
        return latency.p50;
      },
      product: async () => {
        await begin(main);
        return (await send(rig, main, { size: 1, clients: 1, until })).latency.p50;
      },
    },
    planOf(setting),
  );
  return { name: 'one_client_p50', what: 'one client, p50 of a single event ÷ p50 of a bare insert of one row', unit: 'ms', goal: '≤ 2.5', compared };
}

/** The same batches once more: they must cost less than the first time, and store nothing. */
export async function replay(setting: Setting): Promise<Line> {
  const { rig, main, quick } = setting;
  const requests = quick ? 400 : 2000;
  let run = '';
  const range = rig.range();
  const again = async (expected: 'ingested' | 'duplicates') => {
    const result = await send(rig, main, { size: 100, clients: 16, until: { requests }, run, range });
    if (result[expected] !== requests * 100) throw new Error(`${result[expected]} of ${requests * 100} events were ${expected}.`);
    return (requests * 100) / result.seconds;
  };
  const compared = await comparePairs(
    {
      limit: async () => {
        await begin(main);
        run = rig.nextRun();
        return again('ingested');
      },
      product: () => again('duplicates'),
    },
    { ...planOf(setting), takesTurns: false },
  );
  return { name: 'replay', what: 'batches of 100 sent again ÷ sent for the first time', unit: 'events/s', goal: '≥ 1.5', compared };
}

/** Whether a table that has grown large slows the intake: two databases of one server, one of them full. */
export async function afterTenMillion(setting: Setting): Promise<Line> {
  const { rig, main, quick } = setting;
  const rows = quick ? 400_000 : 10_000_000;
  const full = await rig.install('filled');
  await counted(full, () => rig.copy(full, { streams: 2, until: { rows }, range: rig.range(30 * 86_400) }), (copied) => copied.rows);
  await full.admin.query('vacuum analyze usage_events_all');
  const job = { size: 100, clients: 16, until: { seconds: secondsOf(setting) } };
  const compared = await comparePairs(
    {
      limit: async () => {
        await begin(main);
        return acknowledged(await send(rig, main, job));
      },
      product: async () => {
        await checkpoint(full);
        return acknowledged(await send(rig, full, job));
      },
    },
    planOf(setting),
  );
  await full.api.stop();
  const what = `batches of 100 after ${rows.toLocaleString('en')} rows and a checkpoint ÷ into an empty table`;
  return { name: 'after_10m', what, unit: 'events/s', goal: '≥ 0.80', compared };
}

/** A lag shows only after a while; what is compared with it is steady sooner. */
const secondsWith = 60;
const secondsWithout = 30;

/** A lag beyond this is no lag but a backlog that grows. */
const mostSecondsBehind = 10;

/** What the worker that keeps the roll-ups takes from the intake while it keeps up. */
export async function rollupsOn(setting: Setting): Promise<Line> {
  const { rig, main, quick } = setting;
  const job = (seconds: number) => ({ size: 100, clients: 16, until: { seconds: quick ? 2 : seconds } });
  const lags: Lag[] = [];
  const compared = await comparePairs(
    {
      limit: async () => {
        await begin(main);
        return acknowledged(await send(rig, main, job(secondsWithout)));
      },
      product: async () => {
        await begin(main);
        const worker = await rig.part('worker', main.adminUrl);
        const watch = watchLag(main);
        const result = await send(rig, main, job(secondsWith));
        const lag = await watch.end();
        if (lag.secondsAtEnd > mostSecondsBehind) throw new Error(`The roll-ups do not keep up: ${lagText(lag)}.`);
        lags.push(lag);
        await worker.stop();
        return acknowledged(result);
      },
    },
    { ...planOf(setting), pairs: quick ? 5 : 3 },
  );
  const what = `batches of 100 with the roll-ups kept, ${job(secondsWith).until.seconds} s ÷ without`;
  return { name: 'rollups_on', what, unit: 'events/s', goal: '≥ 0.75', compared, notes: [lagText(worstOf(lags))] };
}
