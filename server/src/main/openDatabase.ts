import { join } from 'node:path';
import { errorCode, StartupProblem, startEmbeddedPostgres } from '../adapters/embedded-postgres/index.ts';
import type { Config } from './readConfig.ts';

/** The database of this process, migrated. */
export interface Database {
  readonly adminUrl: string;
  /** For people: "PostgreSQL 18.4 (embedded)". */
  readonly label: string;
  /** The migrations that were applied just now. */
  readonly applied: readonly string[];
  stop(): Promise<void>;
}

interface OpenOptions {
  readonly log: (line: string) => void;
  /** Told when the embedded server keeps dying and is given up. */
  readonly onLost?: (problem: StartupProblem) => void;
  /** Refuses an embedded database that another running Farthing serves, instead of sharing it. */
  readonly alone?: boolean;
  /** Is handed what PostgreSQL does by itself for a while, for something else to be done meanwhile; answers what that answers. */
  readonly besides?: <T>(work: Promise<T>) => Promise<T>;
}

function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password = shown.password === '' ? '' : '***';
  return shown.href;
}

/** What went wrong, in one line: a refused connection to several addresses of one name is one refusal. */
export function reasonOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return (first instanceof Error ? first.message : String(first)).split('\n', 1)[0] ?? '';
}

async function migrated(adminUrl: string, label: string, { besides }: OpenOptions): Promise<string[]> {
  const { migrate } = await import('../kernel/db/migrate.ts');
  try {
    return await migrate(adminUrl, besides);
  } catch (error) {
    const mend = errorCode(error) === '42501' ? '; its user must own the database' : '';
    throw new StartupProblem(`The database at ${label} cannot be used: ${reasonOf(error)}${mend}`);
  }
}

/** Opens the database that DATABASE_URL names, else the embedded one, and brings its schema up to date. */
export async function openDatabase(config: Config, options: OpenOptions): Promise<Database> {
  const { alone = false, ...postgresOptions } = options;
  if (config.databaseUrl !== null) {
    const label = withoutPassword(config.databaseUrl);
    const applied = await migrated(config.databaseUrl, label, options);
    return { adminUrl: config.databaseUrl, label, applied, stop: async () => {} };
  }
  const postgres = await startEmbeddedPostgres({ dataDir: join(config.dataDir, 'postgres'), database: 'farthing', ...postgresOptions });
  try {
    if (alone && postgres.attached) throw new StartupProblem(`Farthing runs on ${config.dataDir} already: stop it first, or choose another FARTHING_DATA_DIR.`);
    const applied = await migrated(postgres.adminUrl, config.dataDir, options);
    return { adminUrl: postgres.adminUrl, label: `PostgreSQL ${postgres.version} (embedded)`, applied, stop: () => postgres.stop() };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
