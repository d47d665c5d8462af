import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { warn } from './exitHook.ts';
import type { Spool } from './spool.ts';
import { SpoolFolder } from './spoolFolder.ts';

interface Append {
  readonly line: string;
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

/** Below this the file is not worth rewriting. */
const smallest = 1_048_576;

/** Between two signs of life, in milliseconds, and after how many of them what others left is looked for. */
const beatMilliseconds = 5000;
const beatsBetweenLooks = 6;

/**
 * A spool in files beside `path`: each process that has it open writes one of its own, a line of JSON for each event, written and synced
 * before the event counts as accepted, many in one go where many come together. The file is emptied whenever everything in it is answered
 * for, and written anew without what is answered for when that makes up most of it. What a process left that is gone goes to the next that
 * opens the spool, or to one that has it open. One that was taken for gone and is not writes its file anew: then events are in two files
 * and are sent twice, which the server counts once.
 */
export function fileSpool(path: string): Spool {
  return new FileSpool(resolve(path));
}

class FileSpool implements Spool {
  readonly #path: string;
  readonly #kept = new Map<string, number>();
  #folder: SpoolFolder | null = null;
  #file: FileHandle | null = null;
  /** Which file ours is: another may have its name, or none. */
  #inode = 0n;
  #size = 0;
  #keptBytes = 0;
  #appends: Append[] = [];
  #writing = false;
  /** Everything that touches the file, one after the other. */
  #work: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #beats = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async open(found: (events: readonly string[]) => void = () => {}): Promise<readonly string[]> {
    if (this.#folder !== null) throw new Error(`The spool ${this.#path} is open already.`);
    const folder = await SpoolFolder.enter(this.#path);
    this.#folder = folder;
    try {
      await this.#rewrite(folder);
      const events = await this.#takeOver(folder);
      this.#live(folder, found);
      return events;
    } catch (error) {
      await this.#end(folder);
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
      if (this.#folder === null) return;
      for (const event of events) this.#forget(event);
      if (this.#kept.size === 0) await this.#truncate(0);
      else if (this.#size > smallest && this.#size > 4 * this.#keptBytes) await this.#rewrite(this.#folder);
    });
  }

  async close(): Promise<void> {
    await this.#next(async () => {
      if (this.#folder !== null) await this.#end(this.#folder);
    });
  }

  /** What is kept stays for the next. */
  async #end(folder: SpoolFolder): Promise<void> {
    clearTimeout(this.#timer);
    await this.#file?.close();
    this.#file = null;
    if (this.#kept.size === 0) await rm(folder.own, { force: true });
    this.#kept.clear();
    this.#keptBytes = 0;
    folder.leave();
    this.#folder = null;
  }

  /** Shows again and again that we are alive, and now and then looks for what others left. Nothing waits for it. */
  #live(folder: SpoolFolder, found: (events: readonly string[]) => void): void {
    const beat = async () => {
      if (this.#file === null) return;
      try {
        if (!(await this.#isOurs(folder))) await this.#rewrite(folder);
        const now = Date.now() / 1000;
        await this.#file.utimes(now, now);
        if (++this.#beats % beatsBetweenLooks === 0) {
          const events = await this.#takeOver(folder);
          if (events.length > 0) found(events);
        }
      } catch (error) {
        if (this.#beats % beatsBetweenLooks === 0) warn(`The spool of Farthing events: ${String(error)}`);
      }
      this.#live(folder, found);
    };
    this.#timer = setTimeout(() => void this.#next(beat), beatMilliseconds);
    this.#timer.unref();
  }

  /** Takes over what others left into our own file; answers it. */
  async #takeOver(folder: SpoolFolder): Promise<string[]> {
    const left = await folder.takeLeft();
    if (left.length === 0) return [];
    const events: string[] = [];
    try {
      for (const { from, to } of left) events.push(...(await readLines(to, from)));
      for (const event of events) this.#keep(event);
      await this.#rewrite(folder);
    } catch (error) {
      for (const event of events) this.#forget(event);
      for (const { from, to } of left) await rename(to, from).catch(() => {});
      throw error;
    }
    for (const { to } of left) await rm(to, { force: true });
    return events;
  }

  /** Somebody who took us for gone may have taken our file. */
  async #isOurs(folder: SpoolFolder): Promise<boolean> {
    const there = await stat(folder.own, { bigint: true }).catch(() => null);
    return there?.ino === this.#inode;
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
      await this.#write(appends.map(({ line }) => line));
      for (const { done } of appends) done();
    } catch (error) {
      for (const { fail } of appends) fail(error);
    }
  }

  async #write(lines: readonly string[]): Promise<void> {
    if (this.#file === null || this.#folder === null) throw new Error(`The spool ${this.#path} is closed.`);
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
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
    for (const line of lines) this.#keep(line);
    try {
      // Whoever takes our file reads it after that: what was in it by now is his, and what was not is ours.
      if (!(await this.#isOurs(this.#folder))) await this.#rewrite(this.#folder);
    } catch (error) {
      for (const line of lines) this.#forget(line);
      throw error;
    }
  }

  async #truncate(size: number): Promise<void> {
    await this.#file?.truncate(size);
    this.#size = size;
  }

  /** Puts a file with only what is kept in the place of the old one. */
  async #rewrite(folder: SpoolFolder): Promise<void> {
    const fresh = `${folder.own}.new`;
    const text = [...this.#kept].flatMap(([line, times]) => Array.from({ length: times }, () => `${line}\n`)).join('');
    const file = await open(fresh, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.datasync();
      await rename(fresh, folder.own);
    } catch (error) {
      await file.close();
      throw error;
    }
    await this.#file?.close();
    this.#file = file;
    this.#inode = (await file.stat({ bigint: true })).ino;
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

/**
 * The lines of a file that had this name. The last one may be half written, and was not accepted then; elsewhere half a line means damage.
 * None where somebody has taken the file meanwhile.
 */
async function readLines(path: string, name: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n');
  const whole = lines.map(isEvent);
  const last = whole.lastIndexOf(true);
  const damaged = whole.slice(0, last + 1).indexOf(false);
  if (damaged >= 0) throw new Error(`Line ${damaged + 1} of the spool ${name} is no event: the file is damaged. Mend it, or move it away.`);
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
