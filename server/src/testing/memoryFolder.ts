import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { availableMemory } from 'node:process';
import { join } from 'node:path';

/** Linux's file system in memory; containers often have a very small one, or one that runs no programs. */
const mount = '/dev/shm';
const prefix = 'farthing-tests-';
const gigabyte = 1024 ** 3;
/** Many times what a whole run keeps at once: some hundred megabytes. */
const room = 6 * gigabyte;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** As far as it can be removed: a test that was killed may have left a disk mounted in it. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // What is left is little, and no reason for a run to fail.
  }
}

/** What runs that were killed left there takes memory from everybody. */
function sweep(): void {
  for (const name of readdirSync(mount)) {
    const [, pid] = /^farthing-tests-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) remove(join(mount, name));
  }
}

/** Whether there is a file system in memory, with plenty of room, that programs can be started from. */
function isRoomy(): boolean {
  if (process.platform !== 'linux') return false;
  const options = readFileSync('/proc/mounts', 'utf8').split('\n').map((line) => line.split(' ')).findLast(([, path]) => path === mount)?.[3];
  if (options === undefined || options.split(',').includes('noexec')) return false;
  const { bavail, bsize } = statfsSync(mount);
  return bavail * bsize > room && availableMemory() > room;
}

/**
 * Lets temporary files of this run lie in memory, where there is plenty of it; elsewhere they stay where the system has them.
 *
 * Every test file has a database of its own, some eight hundred files that are made and removed again, and the tests of starting and
 * ending have clusters of their own. A disk's file system can take a second of a core for each: one without a journal passes over what
 * was removed in the last minutes and, for each new file, looks through all of it. The folder goes with this process.
 */
export function useMemory(): void {
  if (!isRoomy()) return;
  sweep();
  const folder = mkdtempSync(join(mount, `${prefix}${process.pid}-`));
  // Whoever PostgreSQL runs as has to pass through.
  chmodSync(folder, 0o755);
  process.on('exit', () => remove(folder));
  process.env['TMPDIR'] = folder;
}
