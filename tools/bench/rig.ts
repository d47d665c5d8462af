import type pg from 'pg';
import { Client } from 'pg';
import type { CopyJob, CopyResult } from './copy.ts';
import type { EventRange } from './events.ts';
import { type Forked, forkProgram } from './forked.ts';
import type { LoadJob, LoadResult } from './load.ts';
import { type Part, type Server, startPart, startServer, stopOnSignal } from './product.ts';
import { makeTenant, type Tenant } from './tenant.ts';

/** A database with the product over it and one tenant. */
export interface Installation {
  readonly adminUrl: string;
  readonly admin: pg.Client;
  readonly api: Part;
  readonly tenant: Tenant;
}

/** Everything that measurements use, each part in a process of its own. */
export class Rig {
  readonly server: Server;
  readonly customers: number;
  readonly #load: Forked<LoadJob, LoadResult> = forkProgram('load.ts');
  readonly #copy: Forked<CopyJob, CopyResult> = forkProgram('copy.ts');
  readonly #undos: (() => Promise<unknown>)[] = [];
  #runs = 0;

  private constructor(server: Server, customers: number) {
    this.server = server;
    this.customers = customers;
    this.#undos.push(() => server.stop(), () => this.#load.stop(), () => this.#copy.stop());
  }

  static async start(customers: number): Promise<Rig> {
    const rig = new Rig(await startServer(), customers);
    stopOnSignal(() => rig.stop());
    return rig;
  }

  /** Processes whose work is ours. */
  get roots(): readonly number[] {
    return [process.pid, this.server.pid];
  }

  async install(name: string): Promise<Installation> {
    const adminUrl = await this.server.database(name);
    const api = await this.part('api', adminUrl);
    const tenant = await makeTenant(api.base, adminUrl, this.customers);
    const admin = new Client({ connectionString: adminUrl });
    await admin.connect();
    this.#undos.push(() => admin.end());
    return { adminUrl, admin, api, tenant };
  }

  /** Starts a part of the product; it stops with the rig unless it is stopped before. */
  async part(command: 'api' | 'worker' | 'stub', adminUrl: string): Promise<Part> {
    const part = await startPart(command, adminUrl, this.server.folder);
    let stopped: Promise<void> | undefined;
    const stop = () => (stopped ??= part.stop());
    this.#undos.push(stop);
    return { ...part, stop };
  }

  /** A name for transaction ids that no other run has. */
  nextRun(): string {
    return `r${String(++this.#runs).padStart(7, '0')}`;
  }

  /** Events dated in the last hour, as usage comes in. */
  range(seconds = 3600): EventRange {
    return { customers: this.customers, end: Temporal.Now.instant().toString(), seconds };
  }

  /** Events over HTTP. */
  async load({ api, tenant }: Pick<Installation, 'api' | 'tenant'>, job: Pick<LoadJob, 'size' | 'clients' | 'until'> & Partial<LoadJob>): Promise<LoadResult> {
    return this.#load.ask({ port: api.port, key: tenant.liveKey, run: this.nextRun(), range: this.range(), ...job });
  }

  /** The same rows straight into the table. */
  async copy({ adminUrl, tenant }: Installation, job: Pick<CopyJob, 'streams' | 'until'> & Partial<CopyJob>): Promise<CopyResult> {
    return this.#copy.ask({ kind: 'copy', adminUrl, tenantId: tenant.tenantId, run: this.nextRun(), range: this.range(), ...job });
  }

  async stop(): Promise<void> {
    for (const undo of this.#undos.splice(0).reverse()) await undo();
  }
}

async function countEvents({ admin }: Installation): Promise<number> {
  const { rows } = await admin.query<{ events: number }>('select count(*)::int as events from usage_events_all');
  return rows[0]?.events ?? 0;
}

/** Everything written is on the disk, and the next change to a page writes the whole page into the log. */
export async function checkpoint({ admin }: Installation): Promise<void> {
  await admin.query('checkpoint');
}

/** Forgets all usage, so that both sides of a pair begin with empty tables; what says how far it was followed stays. */
export async function emptyTables({ admin }: Installation): Promise<void> {
  const { rows } = await admin.query<{ tables: string }>(
    `select string_agg(oid::regclass::text, ', ') as tables from pg_class
     where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace
       and relname like 'usage\\_%' and relname not in ('usage_meters', 'usage_progress', 'usage_ranges')`,
  );
  await admin.query(`truncate ${rows[0]?.tables}`);
}

/** Runs `write` on what is stored already and checks what it says it stored: a counter of its own proves nothing. */
export async function counted<T>(installation: Installation, write: () => Promise<T>, storedBy: (result: T) => number): Promise<T> {
  const before = await countEvents(installation);
  const result = await write();
  const [stored, said] = [(await countEvents(installation)) - before, storedBy(result)];
  if (stored !== said) throw new Error(`${said} events were counted but ${stored} are in the table.`);
  return result;
}
