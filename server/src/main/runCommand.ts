import { StartupProblem } from '../adapters/embedded-postgres/index.ts';

interface CommandContext {
  /** One line for the person at the terminal. */
  readonly say: (line: string) => void;
  /** Registers what to undo when the command ends; the last registered runs first. */
  readonly onStop: (undo: () => Promise<unknown>) => void;
}

const stopTimeoutMilliseconds = 15_000;

/**
 * Runs a command of the program until it is interrupted or, where it `ends`, until it is done. What cannot work is said in
 * one line; everything started is stopped in reverse order, once.
 */
export async function runCommand(command: (context: CommandContext) => Promise<void>, { ends = false } = {}): Promise<void> {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const undos: (() => Promise<unknown>)[] = [];
  let stopping: Promise<void> | null = null;
  const stop = (code: number): Promise<void> => {
    stopping ??= (async () => {
      setTimeout(() => process.exit(1), stopTimeoutMilliseconds).unref();
      for (const undo of undos.reverse()) {
        try {
          await undo();
        } catch (error) {
          process.stderr.write(`while stopping: ${String(error)}\n`);
        }
      }
      process.exit(code);
    })();
    return stopping;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  try {
    await command({ say, onStop: (undo) => undos.push(undo) });
    if (ends) await stop(0);
  } catch (error) {
    const line = error instanceof StartupProblem ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${line}\n`);
    await stop(1);
  }
}
