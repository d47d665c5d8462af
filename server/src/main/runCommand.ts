import { StartupProblem } from '../adapters/embedded-postgres/index.ts';

/** What a command works with. */
export interface CommandContext {
  /** One line for the person at the terminal. */
  readonly say: (line: string) => void;
  /** Registers what to undo when the command ends; the last registered runs first. */
  readonly onStop: (undo: () => Promise<unknown>) => void;
  /** Aborted as soon as somebody wants the command to end; what is under way ends first, then everything is undone. */
  readonly signal: AbortSignal;
  /** Ends a command that has started, with code 1, for a reason that only showed later. */
  readonly fail: (problem: StartupProblem) => void;
}

const stopTimeoutMilliseconds = 15_000;

function complain(error: unknown): void {
  const line = error instanceof StartupProblem ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${line}\n`);
}

async function undoAll(undos: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const undo of undos.toReversed()) {
    try {
      await undo();
    } catch (error) {
      process.stderr.write(`while stopping: ${String(error)}\n`);
    }
  }
}

/**
 * Runs a command of the program until it is interrupted or, where it `ends`, until it is done; a number it resolves to is
 * then the exit code. What cannot work is said in one line, with exit code 1; everything started is stopped in reverse
 * order, once.
 */
export async function runCommand(command: (context: CommandContext) => Promise<unknown>, { ends = false } = {}): Promise<void> {
  const undos: (() => Promise<unknown>)[] = [];
  const abort = new AbortController();
  let stopping = false;
  const stop = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    abort.abort();
    setTimeout(() => process.exit(1), stopTimeoutMilliseconds).unref();
    // What is half started can be stopped only when it is whole.
    await done;
    await undoAll(undos);
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  const context: CommandContext = {
    say: (line) => void process.stdout.write(`${line}\n`),
    onStop: (undo) => undos.push(undo),
    signal: abort.signal,
    fail: (problem) => {
      complain(problem);
      void stop(1);
    },
  };
  const done = command(context).then(
    (result) => (ends ? (typeof result === 'number' ? result : 0) : null),
    (error) => {
      // Whoever interrupted it knows why it did not finish.
      if (!abort.signal.aborted) complain(error);
      return 1;
    },
  );
  const code = await done;
  if (code !== null) await stop(code);
}
