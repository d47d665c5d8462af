import { spawn } from 'node:child_process';

/**
 * Ends the server when this process dies without stopping it (kill -9, out of memory, a crash of Node). No code of ours
 * runs at that moment, so a small shell waits beside it: it reads from a pipe whose other end only we hold. When we
 * are gone, for whatever reason, the system closes the pipe, the read ends, and the shell asks PostgreSQL for a fast
 * shutdown. It stands in a session of its own, so that what kills our process group does not kill it as well. Should it
 * be killed too, the next start finds the orphan through `postmaster.pid` and ends it.
 *
 * Returns the function that sends the shell home after an orderly stop.
 */
export function guardPostmaster(pid: number): () => void {
  const shell = spawn('/bin/sh', ['-c', 'read -r _ || kill -INT "$1" 2>/dev/null', 'farthing-guard', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  // Without a shell there is still the next start; and a shell that is gone must not make our goodbye an error.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  if ('unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref();
  return () => {
    shell.stdin.end('\n');
  };
}
