import { readConfig } from './readConfig.ts';
import { runCommand } from './runCommand.ts';
import { requireDatabaseUrl, startFarthing } from './startFarthing.ts';

/** The API alone, as one of several processes on the database of DATABASE_URL. */
await runCommand(async (context) => {
  const config = readConfig(process.env);
  requireDatabaseUrl(config, 'api');
  await startFarthing(config, { api: true, worker: false }, context);
});
