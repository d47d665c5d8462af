import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, StartupProblem } from '../adapters/embedded-postgres/index.ts';
import { credentialsPath } from './credentialsPath.ts';
import { type Api, createApi } from './demo/callApi.ts';
import { makeHistory } from './demo/makeHistory.ts';
import { reportCommands, reportCompany } from './demo/report.ts';
import { showProgress } from './demo/showProgress.ts';
import { count } from './doctor/finding.ts';
import { type Config, readConfig } from './readConfig.ts';
import { type CommandContext, runCommand } from './runCommand.ts';
import { startFarthing } from './startFarthing.ts';

/** What is made depends on nothing but these two. They stay as they were at the first start on a data directory. */
interface Shape {
  readonly seed: string;
  readonly months: number;
}

const endsAfterwards = process.env['FARTHING_DEMO_EXIT'] === '1';

function wantedShape(env: NodeJS.ProcessEnv): Shape {
  const months = Number(env['FARTHING_DEMO_MONTHS'] ?? '12');
  if (!Number.isInteger(months) || months < 1 || months > 12) throw new StartupProblem('FARTHING_DEMO_MONTHS must be a number from 1 to 12.');
  return { seed: env['FARTHING_DEMO_SEED'] ?? '1', months };
}

async function keptShape({ dataDir }: Config, wanted: Shape): Promise<Shape> {
  const path = join(dataDir, 'demo.json');
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    await writeFile(path, `${JSON.stringify(wanted)}\n`);
    return wanted;
  }
}

async function sandboxApi(config: Config, address: string, signal: AbortSignal): Promise<Api> {
  const { sandbox_key: key }: { readonly sandbox_key?: string } = JSON.parse(await readFile(credentialsPath(config), 'utf8'));
  if (key === undefined) throw new StartupProblem(`The demo makes its company in a new database, and ${credentialsPath(config)} has no key: set FARTHING_DATA_DIR or DATABASE_URL to a place of its own.`);
  return createApi(address, key, signal);
}

async function seed(config: Config, api: Api, { say }: CommandContext): Promise<void> {
  const shape = await keptShape(config, wantedShape(process.env));
  const progress = showProgress(process.stdout);
  const began = performance.now();
  let made = false;
  try {
    made = await makeHistory({ api, progress, ...shape });
  } finally {
    progress.end();
  }
  say(made ? `  A company with ${count(shape.months, 'month')} of history, made in ${((performance.now() - began) / 1000).toFixed(1)} s` : '  The company is there already');
  say('');
}

/** The whole product, with a company that has a year of history, in a data directory of its own. */
await runCommand(
  async (context) => {
    const config = readConfig(process.env, '.farthing-demo');
    wantedShape(process.env);
    const { address } = await startFarthing(config, { api: true, worker: true }, context);
    const api = await sandboxApi(config, address ?? '', context.signal);
    await seed(config, api, context);
    await reportCompany(api, context.say);
    reportCommands(config, address ?? '', context.say);
    if (!endsAfterwards) context.say('  Ctrl-C stops everything; the data stays.');
  },
  { ends: endsAfterwards },
);
