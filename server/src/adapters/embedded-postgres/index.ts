import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { findBinaries } from './binaries.ts';
import { prepareCluster, readPassword, superuser } from './cluster.ts';
import { guardPostmaster } from './guard.ts';
import { makeDirectory } from './makeDirectory.ts';
import type { Launch, Postmaster } from './postmaster.ts';
import { endOrphan, launchPostmaster } from './postmaster.ts';
import { readPostmasterFile } from './postmasterFile.ts';
import { isAlive, processIdentity, servesCluster, stillRuns } from './processes.ts';
import { chooseRunAs, reachablePlace } from './runAs.ts';
import { takeStartLock } from './startLock.ts';
import { errorCode, fileProblem, StartupProblem } from './startupProblem.ts';

export { makeDirectory } from './makeDirectory.ts';
export { errorCode, fileProblem, StartupProblem } from './startupProblem.ts';

export interface EmbeddedPostgresOptions {
  /** Where the database files, the superuser's password and the server's log live; made when missing. */
  readonly dataDir: string;
  /** A fixed port on loopback; without it a free one is taken at every start. */
  readonly port?: number;
  /** The database that `adminUrl` names, created when missing. */
  readonly database?: string;
  /** Told in one line about whatever takes long or goes wrong. */
  readonly log: (line: string) => void;
  /** False for tests only: a crash of the machine may then cost everything. */
  readonly fsync?: boolean;
  /** Called once when the server keeps dying and is given up. */
  readonly onLost?: (problem: StartupProblem) => void;
  /** Is handed what PostgreSQL does by itself for a while, for something else to be done meanwhile; answers what that answers. */
  readonly besides?: <T>(work: Promise<T>) => Promise<T>;
}

