import { execFile } from 'node:child_process';
import { readFile, readlink, realpath } from 'node:fs/promises';
import { promisify } from 'node:util';
import { errorCode } from './startupProblem.ts';

/** Whether a process of this number exists, whoever owns it and whatever it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/**
 * Number and start of a process in one text, to be written down and compared later; empty for a process that is gone.
 * The number alone would not do: after a reboot, or in a restarted container, it belongs to somebody else.
 */
export async function processIdentity(pid: number): Promise<string> {
  if (process.platform !== 'linux') {
    const started = await ask(pid, 'lstart');
    return started === '' ? '' : `${pid} ${started}`;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in parentheses may hold spaces and parentheses itself. Of the fields after it, the first is the state
  // (Z: dead, not yet buried), the twentieth the start in ticks since the system's own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields[0], fields[19]];
  return state === 'Z' || started === undefined ? '' : `${pid} ${started}`;
}

/** Whether the process whose identity was written down still runs. */
export async function stillRuns(identity: string): Promise<boolean> {
  return identity !== '' && (await processIdentity(Number.parseInt(identity, 10))) === identity;
}

/** Whether the process is the PostgreSQL server of this cluster. A signal to anybody else would hit a stranger. */
export async function servesCluster(pid: number, cluster: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const place = await realpath(cluster);
  if (process.platform !== 'linux') return (await ask(pid, 'command')).includes(place);
  try {
    // The server works inside its data directory, even after that was renamed.
    return (await readlink(`/proc/${pid}/cwd`)) === place;
  } catch {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return words.split('\0').includes(place);
  }
}

async function ask(pid: number, what: 'command' | 'lstart'): Promise<string> {
  try {
    return (await promisify(execFile)('ps', ['-ww', '-o', `${what}=`, '-p', String(pid)])).stdout.trim();
  } catch {
    return '';
  }
}
