import { setTimeout as wait } from 'node:timers/promises';
import { insertBare, makeBareTables, markMoment, rowsSince } from './bareRows.ts';
import { countInvoices, holdBack, isAllDone, letFallDue, subscribeAll } from './billingTenant.ts';
import { comparePairs } from './pairs.ts';
import { memoryOf } from './processors.ts';
import { describeCommit, describeLine, describeMachine, type Line, readOptions, say, sayJson } from './report.ts';
import { checkpoint, type Installation, Rig } from './rig.ts';
import { finishRollups } from './rollupLag.ts';

// What a billing run costs beside writing down its rows: `npm run bench:billing [-- --json] [--quick] [--workers 2]`.
// What is measured, and how, is in docs/performance.md.

const names = ['billing_run'] as const;
const options = readOptions(names, { workers: '1' });
const pairs = 5;
/** Each pair bills a part of the subscriptions, and so does each one that is thrown away and taken again; two more parts warm up. */
const subscriptions = options.quick ? 1200 : 10_000;
const parts = 2 * pairs + 2;
const part = Math.floor(subscriptions / parts);
const invoicesAtOnce = 50;
const connections = 4;
const megabyte = 1024 ** 2;

/** Bills the next part; answers its invoices a second, until every job that came of them is done. */
function billingRun(main: Installation): () => Promise<number> {
  let from = 0;
  return async () => {
    const before = await countInvoices(main);
    await checkpoint(main);
    const began = performance.now();
    await letFallDue(main, from, part);
    while (!(await isAllDone(main))) await wait(50);
    const seconds = (performance.now() - began) / 1000;
    from += part;
    const made = (await countInvoices(main)) - before;
    if (made !== part) throw new Error(`${part} subscriptions were due and ${made} invoices were made.`);
    say(`${from.toLocaleString('en')} of ${(part * parts).toLocaleString('en')} billed, ${Math.round(made / seconds)} a second`);
    return made / seconds;
  };
}

async function measure(rig: Rig, main: Installation): Promise<Line> {
  const workers = await Promise.all(Array.from({ length: Number(options.more['workers']) }, () => rig.part('worker', main.adminUrl)));
  const bill = billingRun(main);
  const moment = await markMoment(main.admin);
  await bill();
  const rows = await rowsSince(main.admin, moment);
  const size = rows.reduce((sum, table) => sum + table.rows.length, 0) / part;
  const early = workers.map(({ pid }) => memoryOf(pid)?.resident ?? 0);
  const write = async (): Promise<number> => {
    await makeBareTables(main.admin, rows);
    await checkpoint(main);
    const began = performance.now();
    await insertBare(main.adminUrl, rows, Math.ceil(part / invoicesAtOnce), connections);
    return part / ((performance.now() - began) / 1000);
  };
  const compared = await comparePairs({ limit: write, product: bill }, { pairs, mostForeign: options.mostForeign, roots: rig.roots });
  const late = workers.map(({ pid }) => memoryOf(pid)?.resident ?? 0);
  const memory = late.map((bytes, place) => `${Math.round((early[place] ?? 0) / megabyte)} to ${Math.round(bytes / megabyte)} MB`).join(', ');
  const notes = [`${size.toFixed(1)} rows an invoice in ${rows.length} tables; memory of each worker from the first part to the last: ${memory}`];
  return { name: 'billing_run', what: `invoices of five charges ÷ the insert of their rows, ${invoicesAtOnce} invoices a transaction`, unit: 'invoices/s', goal: '≥ 0.15', compared, notes };
}

say(`${describeMachine()}, commit ${describeCommit()}${options.quick ? ', quick' : ''}`);
const began = performance.now();
const rig = await Rig.start(1);
try {
  const main = await rig.install('billing');
  await subscribeAll(main, part * parts);
  await holdBack(main);
  const worker = await rig.part('worker', main.adminUrl);
  await finishRollups(main);
  while (!(await isAllDone(main))) await wait(100);
  await worker.stop();
  await main.admin.query('vacuum (freeze, analyze)');
  say(`${(part * parts).toLocaleString('en')} subscriptions with their usage after ${Math.round((performance.now() - began) / 1000)} s`);
  const line = await measure(rig, main);
  for (const text of describeLine(line)) say(text);
  if (options.json) sayJson([line], names);
} finally {
  await rig.stop();
}