export interface EmbeddedPostgres {
  /** Connection string of the superuser. */
  readonly adminUrl: string;
  /** The server's process; it changes when the server died and was started again. */
  readonly pid: number;
  /** As PostgreSQL says it, such as "18.4". */
  readonly version: string;
  /** Milliseconds from the call to the first answered query. */
  readonly took: number;
  /** True when the server belongs to another running process and `stop` therefore leaves it alone. */
  readonly attached: boolean;
  /** Ends the server in order; calling it again does nothing. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that comes along as a package, on loopback, with its files in `dataDir`, and sees to it that it
 * runs as long as this process does: a server that dies is started again on the same port.
 *
 * What an earlier run left behind is met as follows. A server whose Farthing died is ended and started afresh; one whose
 * Farthing still runs (`npm run doctor` beside `npm start`) is used with it; a left-over pid file of nobody is ignored.
 *
 * Throws `StartupProblem` with one line for the operator.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const began = performance.now();
  const dataDir = resolve(options.dataDir);
  await makeDirectory(dataDir);
  const release = await takeStartLock(dataDir);
  try {
    const other = await meetPredecessor(dataDir, options.log);
    const database = options.database ?? 'farthing';
    if (other !== undefined) {
      const adminUrl = connectionString(await readPassword(dataDir), other.port, database);
      const version = await openDatabase(adminUrl, database);
      return { adminUrl, pid: other.pid, version, took: performance.now() - began, attached: true, stop: async () => {} };
    }
    return await startOwn(options, dataDir, database, began);
  } finally {
    await release();
  }
}

async function startOwn(options: EmbeddedPostgresOptions, dataDir: string, database: string, began: number): Promise<EmbeddedPostgres> {
  const { fsync = true, log, besides = itself } = options;
  const runAs = await chooseRunAs();
  const reachable = await reachablePlace(runAs, dataDir);
  const binaries = await findBinaries(runAs, reachable);
  const { cluster, password } = await prepareCluster({ dataDir, reachable, runAs, binaries, fsync, besides });
  const program = join(binaries.native, 'bin', 'postgres');
  const launch: Launch = { program, runAs, cluster, fsync, log, logFile: join(dataDir, 'postgres.log') };
  const server = await keepRunning(launch, options);
  try {
    await writeFile(join(dataDir, 'owner'), await processIdentity(process.pid));
    const adminUrl = connectionString(password, server.port, database);
    await openDatabase(adminUrl, database);
    return {
      adminUrl,
      get pid() {
        return server.pid;
      },
      version: binaries.version,
      took: performance.now() - began,
      attached: false,
      stop: server.stop,
    };
  } catch (error) {
    await server.stop();
    throw fileProblem(error, dataDir);
  }
}

const itself = <T>(work: Promise<T>): Promise<T> => work;

/** Launches the server and launches it again, on the same port, whenever it ends without having been asked to. */
async function keepRunning(launch: Launch, { port, log, onLost, besides = itself }: EmbeddedPostgresOptions) {
  let current: Postmaster = await besides(launchPostmaster(launch, port));
  let dismiss = guardPostmaster(current.pid);
  let stopping: Promise<void> | undefined;
  let deaths: number[] = [];

  const supervise = async (): Promise<void> => {
    for (;;) {
      await current.ended;
      dismiss();
      if (stopping !== undefined) return;
      const now = performance.now();
      deaths = [...deaths.filter((death) => now - death < 60_000), now];
      if (deaths.length > 3) throw new StartupProblem(`PostgreSQL died three times within a minute. Details: ${launch.logFile}`);
      log(`PostgreSQL (process ${current.pid}) died; starting it again. Details: ${launch.logFile}`);
      current = await launchPostmaster(launch, current.port);
      dismiss = guardPostmaster(current.pid);
      if (stopping !== undefined) await current.end();
    }
  };
  const supervision = supervise().catch((error: unknown) => {
    onLost?.(error instanceof StartupProblem ? error : new StartupProblem(`PostgreSQL was lost: ${String(error)}`));
  });

  return {
    port: current.port,
    get pid() {
      return current.pid;
    },
    stop: (): Promise<void> => {
      stopping ??= current.end();
      return stopping.then(() => supervision);
    },
  };
}

/** The running server of another live process, to be used with it; undefined when the way is free to start our own. */
async function meetPredecessor(dataDir: string, log: (line: string) => void): Promise<{ pid: number; port: number } | undefined> {
  const cluster = join(dataDir, 'pgdata');
  const left = await readPostmasterFile(cluster);
  if (left === undefined) return undefined;
  if (await servesCluster(left.pid, cluster)) {
    const owner = await readFile(join(dataDir, 'owner'), 'utf8').catch(() => '');
    if (await stillRuns(owner)) return left;
    log(`Ending the PostgreSQL (process ${left.pid}) that a killed run left behind.`);
    await endOrphan(left.pid, cluster);
  } else if (isAlive(left.pid)) {
    // The number belongs to somebody else by now. PostgreSQL cannot know that and would refuse to start.
    await rm(join(cluster, 'postmaster.pid'), { force: true });
  }
  return undefined;
}

function connectionString(password: string, port: number, database: string): string {
  // The mode is said aloud because clients would otherwise take it from PGSSLMODE, and there is no certificate on loopback.
  return `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}?sslmode=disable`;
}

/** Makes the database when it is not there; resolves to the server's version. */
async function openDatabase(adminUrl: string, database: string): Promise<string> {
  const maintenance = new URL(adminUrl);
  maintenance.pathname = '/postgres';
  const client = new Client({ connectionString: maintenance.href });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; found: boolean }>(
      "select current_setting('server_version') as version, exists (select from pg_database where datname = $1) as found",
      [database],
    );
    const [answer] = rows;
    if (answer?.found === false) await client.query(`create database ${escapeIdentifier(database)}`);
    return answer?.version ?? '';
  } catch (error) {
    if (errorCode(error) !== '28P01') throw error;
    throw new StartupProblem('The password file in the data directory is not that of the database beside it: restore both from one backup.');
  } finally {
    await client.end();
  }
}
