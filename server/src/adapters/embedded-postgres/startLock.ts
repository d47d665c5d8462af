import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { processIdentity, stillRuns } from './processes.ts';
import { errorCode, fileProblem, StartupProblem } from './startupProblem.ts';

const patience = 60_000;

/**
 * Keeps two processes from preparing the same data directory at once: `npm start` in two terminals must not run two
 * initdb side by side. Held only while the server starts. A lock whose holder is gone is taken over.
 * Resolves to the function that gives it back.
 */
export async function takeStartLock(dataDir: string): Promise<() => Promise<void>> {
  const file = join(dataDir, 'starting.lock');
  const mine = await processIdentity(process.pid);
  for (const began = performance.now(); ; await pause(20)) {
    try {
      await writeFile(file, mine, { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw fileProblem(error, dataDir);
    }
    const holder = await readFile(file, 'utf8').catch(() => '');
    // Empty: its maker has not written into it yet, or died just then; the next rounds will tell which.
    const waited = performance.now() - began;
    if (holder !== '' ? !(await stillRuns(holder)) : waited > 1_000) await rm(file, { force: true });
    else if (waited > patience) {
      throw new StartupProblem(
        `Process ${Number.parseInt(holder, 10)} has been starting on ${dataDir} for a minute: stop it, then start again.`,
      );
    }
  }
}
