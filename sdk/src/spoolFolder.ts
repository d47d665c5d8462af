import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, readlink, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';

/** How long a file goes without a sign of life until whoever writes it is taken for dead. */
const leaseMilliseconds = 30_000;

/** A file that somebody left, and where it was moved to. */
export interface Left {
  readonly from: string;
  readonly to: string;
}

/** What the name of a file says of whoever writes it. */
interface Writer {
  readonly id: string;
  readonly place: string;
  readonly pid: number;
  readonly thread: number;
}

interface Found {
  readonly name: string;
  /** Null: nobody's, for everybody to take. */
  readonly writer: Writer | null;
  /** It was being written to replace another, which is still there or was taken. */
  readonly isHalf: boolean;
}

/** The spools that are open in this thread, also those of another copy of this module. */
const openHere = spoolsOfThisThread();

/**
 * The files of a spool: `<path>.<place>-<pid>-<thread>-<id>` of each process that has it open, so that none writes in another's. A file
 * whose process is gone is taken by renaming it, which only one can do. Whether a process of the same place lives is asked of the system;
 * one of another container or machine gives a sign of life on its file.
 */
export class SpoolFolder {
  readonly #path: string;
  readonly #self: Writer;
  readonly #lease: number;
  #taken = 0;

  private constructor(path: string, self: Writer, lease: number) {
    this.#path = path;
    this.#self = self;
    this.#lease = lease;
  }

  static async enter(path: string, lease = leaseMilliseconds): Promise<SpoolFolder> {
    const [place, pid, thread] = [await placeOf(), process.pid, threadId];
    const self = { id: `${place}-${pid}-${thread}-${randomBytes(4).toString('hex')}`, place, pid, thread };
    openHere.add(self.id);
    return new SpoolFolder(path, self, lease);
  }

  /** The file that is ours. */
  get own(): string {
    return `${this.#path}.${this.#self.id}`;
  }

  /** Makes everything ours that is left over. Our own file has just shown a sign of life: its time is the file system's now. */
  async takeLeft(): Promise<readonly Left[]> {
    const others = await this.#others();
    if (others.length === 0) return [];
    const shown = await this.#lastSigns(others);
    const now = await changedAt(this.own);
    const taken: Left[] = [];
    for (const { name, writer, isHalf } of others) {
      if (writer !== null && !this.#isGone(writer, now - (shown.get(writer.id) ?? now))) continue;
      const from = join(dirname(this.#path), name);
      if (isHalf) await rm(from, { force: true }).catch(() => {});
      else {
        const to = `${this.own}.${++this.#taken}`;
        // Who cannot have it was not the first, or meets one who has it open after all.
        const isOurs = await rename(from, to).then(() => true, () => false);
        if (isOurs) taken.push({ from, to });
      }
    }
    return taken;
  }

  leave(): void {
    openHere.delete(this.#self.id);
  }

  async #others(): Promise<Found[]> {
    const base = basename(this.#path);
    const names = await readdir(dirname(this.#path));
    return names.flatMap((name) => readName(name, base) ?? []).filter(({ writer }) => writer?.id !== this.#self.id);
  }

  /** When each writer last changed one of its files. */
  async #lastSigns(files: readonly Found[]): Promise<Map<string, number>> {
    const shown = new Map<string, number>();
    for (const { name, writer } of files) {
      if (writer === null) continue;
      const at = await changedAt(join(dirname(this.#path), name)).catch(() => 0);
      shown.set(writer.id, Math.max(at, shown.get(writer.id) ?? 0));
    }
    return shown;
  }

  #isGone({ id, place, pid, thread }: Writer, silence: number): boolean {
    if (place === this.#self.place) {
      if (pid !== this.#self.pid && !isRunning(pid)) return true;
      if (pid === this.#self.pid && thread === this.#self.thread) return !openHere.has(id);
    }
    return silence > this.#lease;
  }
}

function spoolsOfThisThread(): Set<string> {
  const name = Symbol.for('farthing.openSpools');
  const there: unknown = Reflect.get(globalThis, name);
  if (there instanceof Set) return there;
  const made = new Set<string>();
  Reflect.set(globalThis, name, made);
  return made;
}

function readName(name: string, base: string): Found | null {
  if (name === base) return { name, writer: null, isHalf: false };
  if (!name.startsWith(`${base}.`)) return null;
  const parts = /^(([0-9a-f]{12})-(\d+)-(\d+)-[0-9a-f]{8})(\.new|\.\d+)?$/.exec(name.slice(base.length + 1));
  if (parts === null) return null;
  const [, id = '', place = '', pid, thread, kind] = parts;
  return { name, writer: { id, place, pid: Number(pid), thread: Number(thread) }, isHalf: kind === '.new' };
}

/** By the clock of whatever keeps the files, which all who share them have in common. */
async function changedAt(path: string): Promise<number> {
  return (await stat(path)).ctimeMs;
}

/**
 * Within what the number of a process means something: a run of the system, and there a container. Where that cannot be known it is a
 * place of its own.
 */
async function placeOf(): Promise<string> {
  const linux = async () => `${await readFile('/proc/sys/kernel/random/boot_id', 'utf8')} ${await readlink('/proc/self/ns/pid')}`;
  const place = process.platform === 'linux' ? await linux().catch(() => randomBytes(16).toString('hex')) : `${process.platform} ${hostname()}`;
  return createHash('sha256').update(place).digest('hex').slice(0, 12);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
