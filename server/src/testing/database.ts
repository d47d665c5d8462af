import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { applicationRole, createPool } from '../kernel/db/pool.ts';
import { templateDatabase } from './templateDatabase.ts';

/** A migrated, empty database of one test file. */
export interface TestDatabase {
  /** Connection string of the superuser: for what the product does as owner, and to look past row-level security. */
  readonly adminUrl: string;
  /** Connection string of the role the server acts as, bound by row-level security. */
  readonly appUrl: string;
  /** Removes the database; connections still open to it are cut. */
  drop(): Promise<void>;
}

/** Copies the migrated database (some 40 ms). One per test file, in `beforeAll`, dropped in `afterAll`. */
export async function cloneDatabase(): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  // Copying files is faster here than writing the copy through the log, as forcing to disk is off.
  await asAdmin((client) => client.query(`create database ${name} template ${templateDatabase} strategy file_copy`));
  const adminUrl = new URL(inject('adminUrl'));
  adminUrl.pathname = `/${name}`;
  const appUrl = new URL(adminUrl);
  appUrl.username = applicationRole;
  appUrl.password = inject('appPassword');
  return {
    adminUrl: adminUrl.href,
    appUrl: appUrl.href,
    drop: () => asAdmin((client) => client.query(`drop database if exists ${name} with (force)`)),
  };
}

/** Such a database with connections to it. */
export interface ConnectedDatabase {
  readonly adminUrl: string;
  /** As the role the server acts as. */
  readonly pool: pg.Pool;
  /** As the superuser. */
  readonly admin: pg.Client;
  /** Ends the connections and removes the database. */
  close(): Promise<void>;
}

/** A database of a test file, with so many connections of the server at most. */
export async function connectDatabase(most: number): Promise<ConnectedDatabase> {
  const { adminUrl, appUrl, drop } = await cloneDatabase();
  const pool = createPool(appUrl, { max: most, onError: () => {} });
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  return {
    adminUrl,
    pool,
    admin,
    async close() {
      await admin.end();
      await pool.end();
      await drop();
    },
  };
}

async function asAdmin(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: inject('adminUrl') });
  client.on('error', () => {});
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
