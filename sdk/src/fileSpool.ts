import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Spool } from './spool.ts';

interface Append {
  readonly line: string;
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

/** The files that this process has open as spools. */
const openHere = new Set<string>();

/** Below this the file is not worth rewriting. */
const smallest = 1_048_576;

/**
 * A spool in one file: a line of JSON for each event, written and synced before the event counts as accepted, many in one go
 * where many come together. The file is emptied whenever everything in it is answered for, and written anew without what is
 * answered for when that makes up most of it. One process at a time may use it: `<path>.lock` holds its pid.
 */
export function fileSpool(path: string): Spool {
  return new FileSpool(resolve(path));
}

class FileSpool implements Spool {
  readonly #path: string;
  readonly #kept = new Map<string, number>();
  #file: FileHandle | null = null;
  #size = 0;
  #keptBytes = 0;
  #appends: Append[] = [];
  #writing = false;
  /** Everything that touches the file, one after the other. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  async open(): Promise<readonly string[]> {
    await lock(this.#path);
    try {
      const events = await readLines(this.#path);
      for (const event of events) this.#keep(event);
      // Written anew, so that no half a line is in the way of the next.
      await this.#rewrite();
      return events;
    } catch (error) {
      await unlock(this.#path);
      throw error;
    }
  }

  append(event: string): Promise<void> {
    return new Promise((done, fail) => {
      this.#appends.push({ line: event, done, fail });
      if (this.#writing) return;
      this.#writing = true;
      void this.#next(() => this.#writeAppends());
    });
  }

  async remove(events: readonly string[]): Promise<void> {
    await this.#next(async () => {
      if (this.#file === null) return;
      for (const event of events) this.#forget(event);
      if (this.#kept.size === 0) await this.#truncate(0);
      else if (this.#size > smallest && this.#size > 4 * this.#keptBytes) await this.#rewrite();
    });
  }

  async close(): Promise<void> {
    await this.#next(async () => {
      if (this.#file === null) return;
      await this.#file.close();
      this.#file = null;
      await unlock(this.#path);
    });
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => {});
    return done;
  }

  /** Writes all that has come since the last time, with one sync. */
  async #writeAppends(): Promise<void> {
    this.#writing = false;
    const appends = this.#appends.splice(0);
    try {
      await this.#write(appends.map(({ line }) => `${line}\n`).join(''));
      for (const { line } of appends) this.#keep(line);
      for (const { done } of appends) done();
    } catch (error) {
      for (const { fail } of appends) fail(error);
    }
  }

  async #write(text: string): Promise<void> {
    if (this.#file === null) throw new Error(`The spool ${this.#path} is closed.`);
    const bytes = Buffer.from(text);
    try {
      let written = 0;
      while (written < bytes.length) written += (await this.#file.write(bytes, written, bytes.length - written, this.#size + written)).bytesWritten;
      await this.#file.datasync();
      this.#size += bytes.length;
    } catch (error) {
      // What is there of it is none of ours: the next write begins where this one did.
      await this.#truncate(this.#size).catch(() => {});
      throw error;
    }
  }

  async #truncate(size: number): Promise<void> {
    await this.#file?.truncate(size);
    this.#size = size;
  }

  /** Puts a file with only what is kept in the place of the old one. */
  async #rewrite(): Promise<void> {
    const fresh = `${this.#path}.new`;
    const text = [...this.#kept].flatMap(([line, times]) => Array.from({ length: times }, () => `${line}\n`)).join('');
    const file = await open(fresh, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.datasync();
      await rename(fresh, this.#path);
    } catch (error) {
      await file.close();
      throw error;
    }
    await this.#file?.close();
    this.#file = file;
    this.#size = Buffer.byteLength(text);
    await syncFolder(this.#path);
  }

  #keep(line: string): void {
    this.#kept.set(line, (this.#kept.get(line) ?? 0) + 1);
    this.#keptBytes += line.length + 1;
  }

  #forget(line: string): void {
    const times = this.#kept.get(line) ?? 0;
    if (times > 1) this.#kept.set(line, times - 1);
    else this.#kept.delete(line);
    if (times > 0) this.#keptBytes -= line.length + 1;
  }
}

/** The lines of a spool. The last one may be half written, and was not accepted then; elsewhere half a line means damage. */
async function readLines(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n');
  const whole = lines.map(isEvent);
  const last = whole.lastIndexOf(true);
  const damaged = whole.slice(0, last + 1).indexOf(false);
  if (damaged >= 0) throw new Error(`Line ${damaged + 1} of the spool ${path} is no event: the file is damaged. Mend it, or move it away.`);
  return lines.slice(0, last + 1);
}

function isEvent(line: string): boolean {
  try {
    return typeof JSON.parse(line).transaction_id === 'string';
  } catch {
    return false;
  }
}

/** Makes a rename last. Some systems cannot sync a folder; there it is as good as they make it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r').catch(() => null);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

async function lock(path: string): Promise<void> {
  const name = `${path}.lock`;
  if (openHere.has(path)) throw new Error(`The spool ${path} is in use in this process.`);
  const file = await open(name, 'wx', 0o600).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    const pid = Number(await readFile(name, 'utf8'));
    if (pid !== process.pid && isRunning(pid)) throw new Error(`The spool ${path} is in use by process ${pid}. If that is another program, remove ${name}.`);
    return await open(name, 'w', 0o600);
  });
  await file.writeFile(String(process.pid));
  await file.close();
  openHere.add(path);
}

async function unlock(path: string): Promise<void> {
  openHere.delete(path);
  await rm(`${path}.lock`, { force: true });
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
