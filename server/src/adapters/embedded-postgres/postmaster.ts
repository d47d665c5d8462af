import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Diagnosis } from './diagnose.ts';
import { diagnose } from './diagnose.ts';
import { readPostmasterFile } from './postmasterFile.ts';
import { servesCluster } from './processes.ts';
import type { RunAs } from './runAs.ts';
import { invocation } from './runAs.ts';
import { commandLine } from './settings.ts';
import { errorCode, fileProblem, StartupProblem } from './startupProblem.ts';

/** Everything needed to start the server, once or again. */
export interface Launch {
  readonly program: string;
  readonly runAs: RunAs;
  readonly cluster: string;
  readonly logFile: string;
  readonly fsync: boolean;
  readonly log: (line: string) => void;
}

/** A server that accepts connections. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Settles when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Asks it to end, ever more urgently, and waits until it has. */
  end(): Promise<void>;
}

const tries = 100;
const logLimit = 16 * 1024 * 1024;

/**
 * Starts the server and waits until it accepts connections. Without a port it takes a free one, another if somebody
 * was quicker. A predecessor that was killed may need a moment until its last process is gone; that is waited for.
 */
export async function launchPostmaster(launch: Launch, port: number | undefined): Promise<Postmaster> {
  await turnLog(launch.logFile);
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptLaunch(launch, port ?? (await freePort()));
    if ('ended' in outcome) return outcome;
    const again = outcome.cause === 'predecessor still ending' || (outcome.cause === 'port taken' && port === undefined);
    if (!again || attempt === tries) throw outcome.problem;
    await pause(100);
  }
}

/** Ends a server that is not our child: one that a killed run left behind. */
export async function endOrphan(pid: number, cluster: string): Promise<void> {
  const gone = async () => !(await servesCluster(pid, cluster).catch(() => false));
  const send = (signal: NodeJS.Signals) => {
    try {
      process.kill(pid, signal);
    } catch (error) {
      // It was just ending by itself: its guard may have asked it to.
      if (errorCode(error) !== 'ESRCH') throw error;
    }
  };
  await insist(pid, send, async (patience) => {
    for (const began = performance.now(); performance.now() - began < patience; await pause(10)) {
      if (await gone()) return true;
    }
    return gone();
  });
}

/**
 * SIGINT disconnects everybody and writes a checkpoint; if that takes longer than patience allows, SIGQUIT ends the
 * server at once and the next start replays its log: nothing committed is lost.
 */
async function insist(pid: number, send: (signal: NodeJS.Signals) => void, endsWithin: (ms: number) => Promise<boolean>): Promise<void> {
  for (const [signal, patience] of [['SIGINT', 30_000], ['SIGQUIT', 10_000], ['SIGKILL', 5_000]] as const) {
    send(signal);
    if (await endsWithin(patience)) return;
  }
  throw new StartupProblem(`PostgreSQL (process ${pid}) does not end: stop it by hand, then start again.`);
}

async function attemptLaunch(launch: Launch, port: number): Promise<Postmaster | Diagnosis> {
  const { runAs, cluster, logFile } = launch;
  const output = await open(logFile, 'a', 0o600).catch((error: unknown) => {
    throw fileProblem(error, logFile);
  });
  const { size: before } = await output.stat();
  const { file, args, options } = invocation(runAs, launch.program, commandLine(cluster, port, launch.fsync));
  // A process group of its own: a Ctrl-C in the terminal must reach us alone, so that requests under way still find
  // their database while we shut down.
  const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', output.fd, output.fd] });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.unref();
  await output.close();
  const { pid } = child;
  if (pid !== undefined && (await becameReady(launch, pid, ended))) {
    const end = async () => {
      // Nothing else may keep this process alive while it waits here.
      child.ref();
      const endsWithin = (ms: number) => Promise.race([ended.then(() => true), pause(ms, false, { ref: false })]);
      await insist(pid, (signal) => child.kill(signal), endsWithin);
    };
    return { pid, port, ended, end };
  }
  const printed = (await readFile(logFile)).subarray(before).toString('utf8');
  return diagnose(printed, { cluster, port, logFile });
}

/** True when the server accepts connections, false when it ended before. There is no limit: replaying the log after a crash takes what it takes. */
async function becameReady(launch: Launch, pid: number, ended: Promise<void>): Promise<boolean> {
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  for (let said = 0, began = performance.now(); !gone; await pause(5)) {
    const state = await readPostmasterFile(launch.cluster);
    // A killed predecessor's file says "ready" too; only our own child's word counts.
    if (state?.ready === true && state.pid === pid) return true;
    const seconds = Math.floor((performance.now() - began) / 10_000) * 10;
    if (seconds > said) {
      launch.log(`PostgreSQL is still starting (${seconds} s): it replays what a crash left unfinished.`);
      said = seconds;
    }
  }
  return false;
}

/**
 * A port that nobody has: below those from which systems take one for every connection that somebody makes (from 32768 or 49152 on), so
 * that it is still free when a server that died is started again.
 */
async function freePort(): Promise<number> {
  for (let attempt = 1; attempt < tries; attempt++) {
    const port = await probe(randomInt(20_000, 32_768));
    if (port !== null) return port;
  }
  return (await probe(0)) ?? Promise.reject(new StartupProblem('No port on 127.0.0.1 is free.'));
}

/** The port, 0 for any, where it can be listened on. */
function probe(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}

/** Keeps the log from growing for ever: one older file is kept. */
async function turnLog(logFile: string): Promise<void> {
  const size = await stat(logFile).then((file) => file.size, () => 0);
  if (size > logLimit) await rename(logFile, `${logFile}.1`);
}
