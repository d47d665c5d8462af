import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../server/src/adapters/embedded-postgres/index.ts';
import { migrate } from '../../server/src/kernel/db/migrate.ts';
import { type Launched, launch, launchProgram } from '../../server/src/testing/installation.ts';
import { sweepKilledRuns } from '../../server/src/testing/sweepKilledRuns.ts';
import { childrenOf } from './processors.ts';

export const adminSecret = 'the-admin-secret-of-the-benchmarks-0123456789';

/** A PostgreSQL as users get it, forcing every commit to the disk, with its files in a folder that goes with it. */
export interface Server {
  readonly pid: number;
  /** Makes and migrates a database; answers the superuser's connection string. */
  database(name: string): Promise<string>;
  /** A folder for what a part of the product keeps on the disk. */
  readonly folder: string;
  stop(): Promise<void>;
}

const prefix = 'farthing-bench-';

export async function startServer(): Promise<Server> {
  await sweepKilledRuns(prefix, 'server');
  const folder = await mkdtemp(join(tmpdir(), prefix));
  const remove = () => rm(folder, { recursive: true, force: true });
  let postgres: EmbeddedPostgres;
  try {
    postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'server'), database: 'farthing', log: (line) => process.stderr.write(`${line}\n`) });
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    pid: postgres.pid,
    folder,
    async database(name) {
      await withClient(postgres.adminUrl, (client) => client.query(`create database ${name}`));
      const url = new URL(postgres.adminUrl);
      url.pathname = `/${name}`;
      await migrate(url.href);
      return url.href;
    },
    async stop() {
      await postgres.stop();
      await remove();
    },
  };
}

/** Who interrupts a run wants nothing of it left behind. */
export function stopOnSignal(stop: () => Promise<unknown>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop().finally(() => process.exit(1)));
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A part of the product in a process of its own. */
export interface Part {
  /** The program itself, not its launcher. */
  readonly pid: number;
  readonly port: number;
  readonly base: string;
  stop(): Promise<void>;
}

const stubbed = fileURLToPath(new URL('stubbedApi.ts', import.meta.url));

/** Starts the API, the worker, or the API with a store that keeps nothing; ready when this resolves. */
export async function startPart(command: 'api' | 'worker' | 'stub', adminUrl: string, folder: string): Promise<Part> {
  const env = {
    DATABASE_URL: adminUrl,
    FARTHING_DATA_DIR: join(folder, `data${new URL(adminUrl).pathname.replace('/', '-')}`),
    FARTHING_ADMIN_SECRET: adminSecret,
    FARTHING_LOG_LEVEL: 'error',
  };
  const launched: Launched = command === 'stub' ? launchProgram([stubbed], env) : launch(command, env);
  const base = command === 'worker' ? '' : ((await launched.line(/API +(http:\S+)\/v1/))[1] ?? '');
  await launched.line(/ready {3}/);
  const pid = launched.child.pid ?? 0;
  return {
    pid: command === 'stub' ? pid : (childrenOf(pid)[0] ?? pid),
    port: base === '' ? 0 : Number(new URL(base).port),
    base,
    async stop() {
      launched.signalGroup('SIGINT');
      const { code, errors } = await launched.ended;
      if (code !== 0 || errors !== '') throw new Error(`The ${command} ended with ${code}: ${errors}`);
    },
  };
}
