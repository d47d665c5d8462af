import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../adapters/embedded-postgres/index.ts';
import type { Config } from './readConfig.ts';
import type { CommandContext } from './runCommand.ts';

/** A connection beside whoever serves the database. */
export interface Connected {
  readonly client: pg.Client;
  /** The version of the programs that come along; null for a database of the user's own. */
  readonly bundled: string | null;
  /** Whether another process runs the embedded database. */
  readonly attached: boolean;
}

/** Connects to the database as it is, without migrating it; the embedded one is started for as long where nobody runs it. */
export async function connectDatabase(config: Config, name: string, { say, onStop }: CommandContext): Promise<Connected> {
  const embedded = config.databaseUrl === null ? await startEmbeddedPostgres({ dataDir: join(config.dataDir, 'postgres'), log: say }) : null;
  if (embedded !== null) onStop(() => embedded.stop());
  const client = new pg.Client({ connectionString: embedded?.adminUrl ?? config.databaseUrl ?? '', connectionTimeoutMillis: 10_000, application_name: name });
  client.on('error', () => {});
  onStop(() => client.end());
  await client.connect();
  return { client, bundled: embedded?.version ?? null, attached: embedded?.attached === true };
}
