import { openDatabase } from './openDatabase.ts';
import { readConfig } from './readConfig.ts';
import { runCommand } from './runCommand.ts';

/** Brings the database up to date and ends. */
await runCommand(
  async ({ say, onStop }) => {
    const database = await openDatabase(readConfig(process.env), { log: say });
    onStop(() => database.stop());
    say(database.applied.length === 0 ? 'The database is up to date.' : `Applied ${database.applied.join(', ')}.`);
  },
  { ends: true },
);
