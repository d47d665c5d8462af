import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stillRuns } from '../adapters/embedded-postgres/processes.ts';

/**
 * Removes what killed runs left in the folder for temporary files: folders that begin with `prefix` and hold, in `server`, the files
 * of an embedded server whose owner has ended. The servers ended by themselves.
 */
export async function sweepKilledRuns(prefix: string, server: string): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(tmpdir(), name);
    const owner = await readFile(join(folder, server, 'owner'), 'utf8').catch(() => '');
    if (owner !== '' && !(await stillRuns(owner))) await rm(folder, { recursive: true, force: true });
  }
}
