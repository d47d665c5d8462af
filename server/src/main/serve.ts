import { readConfig } from './readConfig.ts';
import { runCommand } from './runCommand.ts';
import { startFarthing } from './startFarthing.ts';

/** The whole product in one process: database, API, worker, reference page. */
await runCommand(async (context) => {
  await startFarthing(readConfig(process.env), { api: true, worker: true }, context);
  context.say('  Ctrl-C stops everything; the data stays.');
});
