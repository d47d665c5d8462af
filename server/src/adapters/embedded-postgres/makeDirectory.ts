import { chmod, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, fileProblem, StartupProblem } from './startupProblem.ts';

const isDirectory = (path: string) => stat(path).then((found) => found.isDirectory(), () => false);

/**
 * Makes a directory that only its owner may enter, and those above it; one that is there stays as it is. Throws
 * StartupProblem where it cannot be made.
 *
 * Not by the `recursive` of Node, which never returns where a file system knows the parent and makes nothing in it (/proc).
 */
export async function makeDirectory(path: string): Promise<void> {
  if (await isDirectory(path)) return;
  try {
    await makeInside(path);
    await chmod(path, 0o700);
  } catch (error) {
    throw fileProblem(error, path);
  }
}

async function makeInside(path: string): Promise<void> {
  const parent = dirname(path);
  if (parent !== path && !(await isDirectory(parent))) await makeInside(parent);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) === 'EEXIST' && (await isDirectory(path))) return;
    if (errorCode(error) !== 'ENOENT') throw error;
    throw new StartupProblem(`${path} cannot be made: its file system takes no directories. Choose another data directory.`);
  }
}
