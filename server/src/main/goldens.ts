import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../adapters/embedded-postgres/index.ts';
import { describeSchema, describeTables } from './describeDatabase.ts';
import { migrate } from '../kernel/db/migrate.ts';

const server = new URL('../../', import.meta.url);

/** Writes the generated files that are committed: what reviewers read, and what tests hold the code against. */
async function writeDatabaseGoldens(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'farthing-goldens-'));
  const postgres = await startEmbeddedPostgres({ dataDir: folder, fsync: false, log: () => {} });
  try {
    await migrate(postgres.adminUrl);
    const client = new pg.Client({ connectionString: postgres.adminUrl });
    await client.connect();
    await writeFile(new URL('schema.sql', server), await describeSchema(client));
    await writeFile(new URL('src/tables.ts', server), await describeTables(client));
    await client.end();
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await writeDatabaseGoldens();
// Imported only now: the document is built from code that needs the row types just written.
const { writeDocumentGoldens } = await import('./writeDocuments.ts');
await writeDocumentGoldens(server);
