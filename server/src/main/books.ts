import { StartupProblem } from '../adapters/embedded-postgres/index.ts';
import { readMigrationState } from '../kernel/db/migrate.ts';
import { type Breach, verifyBooks } from './books/verifyBooks.ts';
import { type Connected, connectDatabase } from './connectDatabase.ts';
import { hasEmbeddedDatabase } from './doctor/checkMachine.ts';
import { count } from './doctor/finding.ts';
import { reasonOf } from './openDatabase.ts';
import { type Config, readConfig } from './readConfig.ts';
import { type CommandContext, runCommand } from './runCommand.ts';

async function reach(config: Config, context: CommandContext): Promise<Connected> {
  if (config.databaseUrl === null && !(await hasEmbeddedDatabase(config))) throw new StartupProblem(`There are no books in ${config.dataDir} yet: the first start makes them.`);
  try {
    return await connectDatabase(config, 'farthing books', context);
  } catch (error) {
    if (error instanceof StartupProblem || config.databaseUrl === null) throw error;
    throw new StartupProblem(`The database cannot be reached: ${reasonOf(error)}. Start it, or correct DATABASE_URL.`);
  }
}

/** "FAIL  <invariant>: tenant …, {row}": enough to find the row. */
function describeBreach({ tenant_id: tenant, row }: Breach): string {
  return `${tenant === null ? '' : `tenant ${tenant}, `}${JSON.stringify(row)}`;
}

/** Holds the books to their invariants, a line for each with the first row that breaks it; code 1 when one is broken. */
await runCommand(
  async (context) => {
    const { client } = await reach(readConfig(process.env), context);
    const { pending, changed, unknown } = await readMigrationState(client);
    if (pending.length > 0) throw new StartupProblem(`The database lacks ${count(pending.length, 'migration')}: run \`npm run migrate\`, or start Farthing.`);
    if (changed.length > 0 || unknown.length > 0) throw new StartupProblem('Another version of Farthing migrated this database: verify its books with that one.');
    let broken = 0;
    await verifyBooks(client, ({ name }, breach) => {
      if (breach !== null) broken++;
      context.say(breach === null ? `ok    ${name}` : `FAIL  ${name}: ${describeBreach(breach)}`);
    });
    context.say(broken === 0 ? 'The books are in order.' : `${count(broken, 'invariant')} broken.`);
    return broken === 0 ? 0 : 1;
  },
  { ends: true },
);
