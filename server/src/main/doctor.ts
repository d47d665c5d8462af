import type pg from 'pg';
import { StartupProblem } from '../adapters/embedded-postgres/index.ts';
import { connectDatabase } from './connectDatabase.ts';
import { checkClock, checkDurability, checkIsolation, checkMigrations, checkVersion } from './doctor/checkDatabase.ts';
import { checkCredentials, checkDataDir, checkDisk, checkNode, checkPort, hasEmbeddedDatabase } from './doctor/checkMachine.ts';
import {
  checkDueWork,
  checkFollowedUsage,
  checkJobs,
  checkParkedTimers,
  checkRollUps,
  checkTestClocks,
  checkWebhooks,
  retryParkedTimers,
  retryUnfollowedUsage,
} from './doctor/checkWork.ts';
import { type Finding, count, fail, ok, printFinding } from './doctor/finding.ts';
import { reasonOf } from './openDatabase.ts';
import { type Config, readConfig } from './readConfig.ts';
import { type CommandContext, runCommand } from './runCommand.ts';

interface Reached {
  readonly client: pg.Client;
  /** The version of the programs that come along; null for a database of the user's own. */
  readonly bundled: string | null;
  /** Whether a Farthing should be doing what is due. */
  readonly running: boolean;
}

type Report = (finding: Finding) => void;

/** Connects to the database, starting the embedded one for the time of the examination where nobody runs it. */
async function reach(config: Config, served: boolean, report: Report, context: CommandContext): Promise<Reached | null> {
  const mend = config.databaseUrl === null ? 'mend that and run the doctor again' : 'start that database, or correct DATABASE_URL';
  try {
    if (config.databaseUrl === null && !(await hasEmbeddedDatabase(config))) {
      report(ok('database', 'not made yet; the first start makes it'));
      return null;
    }
    const { client, bundled, attached } = await connectDatabase(config, 'farthing doctor', context);
    return { client, bundled, running: served || attached };
  } catch (error) {
    if (!(error instanceof StartupProblem) && config.databaseUrl === null) throw error;
    report(fail('database', reasonOf(error), mend));
    return null;
  }
}

async function examineDatabase({ client, bundled, running }: Reached, report: Report): Promise<void> {
  const version = await checkVersion(client, bundled);
  report(version);
  if (version.outcome === 'FAIL') return;
  const migrations = await checkMigrations(client);
  report(migrations);
  for (const check of [checkIsolation, checkDurability, checkClock]) report(await check(client));
  // What the work is can be asked only of a database that has its tables.
  if (migrations.outcome !== 'ok') return;
  report(await checkTestClocks(client));
  report(await checkDueWork(client, running));
  report(await checkParkedTimers(client));
  report(await checkFollowedUsage(client));
  report(await checkJobs(client));
  report(await checkWebhooks(client, running));
  report(await checkRollUps(client, running));
}

/** Says what is wrong with the set-up and how to mend it, a line for each check; code 1 when something is. */
await runCommand(
  async (context) => {
    const config = readConfig(process.env);
    const findings: Finding[] = [];
    const report: Report = (finding) => {
      findings.push(finding);
      context.say(printFinding(finding));
    };
    report(await checkNode());
    const dataDir = await checkDataDir(config);
    report(dataDir.finding);
    if (dataDir.exists) report(await checkCredentials(config));
    report(await checkDisk(config));
    const port = await checkPort(config);
    report(port.finding);
    const reached = await reach(config, port.served, report, context);
    if (reached !== null) {
      if (process.argv.includes('--retry')) {
        context.say(`${count(await retryParkedTimers(reached.client), 'parked timer')} set to run again.`);
        context.say(`Usage of ${count(await retryUnfollowedUsage(reached.client), 'subscription')} set to be followed again.`);
      }
      await examineDatabase(reached, report);
    }
    const failed = findings.filter(({ outcome }) => outcome === 'FAIL').length;
    context.say(failed === 0 ? 'Nothing is wrong.' : `${count(failed, 'check')} failed.`);
    return failed === 0 ? 0 : 1;
  },
  { ends: true },
);
