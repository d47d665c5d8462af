import { stopwatch } from '../kernel/clock.ts';
import { readConfig } from './readConfig.ts';
import { credentialsPath, ensureCredentials } from './ensureCredentials.ts';
import { openDatabase } from './openDatabase.ts';
import { runCommand } from './runCommand.ts';
import { createRuntime } from './createRuntime.ts';
import { listenOn } from './listenOn.ts';

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;

/** The whole product in one process: database, API, worker, reference page. */
await runCommand(async ({ say, onStop }) => {
  const elapsed = stopwatch();
  const config = readConfig(process.env);
  say(`Farthing 0.1.0   data: ${config.dataDir}`);

  const database = await openDatabase(config, say);
  onStop(() => database.stop());
  say(`  ${database.label} ready, ${database.applied.length} migrations applied   ${seconds(elapsed())}`);

  const runtime = createRuntime(config, database.adminUrl);
  onStop(() => runtime.stop());
  const credentials = await ensureCredentials(config, runtime.envelope);
  const server = await runtime.buildApi(credentials.admin_secret);
  onStop(() => server.close());
  const address = await listenOn(server, config);
  const worker = await runtime.startWorker();
  onStop(() => worker.stop());

  say(`  API and worker ready   ${seconds(elapsed())}`);
  say('');
  say(`  API        ${address}/v1`);
  say(`  Reference  ${address}/reference`);
  say(`  Metrics    ${address}/metrics`);
  say(`  Keys       ${credentialsPath(config)}${credentials.isNew ? ' (made just now)' : ''}`);
  say('');
  say('  Ctrl-C stops everything; the data stays.');
});
