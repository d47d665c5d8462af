import { constants } from 'node:fs';
import { access, readFile, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { errorCode } from '../../adapters/embedded-postgres/index.ts';
import { credentialsPath } from '../credentialsPath.ts';
import type { Config } from '../readConfig.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** The Node this runs on, against the one the dependencies pin. */
export async function checkNode(): Promise<Finding> {
  const manifest: { optionalDependencies: Record<string, string> } = JSON.parse(
    await readFile(new URL('../../../../package.json', import.meta.url), 'utf8'),
  );
  const pinned = Object.entries(manifest.optionalDependencies).find(([name]) => name.startsWith('node-'))?.[1] ?? '';
  const running = process.versions.node;
  if (running === pinned) return ok('Node', running);
  if (Number.parseInt(running, 10) < Number.parseInt(pinned, 10)) return fail('Node', `${running}, too old`, 'run `npm install` here, without --omit=optional');
  return warn('Node', `${running}, tried with ${pinned}`, 'run `npm install` here, without --omit=optional');
}

/** The data directory: there, ours and writable. Null until something was installed there. */
export async function checkDataDir({ dataDir }: Config): Promise<{ finding: Finding; exists: boolean }> {
  const found = await stat(dataDir).catch((error: unknown) => errorCode(error));
  if (found === 'ENOENT') return { exists: false, finding: ok('data folder', `${dataDir} is not there yet; the first start makes it`) };
  if (typeof found === 'string') return { exists: false, finding: fail('data folder', `${dataDir} cannot be looked at (${found})`, 'start as the user who owns it, or set FARTHING_DATA_DIR') };
  if (!found.isDirectory()) return { exists: false, finding: fail('data folder', `${dataDir} is a file`, 'move it away, or set FARTHING_DATA_DIR') };
  const writable = await access(dataDir, constants.W_OK | constants.X_OK).then(() => true, () => false);
  const me = process.getuid?.() ?? found.uid;
  if (!writable) return { exists: true, finding: fail('data folder', `${dataDir} may not be written by this user (uid ${me})`, `chown -R ${me} ${dataDir}, or start as uid ${found.uid}`) };
  if (found.uid !== me && me !== 0) return { exists: true, finding: warn('data folder', `${dataDir} belongs to uid ${found.uid}, this is uid ${me}`, `start as uid ${found.uid}`) };
  return { exists: true, finding: ok('data folder', dataDir) };
}

/** The file with the keys: only its owner may read it, and it says what Farthing wrote. */
export async function checkCredentials(config: Config): Promise<Finding> {
  const path = credentialsPath(config);
  try {
    const mode = (await stat(path)).mode & 0o777;
    const text = await readFile(path, 'utf8');
    if ((mode & 0o077) !== 0) return fail('credentials', `others may read ${path} (mode ${mode.toString(8)})`, `chmod 600 ${path}, and rotate the keys in it`);
    const keys: Record<string, unknown> = JSON.parse(text);
    if (keys['sandbox_key'] === undefined) return warn('credentials', `${path} has no keys of an organization`, 'restore it from a backup, or create an organization with the admin secret in it');
    return ok('credentials', `${path}, mode ${mode.toString(8)}`);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return ok('credentials', `${path} is not there yet; the first start makes it`);
    if (error instanceof SyntaxError) return fail('credentials', `${path} is damaged`, 'restore it from a backup, or delete it to have a new admin secret made');
    return fail('credentials', `${path} cannot be read (${errorCode(error)})`, 'start as the user who owns it');
  }
}

const mebibyte = 1024 * 1024;

/** Room on the disk of the data directory; PostgreSQL stops writing when there is none. */
export async function checkDisk({ dataDir }: Config, enough = { fail: 256 * mebibyte, warn: 2048 * mebibyte }): Promise<Finding> {
  const { bavail, bsize } = await statfs(await nearest(dataDir));
  const free = bavail * bsize;
  const found = `${(free / 1024 / mebibyte).toFixed(1)} GiB free`;
  if (free < enough.fail) return fail('disk', found, `free some space where ${dataDir} lies: the database stops when it is full`);
  if (free < enough.warn) return warn('disk', found, `free some space where ${dataDir} lies`);
  return ok('disk', found);
}

async function nearest(path: string): Promise<string> {
  const found = await stat(path).then(() => true, () => false);
  return found || dirname(path) === path ? path : nearest(dirname(path));
}

/** Whether a start could listen, or Farthing does already. */
export async function checkPort({ host, port }: Config): Promise<{ finding: Finding; served: boolean }> {
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const idle = (finding: Finding) => ({ finding, served: false });
  const refusal = await tryToListen(host, port);
  if (refusal === '') return idle(ok('port', `${port} is free: Farthing does not serve it now`));
  if (refusal === 'EACCES') return idle(fail('port', `this user may not listen on ${port}`, 'start with PORT=8787 or higher'));
  if (refusal !== 'EADDRINUSE') return idle(fail('port', `${host}:${port} cannot be listened on (${refusal})`, 'set FARTHING_HOST to an address of this machine'));
  if (!(await says(`${address}/`, 'app', 'Farthing'))) return idle(fail('port', `${port} is taken by another program`, 'stop that, or start with PORT=<another>'));
  if (await says(`${address}/ready`, 'status', 'ready')) return { finding: ok('port', `${port} is served by Farthing`), served: true };
  return { finding: fail('port', `Farthing on ${port} does not reach its database`, 'look at its log'), served: true };
}

/** The error code of an attempt to listen; empty when it worked. */
function tryToListen(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve(errorCode(error)));
    probe.listen(port, host, () => probe.close(() => resolve('')));
  });
}

async function says(url: string, field: string, value: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3000) });
    const body = (await response.json()) as Record<string, unknown>;
    return body[field] === value;
  } catch {
    return false;
  }
}

/** Whether a cluster of the embedded database was made in the data directory. */
export function hasEmbeddedDatabase({ dataDir }: Config): Promise<boolean> {
  return stat(join(dataDir, 'postgres', 'pgdata')).then(() => true, () => false);
}
