import { readConfig } from './readConfig.ts';
import { runCommand } from './runCommand.ts';
import { requireDatabaseUrl, startFarthing } from './startFarthing.ts';

/** Jobs and due work alone, as one of several processes on the database of DATABASE_URL. */
await runCommand(async (context) => {
  const config = readConfig(process.env);
  requireDatabaseUrl(config, 'worker');
  await startFarthing(config, { api: false, worker: true }, context);
});
