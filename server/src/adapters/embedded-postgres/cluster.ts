import { randomBytes } from 'node:crypto';
import { chmod, chown, lchown, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { diagnose } from './diagnose.ts';
import type { RunAs } from './runAs.ts';
import { canReach, runToEnd } from './runAs.ts';
import { operatorFile, settingsFile } from './settings.ts';
import { errorCode, fileProblem, StartupProblem } from './startupProblem.ts';

/** The superuser of an embedded cluster. */
export const superuser = 'postgres';

interface ClusterOptions {
  readonly dataDir: string;
  readonly runAs: RunAs;
  readonly binaries: Binaries;
  /** Where PostgreSQL can work: the data directory or the system's place for state. */
  readonly reachable: string;
  /** False only for tests: nothing is forced to the disk. */
  readonly fsync: boolean;
  /** Is handed what takes a while, for something else to be done meanwhile. */
  readonly besides: <T>(work: Promise<T>) => Promise<T>;
}

/**
 * Makes the database files ready to be served: creates them on the first start, refuses what another version wrote,
 * gives them to whoever PostgreSQL runs as. Resolves to their directory and the superuser's password.
 */
export async function prepareCluster(options: ClusterOptions): Promise<{ cluster: string; password: string }> {
  const { dataDir, runAs, binaries } = options;
  const link = join(dataDir, 'pgdata');
  try {
    if (!(await exists(link))) await createCluster(options, link);
    const cluster = await realpath(link);
    await refuseForeign(cluster, binaries.version);
    await claim(cluster, runAs.owner);
    if (!(await canReach(runAs, cluster))) {
      throw new StartupProblem(
        `PostgreSQL, which cannot run as root, does not reach ${cluster}: choose a data directory outside private folders.`,
      );
    }
    await writeFile(join(cluster, 'farthing.conf'), settingsFile(), { mode: 0o644 });
    return { cluster, password: await readPassword(dataDir) };
  } catch (error) {
    throw fileProblem(error, dataDir);
  }
}

/** Reads the superuser's password, which was drawn when the cluster was created. */
export async function readPassword(dataDir: string): Promise<string> {
  const file = join(dataDir, 'password');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw fileProblem(error, file);
    throw new StartupProblem(`${file} is missing, so nobody can log in to the database beside it: restore it from your backup.`);
  }
}

/**
 * initdb works on a directory beside the final one, which gets its name only when everything is in it: a first start
 * that is interrupted leaves nothing that looks like a database.
 */
async function createCluster(options: ClusterOptions, link: string): Promise<void> {
  const { dataDir, runAs, reachable, besides } = options;
  const home = reachable === dataDir ? dataDir : await privateFolder(reachable);
  const unfinished = join(home, 'pgdata.new');
  const secret = join(home, 'initdb.password');
  await rm(unfinished, { recursive: true, force: true });
  await rm(secret, { force: true });

  const password = randomBytes(24).toString('base64url');
  await writeFile(secret, `${password}\n`, { mode: 0o600 });
  await mkdir(unfinished, { mode: 0o700 });
  for (const path of [secret, unfinished]) await own(path, runAs.owner);
  await besides(initdb(options, unfinished, secret)).finally(() => rm(secret, { force: true }));
  await writeFile(join(unfinished, 'postgresql.conf'), operatorFile);
  await writeFile(join(dataDir, 'password'), `${password}\n`, { mode: 0o600 });
  await rename(unfinished, join(home, 'pgdata'));
  if (home !== dataDir) await symlink(join(home, 'pgdata'), link);
}

async function initdb({ runAs, binaries, fsync, dataDir }: ClusterOptions, directory: string, secret: string): Promise<void> {
  const args = [
    ...['--pgdata', directory, '--username', superuser, '--pwfile', secret, '--auth', 'scram-sha-256'],
    // The builtin locale sorts the same on every machine and after every upgrade of the system's libraries.
    ...['--encoding', 'UTF8', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C'],
    ...['--data-checksums', '--no-instructions'],
    ...(fsync ? [] : ['--no-sync']),
  ];
  try {
    await runToEnd(runAs, join(binaries.native, 'bin', 'initdb'), args);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw diagnose(output, { cluster: dirname(directory), port: 0, logFile: dataDir }).problem;
  }
}

/** A new folder that only its owner can list; what PostgreSQL's user owns inside it, that user reaches. */
async function privateFolder(parent: string): Promise<string> {
  const folder = await mkdtemp(join(parent, 'data-'));
  await chmod(folder, 0o711);
  return folder;
}

async function refuseForeign(cluster: string, ours: string): Promise<void> {
  let theirs: string;
  try {
    theirs = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    throw new StartupProblem(`${cluster} holds no PostgreSQL database: move it away, or choose another data directory.`);
  }
  const major = ours.split('.')[0] ?? ours;
  if (theirs === major) return;
  throw new StartupProblem(
    `${cluster} was written by PostgreSQL ${theirs}, this version of Farthing brings ${major}: ` +
      `dump it with PostgreSQL ${theirs} and restore it into a new data directory.`,
  );
}

/** Hands the files to the user PostgreSQL runs as; the directory itself last, so that an interrupted run is repeated. */
async function claim(directory: string, owner: number): Promise<void> {
  const { uid } = await stat(directory);
  if (uid === owner) return;
  if (process.getuid?.() !== 0) {
    throw new StartupProblem(`${directory} belongs to another user (uid ${uid}): start as that user, or choose another data directory.`);
  }
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    await lchown(join(entry.parentPath, entry.name), owner, owner);
  }
  await chown(directory, owner, owner);
}

async function own(path: string, owner: number): Promise<void> {
  if (owner !== process.getuid?.()) await chown(path, owner, owner);
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
