import { afterTenMillion, batches, oneClient, replay, rollupsOn, singles } from './ingestMeasures.ts';
import { describeCommit, describeLine, describeMachine, type Line, readOptions, say, sayJson } from './report.ts';
import { Rig } from './rig.ts';

// How fast usage events come in: `npm run bench:ingest [-- --json] [--quick] [--only batch100,replay] [--foreign 0.25]`.
// What is measured, and how, is in docs/performance.md.

const names = ['batch100', 'batch1000', 'single256', 'one_client_p50', 'rollups_on', 'after_10m', 'replay'] as const;

const options = readOptions(names);
const wanted = (name: (typeof names)[number]) => options.only.length === 0 || options.only.includes(name);
const began = performance.now();
say(`${describeMachine()}, commit ${describeCommit()}${options.quick ? ', quick' : ''}`);
const lines: Line[] = [];
const rig = await Rig.start(options.quick ? 50 : 200);
try {
  const main = await rig.install('bench');
  const setting = { rig, main, quick: options.quick, mostForeign: options.mostForeign };
  const measures = {
    batch100: () => batches(setting, { name: 'batch100', size: 100, clients: 16, streams: 1, goal: '≥ 0.65' }),
    batch1000: () => batches(setting, { name: 'batch1000', size: 1000, clients: 8, streams: 2, goal: '≥ 0.45' }),
    single256: () => singles(setting),
    one_client_p50: () => oneClient(setting),
    replay: () => replay(setting),
    after_10m: () => afterTenMillion(setting),
    rollups_on: () => rollupsOn(setting),
  };
  for (const [name, measure] of Object.entries(measures) as [(typeof names)[number], () => Promise<Line>][]) {
    if (!wanted(name)) continue;
    const line = await measure();
    lines.push(line);
    for (const text of describeLine(line)) say(text);
  }
} finally {
  await rig.stop();
}
say(`${Math.round((performance.now() - began) / 1000)} s in all`);
if (options.json) sayJson(lines, names);
