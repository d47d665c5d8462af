import { totalmem } from 'node:os';

const megabyte = 1024 * 1024;

/**
 * The server's settings for a small machine that it shares with our own processes: two cores, a few gigabytes.
 * Written to `farthing.conf` at every start, so that an old cluster gets what a newer release has learnt; what the
 * operator sets in postgresql.conf, after the include, wins.
 */
export function settingsFile(memory: number = availableMemory()): string {
  const buffers = Math.round(Math.min(Math.max(memory / 8 / megabyte, 64), 2048));
  const settings: Record<string, string> = {
    max_connections: '60',
    shared_buffers: `${buffers}MB`,
    effective_cache_size: `${Math.max(Math.round(memory / 2 / megabyte), 128)}MB`,
    work_mem: '16MB',
    maintenance_work_mem: `${Math.min(Math.max(buffers / 2, 64), 512)}MB`,
    // Events come in bursts; checkpoints that are few and spread out write far fewer full page images into the log.
    max_wal_size: '4GB',
    min_wal_size: '256MB',
    checkpoint_timeout: "'15min'",
    // This PostgreSQL has only its own, slow compression: it takes longer over a page of random keys than the disk takes to write the page.
    wal_compression: 'off',
    // Filling a new segment of the log with zeros takes a tenth of a second, for which every commit waits; its blocks can be had as they are written.
    wal_init_zero: 'off',
    // A table that was empty a minute ago has thousands of rows after a billing run, and plans made for the empty one would look through them all.
    autovacuum_naptime: "'15s'",
    // Nothing acknowledged is lost: every commit is on the disk before it is answered.
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    // Two cores: a parallel plan or a compiled one costs the neighbours more than it gains.
    max_parallel_workers_per_gather: '1',
    jit: 'off',
    random_page_cost: '1.1',
    // A transaction forgotten open would hold back vacuum and the intake's commit order for ever.
    idle_in_transaction_session_timeout: "'10min'",
    timezone: "'UTC'",
    log_timezone: "'UTC'",
    datestyle: "'iso, ymd'",
    lc_messages: "'C'",
    default_text_search_config: "'pg_catalog.simple'",
    log_line_prefix: "'%m [%p] %q%u@%d '",
    log_min_duration_statement: "'5s'",
    log_lock_waits: 'on',
    log_checkpoints: 'off',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return ['# Written at every start. Put settings of your own into postgresql.conf.', ...lines, ''].join('\n');
}

/** postgresql.conf of a new cluster. */
export const operatorFile = [
  '# Settings of your own go below the include and win over it.',
  "include_if_exists = 'farthing.conf'",
  '',
].join('\n');

/** What decides who can reach the server belongs on the command line, where no file can loosen it: loopback only, no socket file. */
export function commandLine(cluster: string, port: number, fsync: boolean): string[] {
  const fixed = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'logging_collector=off'];
  const careless = fsync ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=128MB'];
  return ['-D', cluster, ...[...fixed, ...careless].flatMap((setting) => ['-c', setting])];
}

/** Bytes this process and its neighbours may use: a container's limit counts, where there is one. */
function availableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
