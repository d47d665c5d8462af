import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of this folder in a process of its own that does one job after the other. */
export interface Forked<Job, Result> {
  readonly pid: number;
  ask(job: Job): Promise<Result>;
  stop(): Promise<void>;
}

type Answer<Result> = { readonly result: Result } | { readonly failure: string };

/** Starts a program that calls `serveJobs`: what it measures is not disturbed by who asks. */
export function forkProgram<Job extends object, Result>(file: string): Forked<Job, Result> {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), { serialization: 'advanced' });
  const ended = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    async ask(job) {
      const answered = once(child, 'message') as Promise<[Answer<Result>]>;
      child.send(job);
      const over = ended.then(([code]) => {
        throw new Error(`${file} ended with ${code} in the middle of a job.`);
      });
      const [answer] = await Promise.race([answered, over]);
      if ('failure' in answer) throw new Error(answer.failure);
      return answer.result;
    },
    async stop() {
      child.disconnect();
      await ended;
    },
  };
}

/** The other side of `forkProgram`: runs until the asker disconnects. */
export function serveJobs<Job, Result>(handle: (job: Job) => Promise<Result>): void {
  process.on('message', (job) => {
    handle(job as Job)
      .then(
        (result): Answer<Result> => ({ result }),
        (error: unknown): Answer<Result> => ({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      )
      .then((answer) => process.send?.(answer));
  });
  process.on('disconnect', () => process.exit(0));
}
