import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../../bin/farthing.mjs', import.meta.url));

/** How a command ended, with everything it printed. */
interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

/** A command of the program in a process group of its own, as a terminal would run it. */
export interface Launched {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** The first line printed that the pattern matches; rejects when the command ends without one. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal to the whole group, as Ctrl-C does. */
  signalGroup(signal: NodeJS.Signals): void;
}

export function launch(command: string, env: Record<string, string>): Launched {
  return launchProgram([launcher, ...command.split(' ')], env);
}

/** Runs a file, with its arguments, on this process's Node. */
export function launchProgram(program: readonly string[], env: Record<string, string>): Launched {
  const child = spawn(process.execPath, program, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), PORT: '0', ...env },
  });
  const printed: string[] = [];
  const waiting = new Set<() => void>();
  let errors = '';
  let over = false;
  const wake = () => {
    for (const look of waiting) look();
  };
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const reader = createInterface(child.stdout);
  reader.on('line', (line) => {
    printed.push(line);
    wake();
  });
  const ended = Promise.all([once(child, 'close'), once(reader, 'close')]).then(([[code, signal]]) => {
    over = true;
    wake();
    return { code, signal, output: printed.join('\n'), errors };
  });
  return {
    child,
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = printed.map((line) => pattern.exec(line)).find((found) => found !== null);
          if (match === undefined && !over) return;
          waiting.delete(look);
          if (match !== undefined) resolve(match);
          else reject(new Error(`The command ended without ${pattern}:\n${printed.join('\n')}\n${errors}`));
        };
        waiting.add(look);
        look();
      }),
    signalGroup: (signal) => {
      try {
        process.kill(-(child.pid ?? 0), signal);
      } catch {
        // Everybody in it has ended.
      }
    },
  };
}

/** Starts `serve` and answers where it listens. */
export async function launchServe(env: Record<string, string>): Promise<Launched & { readonly base: string }> {
  const launched = launch('serve', env);
  const [, base = ''] = await launched.line(/API +(http:\S+)\/v1/);
  await launched.line(/Ctrl-C/);
  return { ...launched, base };
}

/** The folder of an installation that was started once and stopped in order; `copy` makes another like it. */
export interface Installation {
  copy(): Promise<string>;
  remove(): Promise<void>;
}

export async function makeInstallation(): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'farthing-installation-'));
  const pristine = join(folder, 'pristine');
  const first = await launchServe({ FARTHING_DATA_DIR: pristine });
  first.signalGroup('SIGINT');
  const { code, errors } = await first.ended;
  if (code !== 0 || errors !== '') throw new Error(`The first start ended with ${code}: ${errors}`);
  let copies = 0;
  return {
    async copy() {
      const path = join(folder, `copy${copies++}`);
      await cp(pristine, path, { recursive: true });
      return path;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The process of the embedded server that works, or worked last, on an installation. */
export async function postmasterOf(dataDir: string): Promise<number> {
  const text = await readFile(join(dataDir, 'postgres', 'pgdata', 'postmaster.pid'), 'utf8');
  return Number.parseInt(text, 10);
}
