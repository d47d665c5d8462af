import { join } from 'node:path';
import { StartupProblem, startEmbeddedPostgres } from '../adapters/embedded-postgres/index.ts';
import { migrate } from '../kernel/db/migrate.ts';
import type { Config } from './readConfig.ts';

/** The database of this process, migrated. */
export interface Database {
  readonly adminUrl: string;
  /** For people: "PostgreSQL 18.4 (embedded)". */
  readonly label: string;
  readonly applied: readonly string[];
  readonly startMilliseconds: number;
  stop(): Promise<void>;
}

function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password = shown.password === '' ? '' : '***';
  return shown.href;
}

async function migrated(adminUrl: string, label: string): Promise<string[]> {
  try {
    return await migrate(adminUrl);
  } catch (error) {
    const reason = error instanceof AggregateError ? (error.errors[0]?.message ?? error.message) : error instanceof Error ? error.message : String(error);
    throw new StartupProblem(`The database at ${label} cannot be used: ${reason}`);
  }
}

/** Opens the database that DATABASE_URL names, else the embedded one, and brings its schema up to date. */
export async function openDatabase(config: Config, log: (line: string) => void): Promise<Database> {
  if (config.databaseUrl !== null) {
    const label = withoutPassword(config.databaseUrl);
    const applied = await migrated(config.databaseUrl, label);
    return { adminUrl: config.databaseUrl, label, applied, startMilliseconds: 0, stop: async () => {} };
  }
  const postgres = await startEmbeddedPostgres({
    dataDir: join(config.dataDir, 'postgres'),
    database: 'farthing',
    log,
    onLost: (problem) => log(problem.message),
  });
  try {
    const applied = await migrated(postgres.adminUrl, config.dataDir);
    const label = `PostgreSQL ${postgres.version} (embedded)`;
    return { adminUrl: postgres.adminUrl, label, applied, startMilliseconds: postgres.took, stop: () => postgres.stop() };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
