import { parseArgs } from 'node:util';
import { runStorm } from '../../server/src/torture/ingestStorm.ts';

// Loses nothing and counts nothing twice while everything is killed again and again:
// `npm run torture:ingest [-- --events 1000000 --kills 100 --sends 5 --clients 20 --seed 1]`.

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '200000' },
    sends: { type: 'string', default: '5' },
    clients: { type: 'string', default: '20' },
    kills: { type: 'string', default: '10' },
    seed: { type: 'string', default: '20260102' },
  },
});
const [events, sends, clients, kills, seed] = [values.events, values.sends, values.clients, values.kills, values.seed].map(Number) as [number, number, number, number, number];
const say = (line: string) => process.stdout.write(`${line}\n`);
say(`${events} events, each sent ${sends} times by ${clients} clients, ${kills} kills, seed ${seed}`);
const report = await runStorm({ events, sends, clients, kills, seed, log: say });
say(JSON.stringify(report, null, 2));
const { acknowledged, stored, newTwice, miscounted, strange } = report;
const holds = acknowledged === events && stored === events && newTwice === 0 && miscounted.length === 0 && strange.length === 0 && report.kills === kills;
say(holds ? 'Every event is stored and counted once.' : 'NOT every event is stored and counted once.');
process.exitCode = holds ? 0 : 1;
