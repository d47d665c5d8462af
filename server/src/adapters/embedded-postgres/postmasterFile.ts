import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, fileProblem } from './startupProblem.ts';

/** What a PostgreSQL server says about itself in `postmaster.pid`, the file it keeps in its data directory while it runs. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  /** True once it accepts connections. A TCP connect succeeds earlier and therefore proves nothing. */
  readonly ready: boolean;
}

/**
 * Reads `postmaster.pid`; undefined while there is none, or while it is not yet written whole. A killed server leaves
 * its file behind with everything in it, "ready" included: compare the pid before believing it.
 */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | undefined> {
  let text: string;
  try {
    text = await readFile(join(cluster, 'postmaster.pid'), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileProblem(error, cluster);
  }
  return parsePostmasterFile(text);
}

/** Line 1: process id, 4: port, 8: state. The other lines do not concern us. */
export function parsePostmasterFile(text: string): PostmasterFile | undefined {
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number.parseInt(lines[3] ?? '', 10), ready: lines[7]?.trim() === 'ready' };
}
