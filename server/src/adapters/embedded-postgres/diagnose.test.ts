import { expect, it } from 'vitest';
import { diagnose } from './diagnose.ts';

const place = { cluster: '/data/pgdata', port: 5433, logFile: '/data/postgres.log' };

// Each line as PostgreSQL 18 prints it.
const printed: [string, string, RegExp][] = [
  ['FATAL:  could not write lock file "postmaster.pid": No space left on device', 'other', /disk that holds \/data\/pgdata is full/],
  ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use\nFATAL:  could not create any TCP/IP sockets', 'port taken', /Port 5433 .* used by another program/],
  ['FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use', 'predecessor still ending', /Another PostgreSQL still works/],
  ['FATAL:  lock file "postmaster.pid" already exists', 'predecessor still ending', /Another PostgreSQL still works/],
  ['FATAL:  data directory "/data/pgdata" has wrong ownership', 'other', /may not write to \/data\/pgdata/],
  ['FATAL:  could not map anonymous shared memory: Cannot allocate memory', 'other', /too little memory/],
  ['LOG:  invalid checkpoint record\nPANIC:  could not locate a valid checkpoint record', 'other', /damaged: restore them from your backup/],
  ['2026-01-01 [1] FATAL:  parameter "max_connections" cannot be 0\nHINT: no', 'other', /did not start: parameter "max_connections" cannot be 0\. Details/],
  ['', 'other', /it gave no reason/],
];

it.each(printed)('reads %j', (output, cause, line) => {
  const diagnosis = diagnose(output, place);
  expect(diagnosis.cause).toBe(cause);
  expect(diagnosis.problem.message).toMatch(line);
  expect(diagnosis.problem.message).not.toContain('\n');
});
