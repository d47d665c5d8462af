import { describeCommit, describeMachine, readOptions, say } from './report.ts';
import { counted, emptyTables, type Installation, Rig } from './rig.ts';
import { finishRollups, type Lag, lagText, watchLag } from './rollupLag.ts';
import { median } from './latency.ts';

// How fast events are rolled up, and how far behind that stays while events come in:
// `npm run bench:rollup [-- --json] [--quick]`. What is measured, and how, is in docs/performance.md.

const names = ['same_hour', 'spread', 'steady'] as const;
type Name = (typeof names)[number];
const options = readOptions(names);
const wanted = (name: Name) => options.only.length === 0 || options.only.includes(name);
const sizes = options.quick ? { events: 200_000, pairs: 3, seconds: 8, pace: 10_000 } : { events: 2_000_000, pairs: 5, seconds: 60, pace: 20_000 };

/** Stores events while no worker runs, then lets one roll them up; answers events per second from its start, which is a part of it. */
async function rollUpAlone(rig: Rig, main: Installation, seconds: number): Promise<number> {
  await emptyTables(main);
  const worker = await rig.part('worker', main.adminUrl);
  await worker.stop();
  await counted(main, () => rig.copy(main, { streams: 2, until: { rows: sizes.events }, range: rig.range(seconds) }), ({ rows }) => rows);
  await main.admin.query('vacuum analyze usage_events_all');
  const began = performance.now();
  const next = await rig.part('worker', main.adminUrl);
  await finishRollups(main);
  const took = (performance.now() - began) / 1000;
  await next.stop();
  return sizes.events / took;
}

async function steady(rig: Rig, main: Installation): Promise<Lag> {
  await emptyTables(main);
  const worker = await rig.part('worker', main.adminUrl);
  const watch = watchLag(main);
  const job = { size: 100, clients: 16, until: { seconds: sizes.seconds }, pace: sizes.pace };
  await counted(main, () => rig.load(main, job), ({ ingested }) => ingested);
  const lag = await watch.end();
  await finishRollups(main);
  await worker.stop();
  return lag;
}

say(`${describeMachine()}, commit ${describeCommit()}${options.quick ? ', quick' : ''}`);
const rig = await Rig.start(options.quick ? 50 : 200);
const rates: Partial<Record<Name, number>> = {};
let lag: Lag | null = null;
try {
  const main = await rig.install('bench');
  const shapes = [
    { name: 'same_hour', seconds: 3600, what: 'events of one hour: many to a bucket' },
    { name: 'spread', seconds: 30 * 86_400, what: 'events of a month: few to a bucket' },
  ] as const;
  for (const { name, seconds, what } of shapes.filter(({ name }) => wanted(name))) {
    const runs: number[] = [];
    for (let run = 0; run < sizes.pairs; run++) runs.push(await rollUpAlone(rig, main, seconds));
    rates[name] = Math.round(median(runs));
    say(`${name.padEnd(10)} ${Math.round(median(runs)).toLocaleString('en').padStart(9)} events/s  ${what}; ${runs.map((each) => Math.round(each).toLocaleString('en')).join(', ')}`);
  }
  if (wanted('steady')) {
    lag = await steady(rig, main);
    say(`steady     ${sizes.pace.toLocaleString('en')} events/s for ${sizes.seconds} s: ${lagText(lag)}`);
  }
} finally {
  await rig.stop();
}
if (options.json) say(JSON.stringify({ rates, lag, machine: describeMachine(), commit: describeCommit() }));
