/** The part of Node's process that matters here; browsers and workers of other kinds have none. */
interface Process {
  readonly pid: number;
  on(event: string, listener: (...details: never[]) => void): unknown;
  prependListener(event: string, listener: (...details: never[]) => void): unknown;
  off(event: string, listener: (...details: never[]) => void): unknown;
  listeners(event: string): readonly unknown[];
  kill(pid: number, signal: string): unknown;
  emitWarning?(warning: string): void;
}

/** What wants to be told before the process ends. */
interface Leaving {
  /** The process has nothing else to do: empty yourself. */
  ends(): Promise<void>;
  /** Somebody else will end the process in time: hurry. */
  hurry(): void;
}

const signals = ['SIGTERM', 'SIGINT'];
/** Marks the listeners of this package, also those of another copy of it. */
const ours = Symbol.for('farthing.sdk.exit');
const everybody = new Set<Leaving>();

/** What may or may not be there. */
const surroundings = globalThis as unknown as { readonly process?: Partial<Process>; readonly reportError?: (error: unknown) => void };

function theProcess(): Process | null {
  const found = surroundings.process;
  return typeof found?.prependListener === 'function' ? (found as Process) : null;
}

const mark = <T extends (...details: never[]) => void>(listener: T): T => Object.assign(listener, { [ours]: true });
const isOurs = (listener: unknown) => typeof listener === 'function' && ours in listener;

const onIdle = mark(() => {
  for (const each of everybody) void each.ends();
});

const onSignal = mark((signal: string) => {
  const process = theProcess();
  if (process === null) return;
  if (!process.listeners(signal).every(isOurs)) {
    for (const each of everybody) each.hurry();
    return;
  }
  // Nobody else listens: without us the process would have ended here, so it does when we are done.
  void Promise.allSettled([...everybody].map((each) => each.ends())).then(() => {
    process.off(signal, onSignal);
    if (process.listeners(signal).length === 0) process.kill(process.pid, signal);
  });
});

/** Tells `leaving` before the process ends, until the function returned is called; does nothing where there is no process. */
export function beforeExit(leaving: Leaving): () => void {
  const process = theProcess();
  if (process === null) return () => {};
  if (everybody.size === 0) {
    process.on('beforeExit', onIdle);
    // First in line, to see the others: one that listens once has left the line by the time it is called.
    for (const signal of signals) process.prependListener(signal, onSignal);
  }
  everybody.add(leaving);
  return () => {
    if (!everybody.delete(leaving) || everybody.size > 0) return;
    process.off('beforeExit', onIdle);
    for (const signal of signals) process.off(signal, onSignal);
  };
}

/** Says something to whoever runs the program, where nothing else was set up to hear it. */
export function warn(message: string): void {
  const process = theProcess();
  if (process?.emitWarning !== undefined) process.emitWarning(message);
  else surroundings.reportError?.(new Error(message));
}
