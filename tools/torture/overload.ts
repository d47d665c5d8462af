import { parseArgs } from 'node:util';
import { forkProgram } from '../bench/forked.ts';
import type { LoadJob, LoadResult } from '../bench/load.ts';
import { memoryOf } from '../bench/processors.ts';
import { startPart, startServer, stopOnSignal } from '../bench/product.ts';
import { makeTenant } from '../bench/tenant.ts';
import type { FloodJob, FloodResult } from './flood.ts';

// Ten times as many events as can be taken, from one organization, while another sends a little as always:
// `npm run torture:overload [-- --quick] [--seconds 300]`. The process must stay small, refuse politely, and serve the other one.

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, seconds: { type: 'string', default: '300' } } });
const seconds = values.quick ? 30 : Number(values.seconds);
const [mostMegabytes, mostSlower] = [600, 3];
const say = (line: string) => process.stdout.write(`${line}\n`);
const size = 1000;
/** How many times as much as can be taken is sent, as far as the connections take it: what is refused is let in at a pace. */
const [flooded, connections] = [10, 160];
const customers = 50;
const range = { customers, end: Temporal.Now.instant().toString(), seconds: 3600 };

const load = forkProgram<LoadJob, LoadResult>('../bench/load.ts');
const quietLoad = forkProgram<LoadJob, LoadResult>('../bench/load.ts');
const flood = forkProgram<FloodJob, FloodResult>('../torture/flood.ts');
const server = await startServer();
stopOnSignal(() => server.stop());
const breaches: string[] = [];
const must = (holds: boolean, breach: string) => {
  if (!holds) breaches.push(breach);
};
try {
  const adminUrl = await server.database('overload');
  const api = await startPart('api', adminUrl, server.folder);
  const [loud, quiet] = [await makeTenant(api.base, adminUrl, customers, 'Loud'), await makeTenant(api.base, adminUrl, customers, 'Quiet')];

  const capacityJob = { port: api.port, key: loud.liveKey, size, clients: 8, run: 'capacity', range };
  await load.ask({ ...capacityJob, until: { seconds: 2 }, run: 'warmup00' });
  const measured = await load.ask({ ...capacityJob, until: { seconds: 5 } });
  const capacity = measured.ingested / measured.seconds;
  say(`capacity: ${Math.round(capacity)} events/s in batches of ${size}`);

  // Fifty single events a second, one after the other: too few to be in anybody's way.
  const quietJob = { port: api.port, key: quiet.liveKey, size: 1, clients: 1, pace: 50, range };
  const before = await quietLoad.ask({ ...quietJob, until: { seconds: Math.min(20, seconds) }, run: 'before00' });
  say(`another organization alone: p50 ${before.latency.p50.toFixed(1)} ms, p99 ${before.latency.p99.toFixed(1)} ms`);

  let highest = 0;
  const watching = setInterval(() => {
    highest = Math.max(highest, memoryOf(api.pid)?.resident ?? 0);
  }, 250);
  const flooding = flood.ask({ port: api.port, key: loud.liveKey, size, rate: flooded * capacity, connections, seconds, range });
  const during = await quietLoad.ask({ ...quietJob, until: { seconds: seconds - 1 }, run: 'during00' });
  const result = await flooding;
  clearInterval(watching);
  const megabytes = highest / 1_048_576;
  const sent = (result.offered / capacity / seconds).toFixed(1);
  say(`tried to send ${flooded} × capacity for ${seconds} s on ${connections} connections, on which ${sent} × came: ${result.taken} requests taken, ${result.refused} refused (${JSON.stringify(result.statuses)})`);
  say(`memory of the process: at most ${megabytes.toFixed(0)} MB`);
  say(`another organization meanwhile: p50 ${during.latency.p50.toFixed(1)} ms, p99 ${during.latency.p99.toFixed(1)} ms, ${(during.latency.p99 / before.latency.p99).toFixed(1)} × as alone`);

  must(result.refused > 0, 'Nothing was refused: that was no overload.');
  must(result.impolite === 0, `${result.impolite} refusals were no 429 or 503 with Retry-After, the first: ${result.firstImpolite}`);
  must(result.lost === 0, `${result.lost} connections were lost.`);
  must(megabytes > 0 && megabytes < mostMegabytes, `The process grew to ${megabytes.toFixed(0)} MB.`);
  must(during.latency.p99 <= mostSlower * before.latency.p99, `The other organization's p99 grew by more than ${mostSlower} ×.`);
  await api.stop().catch((error: Error) => breaches.push(error.message));
} finally {
  await Promise.all([load.stop(), quietLoad.stop(), flood.stop()]);
  await server.stop();
}
for (const breach of breaches) say(`BREACH: ${breach}`);
if (breaches.length === 0) say('Small, polite, and fair to others.');
process.exitCode = breaches.length === 0 ? 0 : 1;
