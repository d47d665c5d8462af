import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../adapters/embedded-postgres/index.ts';
import { migrate } from '../kernel/db/migrate.ts';
import { applicationRole } from '../kernel/db/pool.ts';
import { useMemory } from './memoryFolder.ts';
import { sweepKilledRuns } from './sweepKilledRuns.ts';
import { templateDatabase } from './templateDatabase.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser's connection string of the run's server, naming its maintenance database. */
    adminUrl: string;
    /** Password with which tests log in as the application's role. */
    appPassword: string;
  }
}

const prefix = 'farthing-test-';

/**
 * One PostgreSQL for the whole run, with one migrated database that every test file copies. It is the server that
 * users get; only the forcing to disk is off, because a crash of the machine would end the tests anyway.
 */
export default async function globalSetup(project: TestProject): Promise<() => Promise<void>> {
  useMemory();
  await sweepKilledRuns(prefix, 'data');
  const folder = await mkdtemp(join(tmpdir(), prefix));
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, 'data'),
    database: templateDatabase,
    fsync: false,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const end = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await migrate(server.adminUrl);
    const adminUrl = new URL(server.adminUrl);
    adminUrl.pathname = '/postgres';
    const appPassword = await letApplicationLogIn(adminUrl.href);
    project.provide('adminUrl', adminUrl.href);
    project.provide('appPassword', appPassword);
  } catch (error) {
    await end();
    throw error;
  }
  return end;
}

/**
 * In a real installation nobody logs in as this role; tests do, to see with certainty what it may not do. Every login derives a key from
 * the password, by rounds that hold up whoever has stolen the table of passwords; those of a run's database go with it.
 */
async function letApplicationLogIn(adminUrl: string): Promise<string> {
  const { username, password: ownPassword } = new URL(adminUrl);
  const password = randomBytes(18).toString('base64url');
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query('set scram_iterations = 1');
    await client.query(`alter role ${pg.escapeIdentifier(username)} password ${pg.escapeLiteral(decodeURIComponent(ownPassword))}`);
    await client.query(`alter role ${applicationRole} login password ${pg.escapeLiteral(password)}`);
    return password;
  } finally {
    await client.end();
  }
}
