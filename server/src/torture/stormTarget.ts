import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../adapters/embedded-postgres/index.ts';
import { type Launched, launchServe, postmasterOf } from '../testing/installation.ts';

export type Victim = 'api' | 'postgres' | 'both';

/** The whole product as users start it, on an embedded database that forces every commit to the disk; started again whenever it ends. */
export class StormTarget {
  readonly #dataDir: string;
  readonly #folder: string;
  #running: Promise<Launched & { readonly base: string }>;
  #isOver = false;
  #starts = 0;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#dataDir = join(folder, 'data');
    this.#running = this.#start();
  }

  static async open(): Promise<StormTarget> {
    const target = new StormTarget(await mkdtemp(join(tmpdir(), 'farthing-storm-')));
    await target.base();
    return target;
  }

  /** How often it was started. */
  get starts(): number {
    return this.#starts;
  }

  /** Where it answers, as soon as it does. */
  async base(): Promise<string> {
    return (await this.#running).base;
  }

  /** Waits until it answers that all of it is there: what was killed last may not have noticed yet that it is over. */
  async settled(): Promise<void> {
    for (;;) {
      const ready = await fetch(`${await this.base()}/ready`, { signal: AbortSignal.timeout(5000) }).then(({ ok }) => ok, () => false);
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async sandboxKey(): Promise<string> {
    await this.base();
    return JSON.parse(await readFile(join(this.#dataDir, 'credentials.json'), 'utf8')).sandbox_key;
  }

  /** The superuser's connection string. */
  async adminUrl(): Promise<string> {
    await this.base();
    const beside = await startEmbeddedPostgres({ dataDir: join(this.#dataDir, 'postgres'), database: 'farthing', log: () => {} });
    return beside.adminUrl;
  }

  async #start(): Promise<Launched & { readonly base: string }> {
    for (;;) {
      this.#starts++;
      // The log has nothing to tell that is not meant to happen.
      const launched = await launchServe({ FARTHING_DATA_DIR: this.#dataDir, FARTHING_LOG_LEVEL: 'silent' }).catch((error: unknown) => {
        if (this.#isOver || this.#starts > 1000) throw error;
        return null;
      });
      if (launched === null) continue;
      void launched.ended.then(() => {
        if (!this.#isOver) this.#running = this.#start();
      });
      return launched;
    }
  }

  /** Nothing of what is killed gets a chance to tidy up. Waits for nothing. */
  async kill(victim: Victim): Promise<void> {
    const { signalGroup } = await this.#running;
    if (victim !== 'api') {
      const postmaster = await postmasterOf(this.#dataDir).catch(() => 0);
      if (postmaster > 0) killIfThere(postmaster);
    }
    if (victim !== 'postgres') signalGroup('SIGKILL');
  }

  async close(): Promise<void> {
    this.#isOver = true;
    const launched = await this.#running.catch(() => null);
    launched?.signalGroup('SIGINT');
    await launched?.ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was dead already: killed a moment ago, or not yet started again.
  }
}
