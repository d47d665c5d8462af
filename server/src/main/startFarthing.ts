import { flushCompileCache } from 'node:module';
import { StartupProblem } from '../adapters/embedded-postgres/index.ts';
import { credentialsPath } from './credentialsPath.ts';
import { loadingBesides } from './loadBesides.ts';
import { openDatabase } from './openDatabase.ts';
import type { Config } from './readConfig.ts';
import type { CommandContext } from './runCommand.ts';

/** Which parts of the product run in this process. */
interface Parts {
  readonly api: boolean;
  readonly worker: boolean;
}

/** A running Farthing, as somebody who calls it sees it. */
export interface Running {
  /** Where the API listens; null without one. */
  readonly address: string | null;
}

/** Since the process began: loading the program is part of what people wait for. */
const elapsed = () => `${(performance.now() / 1000).toFixed(2)} s`;

function names({ api, worker }: Parts): string {
  return [api ? 'API' : '', worker ? 'worker' : ''].filter((name) => name !== '').join(' and ');
}

/** Starts the database and, over it, the parts asked for; says each step in a line. They stop with the command. */
export async function startFarthing(config: Config, parts: Parts, context: CommandContext): Promise<Running> {
  const { say, onStop, signal } = context;
  say(`Farthing 0.1.0   data: ${config.dataDir}`);
  const database = await openDatabase(config, { log: say, onLost: context.fail, alone: true, besides: loadingBesides(parts.api) });
  onStop(() => database.stop());
  say(`  ${database.label} ready, ${database.applied.length} migrations applied   ${elapsed()}`);
  signal.throwIfAborted();

  const { createRuntime } = await import('./createRuntime.ts');
  const runtime = createRuntime(config, database.adminUrl);
  onStop(() => runtime.stop());
  const served = parts.api ? await runtime.serve(context) : null;
  signal.throwIfAborted();
  if (parts.worker) {
    const worker = await runtime.startWorker();
    onStop(() => worker.stop());
  }
  say(`  ${names(parts)} ready   ${elapsed()}`);
  // A process that is killed later has no other moment to keep what Node made of the TypeScript for the next start.
  flushCompileCache();
  say('');
  if (served !== null) {
    say(`  API        ${served.address}/v1`);
    say(`  Reference  ${served.address}/reference`);
    say(`  Metrics    ${served.address}/metrics`);
    say(`  Keys       ${credentialsPath(config)}${served.madeCredentials ? ' (made just now)' : ''}`);
    say('');
  }
  return { address: served?.address ?? null };
}

/** For commands that run a part: which database they share with the other parts must be said. */
export function requireDatabaseUrl(config: Config, command: string): void {
  if (config.databaseUrl !== null) return;
  throw new StartupProblem(
    `\`farthing ${command}\` runs one part of several that share a database: set DATABASE_URL to it. \`npm start\` runs all parts, on a database of its own.`,
  );
}
