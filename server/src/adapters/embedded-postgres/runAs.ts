import { execFile } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { fileProblem, StartupProblem } from './startupProblem.ts';

const run = promisify(execFile);
const nobody = 65534;

/** How PostgreSQL's programs are started here, and who the system then takes them for. */
export interface RunAs {
  /** What stands before the program's own path on the command line. */
  readonly prefix: readonly string[];
  /** uid and gid to change to; absent where the process stays the user it is. */
  readonly ids: { readonly uid: number; readonly gid: number } | Record<string, never>;
  /** The uid that must own the files of the cluster. */
  readonly owner: number;
}

/**
 * PostgreSQL refuses to run as root, and initdb refuses a uid without a name. Both are common: containers run as root,
 * and some run as an arbitrary number. A user namespace of its own (`unshare -U`) satisfies PostgreSQL in both cases
 * and keeps access to the files of the user we are, so nothing has to be moved or handed over. Where the system
 * forbids such namespaces, root becomes `nobody`; an unnamed user has no way left.
 */
export async function chooseRunAs(): Promise<RunAs> {
  const uid = process.getuid?.() ?? nobody;
  if (uid !== 0 && hasName()) return { prefix: [], ids: {}, owner: uid };
  if (await namespacesAllowed()) return { prefix: ['unshare', '-U'], ids: {}, owner: uid };
  if (uid === 0) return asNobody();
  throw new StartupProblem(
    `User ${uid} has no name in /etc/passwd and the system allows no user namespaces, so PostgreSQL does not start: ` +
      'give the user an entry there, or set DATABASE_URL to a PostgreSQL 18 of your own.',
  );
}

function asNobody(): RunAs {
  return { prefix: [], ids: { uid: nobody, gid: nobody }, owner: nobody };
}

/** The command line and spawn options for a program of PostgreSQL. The environment is ours alone: a PGPORT or PGDATA of the user must not leak in. */
export function invocation(runAs: RunAs, program: string, args: readonly string[]) {
  const [file = program, ...rest] = [...runAs.prefix, program, ...args];
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  return { file, args: rest, options: { ...runAs.ids, env, cwd: '/' } };
}

/** Runs a program to its end as PostgreSQL would run; rejects with what it printed when it fails. */
export async function runToEnd(runAs: RunAs, program: string, args: readonly string[]): Promise<string> {
  const { file, args: rest, options } = invocation(runAs, program, args);
  const { stdout } = await run(file, rest, { ...options, encoding: 'utf8' });
  return stdout;
}

/** Whether a directory can be entered, and its files read, by whoever PostgreSQL runs as. */
export async function canReach(runAs: RunAs, directory: string): Promise<boolean> {
  return succeeds(runToEnd(runAs, '/bin/sh', ['-c', 'test -x "$1"', 'sh', directory]));
}

/**
 * Where PostgreSQL can work: in the data directory, or, where whoever it runs as cannot reach that, in the system's
 * place for such state. Not in a temporary directory: those are swept, and anybody may put programs there.
 */
export async function reachablePlace(runAs: RunAs, dataDir: string): Promise<string> {
  // Passing through is all that others may do in there; what lies inside is its owner's.
  if (runAs.ids.uid !== undefined) await chmod(dataDir, 0o711);
  if (await canReach(runAs, dataDir)) return dataDir;
  const state = '/var/lib/farthing';
  await mkdir(state, { recursive: true, mode: 0o755 }).catch((error: unknown) => {
    throw fileProblem(error, state);
  });
  return state;
}

function hasName(): boolean {
  try {
    userInfo();
    return true;
  } catch {
    return false;
  }
}

function namespacesAllowed(): Promise<boolean> {
  return process.platform === 'linux' ? succeeds(run('unshare', ['-U', 'true'])) : Promise.resolve(false);
}

async function succeeds(attempt: Promise<unknown>): Promise<boolean> {
  try {
    await attempt;
    return true;
  } catch {
    return false;
  }
}
