import { StartupProblem } from './startupProblem.ts';

/** Why a program of PostgreSQL ended. Only the first two can be met by trying again. */
export interface Diagnosis {
  readonly cause: 'port taken' | 'predecessor still ending' | 'other';
  readonly problem: StartupProblem;
}

/** Reads what PostgreSQL printed before it ended, in English because it runs with the C locale. */
export function diagnose(output: string, place: { cluster: string; port: number; logFile: string }): Diagnosis {
  const { cluster, port, logFile } = place;
  const says = (...signs: string[]) => signs.some((sign) => output.includes(sign));
  const other = (line: string): Diagnosis => ({ cause: 'other', problem: new StartupProblem(line) });

  if (says('No space left on device', 'Disk quota exceeded')) {
    return other(`The disk that holds ${cluster} is full: free some space and start again.`);
  }
  if (says('Address already in use')) {
    const line = `Port ${port} on 127.0.0.1 is used by another program: choose another one for PostgreSQL, or none.`;
    return { cause: 'port taken', problem: new StartupProblem(line) };
  }
  if (says('pre-existing shared memory block', 'lock file "postmaster.pid" already exists')) {
    const line = `Another PostgreSQL still works on ${cluster}: stop it, then start again.`;
    return { cause: 'predecessor still ending', problem: new StartupProblem(line) };
  }
  if (says('Permission denied', 'has wrong ownership', 'Read-only file system')) {
    return other(`PostgreSQL may not write to ${cluster}: give the directory back to the user Farthing runs as. Details: ${logFile}`);
  }
  if (says('Cannot allocate memory', 'could not create shared memory segment', 'could not map anonymous shared memory')) {
    return other('There is too little memory to start PostgreSQL: free some, or set a smaller shared_buffers in postgresql.conf.');
  }
  if (says('could not locate a valid checkpoint record', 'invalid checkpoint record', 'is corrupted', 'PANIC')) {
    return other(`The database files in ${cluster} are damaged: restore them from your backup. Details: ${logFile}`);
  }
  const last = /(?:FATAL|PANIC|error):\s+(.*)/g;
  const reason = [...output.matchAll(last)].at(-1)?.[1] ?? 'it gave no reason';
  return other(`PostgreSQL did not start: ${reason}. Details: ${logFile}`);
}
