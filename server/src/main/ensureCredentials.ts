import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { fileProblem, makeDirectory, StartupProblem } from '../adapters/embedded-postgres/index.ts';
import { systemNow } from '../kernel/clock.ts';
import type { Envelope } from '../kernel/envelope.ts';
import type { Scope } from '../kernel/scope.ts';
import { createOrganization } from '../modules/identity/index.ts';
import { credentialsPath } from './credentialsPath.ts';
import type { Config } from './readConfig.ts';

const shape = z.object({ live_key: z.string().optional(), sandbox_key: z.string().optional(), admin_secret: z.string().min(32) });

export type Credentials = z.output<typeof shape>;

async function readCredentials(path: string): Promise<Credentials | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new StartupProblem(`${path} cannot be read: ${error.message}`);
  });
  if (text === null) return null;
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    throw new StartupProblem(`${path} is not what Farthing wrote; restore it, or delete it to have new credentials made.`);
  }
}

async function writeCredentials(path: string, credentials: Credentials): Promise<void> {
  const draft = `${path}.new`;
  try {
    await writeFile(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
    await chmod(draft, 0o600);
    await rename(draft, path);
  } catch (error) {
    throw fileProblem(error, path);
  }
}

const operator = (): Scope => ({
  tenant: { id: '00000000-0000-0000-0000-000000000000', organizationId: '', environment: 'live' },
  actor: { type: 'system', id: null },
  now: systemNow(),
  requestId: null,
  scopes: [],
});

/**
 * The credentials of this installation. On the first start of an empty database it creates an organization and writes its
 * keys, which are stored nowhere else, to credentials.json (mode 0600).
 */
export async function ensureCredentials(config: Config, envelope: Envelope): Promise<Credentials & { readonly isNew: boolean }> {
  await makeDirectory(config.dataDir);
  const path = credentialsPath(config);
  const kept = await readCredentials(path);
  if (kept !== null) return { ...kept, admin_secret: config.adminSecret ?? kept.admin_secret, isNew: false };
  const adminSecret = config.adminSecret ?? randomBytes(32).toString('hex');
  const made = await envelope.command(operator(), async (tx) => {
    await tx.lock('first organization');
    const { count } = await tx.db
      .selectFrom('organizations')
      .select((select) => select.fn.countAll<bigint>().as('count'))
      .executeTakeFirstOrThrow();
    return count > 0n ? null : createOrganization(tx, { name: 'My company' });
  }, 'an installation that already has organizations is left alone');
  const credentials: Credentials = {
    ...(made === null ? {} : { live_key: made.live_key, sandbox_key: made.sandbox_key }),
    admin_secret: adminSecret,
  };
  await writeCredentials(path, credentials);
  return { ...credentials, isNew: true };
}
