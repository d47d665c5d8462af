import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';

/** Every process listens here for what the others changed. */
export const changesChannel = 'changes';

const change = z.tuple([z.string(), z.array(z.string())]);

/** What a change is announced as: of which tenant, to which kinds of subject. */
export const changeMessage = (tenantId: string, subjects: readonly string[]): string => JSON.stringify([tenantId, subjects]);

interface CacheOptions {
  /** Kinds of subject, as events name them, whose changes make what is kept of the tenant worthless. */
  readonly subjects: readonly string[];
  /** Whether a change in one tenant may concern what is kept of another. */
  readonly acrossTenants?: boolean;
  /** How many values are kept at most; beyond it, what was kept is dropped and read anew. */
  readonly most: number;
}

/** Values read from the database and kept in memory until something they depend on changes. */
export class LookupCache<V> {
  readonly options: CacheOptions;
  readonly #isTrusted: () => boolean;
  #tenants = new Map<string, Map<string, V>>();
  #size = 0;

  constructor(options: CacheOptions, isTrusted: () => boolean) {
    this.options = options;
    this.#isTrusted = isTrusted;
  }

  peek(tenantId: string, key: string): V | undefined {
    return this.#tenants.get(tenantId)?.get(key);
  }

  /**
   * Where to put what is read now. A change that is heard of meanwhile detaches it, so that what was read before the change is not
   * kept after it: ask for it before reading.
   */
  drawer(tenantId: string): { keep(key: string, value: V): void } {
    const kept = this.#tenants.get(tenantId) ?? new Map<string, V>();
    this.#tenants.set(tenantId, kept);
    return {
      keep: (key, value) => {
        if (!this.#isTrusted() || this.#tenants.get(tenantId) !== kept) return;
        if (!kept.has(key)) this.#size++;
        kept.set(key, value);
        if (this.#size > this.options.most) this.forget(null);
      },
    };
  }

  /** Null: of every tenant. */
  forget(tenantId: string | null): void {
    if (tenantId === null || this.options.acrossTenants === true) {
      this.#tenants = new Map();
      this.#size = 0;
      return;
    }
    this.#size -= this.#tenants.get(tenantId)?.size ?? 0;
    this.#tenants.delete(tenantId);
  }
}

const retryMilliseconds = 500;

/** Another place where values are kept, which is told whatever is heard here. */
export interface Follower {
  changed(tenantId: string, subjects: readonly string[]): void;
  /** Nothing is to be kept any more, until changes are heard of again. */
  trusts(isHeard: boolean): void;
}

/** What is kept in memory by whoever is told of changes. */
export class Caches implements Follower {
  readonly #caches: LookupCache<unknown>[] = [];
  #isTrusted = false;

  cache<V>(options: CacheOptions): LookupCache<V> {
    const made = new LookupCache<V>(options, () => this.#isTrusted);
    this.#caches.push(made as LookupCache<unknown>);
    return made;
  }

  /** Those of the subjects on which something kept depends. */
  followed(subjects: Iterable<string>): string[] {
    return [...new Set(subjects)].filter((subject) => this.#caches.some(({ options }) => options.subjects.includes(subject)));
  }

  changed(tenantId: string, subjects: readonly string[]): void {
    for (const cache of this.#caches)
      if (subjects.some((subject) => cache.options.subjects.includes(subject))) cache.forget(tenantId);
  }

  trusts(isHeard: boolean): void {
    this.#isTrusted = isHeard;
    if (!isHeard) for (const cache of this.#caches) cache.forget(null);
  }
}

interface LookupsOptions {
  /** The database to listen to; a direct connection, as a listener needs a session of its own. */
  readonly url: string;
  readonly onError: (error: Error) => void;
}

/**
 * What a process keeps of the database in memory. A change announced by this process is forgotten before its reply leaves; one of
 * another process as soon as the database has passed it on. While nothing is heard from the database, nothing is kept.
 */
export class Lookups extends Caches {
  readonly #options: LookupsOptions;
  readonly #followers = new Set<Follower>();
  readonly #stopped = new AbortController();
  #client: pg.Client | null = null;
  #loop: Promise<void> | null = null;

  constructor(options: LookupsOptions) {
    super();
    this.#options = options;
  }

  /** Tells the follower of each change before anybody who made it is answered; ends with what it returns. */
  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    follower.trusts(this.#client !== null);
    return () => this.#followers.delete(follower);
  }

  override changed(tenantId: string, subjects: readonly string[]): void {
    super.changed(tenantId, subjects);
    for (const follower of this.#followers) follower.changed(tenantId, subjects);
  }

  override trusts(isHeard: boolean): void {
    super.trusts(isHeard);
    for (const follower of this.#followers) follower.trusts(isHeard);
  }

  /** Begins to listen, and to keep; resolves once it does. */
  async start(): Promise<void> {
    await this.#connect();
    this.#loop = this.#keepListening();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#client?.end().catch(() => {});
    await this.#loop;
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#options.url, application_name: 'farthing lookups', keepAlive: true, connectionTimeoutMillis: 15_000 });
    client.on('error', (error) => {
      if (!this.#stopped.signal.aborted) this.#options.onError(error);
    });
    client.on('notification', ({ payload }) => {
      const [tenantId, subjects] = change.parse(JSON.parse(payload ?? ''));
      this.changed(tenantId, subjects);
    });
    client.once('end', () => {
      if (this.#client !== client) return;
      this.#client = null;
      this.trusts(false);
    });
    await client.connect();
    await client.query(`listen ${changesChannel}`);
    this.#client = client;
    this.trusts(true);
  }

  async #keepListening(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const client = this.#client;
      if (client !== null) await new Promise((resolve) => client.once('end', resolve));
      else await this.#connect().catch(this.#options.onError);
      if (this.#client === null) await delay(retryMilliseconds, null, { signal }).catch(() => {});
    }
  }
}
