import type pg from 'pg';
import { pino } from 'pino';
import { buildServer } from '../kernel/http/server.ts';
import { Envelope } from '../kernel/envelope.ts';
import { createPool, meterRole } from '../kernel/db/pool.ts';
import { Scheduler, type TimerFailure } from '../kernel/db/scheduler.ts';
import { Lookups } from '../kernel/lookups.ts';
import type { Module } from '../kernel/module.ts';
import { startWorker } from '../kernel/worker.ts';
import { createModules } from '../app.ts';
import type { PortalAccess } from '../modules/customers/index.ts';
import type { MailPort } from '../modules/mail/index.ts';
import { adminGuard, apiKeyGuard, publicGuard } from '../modules/identity/index.ts';
import { untilAnswered, usageLook } from './comesAbout.ts';
import { cloneDatabase } from './database.ts';

/** What a test sends over HTTP and gets back. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // A test states what it expects of a body; its shape is the test's business.
  // biome-ignore lint/suspicious/noExplicitAny: assertions read bodies of every shape
  readonly body: any;
}

export type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** The whole product on a database of its own, over real HTTP, with one organization. */
export interface TestApp {
  readonly base: string;
  readonly adminUrl: string;
  readonly adminSecret: string;
  readonly liveKey: string;
  readonly sandboxKey: string;
  readonly organizationId: string;
  /** Calls with the sandbox key. */
  readonly sandbox: Call;
  /** Calls with the live key. */
  readonly live: Call;
  callWith(key: string): Call;
  /** Calls the operator's operations. */
  readonly admin: Call;
  /** Makes another organization, for tests of isolation. */
  otherOrganization(): Promise<{ id: string; live: Call; sandbox: Call; liveKey: string; sandboxKey: string }>;
  /** Asks until there is an answer, while usage of an organization (the first, unless told otherwise) is looked at without a pause. */
  until<T>(ask: () => Promise<T | undefined>, organizationId?: string): Promise<T>;
  /** Advances the sandbox's test clock and waits until it has arrived. */
  advance(to: string): Promise<void>;
  /** Runs what is due now, as a worker would; for tests without one. */
  runDue(): Promise<void>;
  /** Stops everything and removes the database. */
  close(): Promise<void>;
}

export interface TestAppOptions {
  /** False leaves jobs and due work undone. */
  readonly worker?: boolean;
  /** CIDRs that webhooks may reach. */
  readonly egressAllow?: string;
  /** What takes letters away; by default it is not to be reached, so that they stay under way. Null: none are sent. */
  readonly mailer?: MailPort | null;
  /** Where the customers' portal is. Null: there is none. */
  readonly portal?: PortalAccess | null;
}

const adminSecret = 'the-admin-secret-of-the-test-suite-0123456789';

async function answerOf(response: Response): Promise<Answer> {
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
  const text = isJson ? await response.text() : null;
  const body = text === null ? Buffer.from(await response.arrayBuffer()) : JSON.parse(text);
  return { status: response.status, headers: response.headers, body };
}

/** Calls a server with one credential. */
export function caller(base: string, authorization: Record<string, string>): Call {
  return async (method, path, body, headers = {}) => {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(base + path, {
      method,
      headers: { ...authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    });
    return answerOf(response);
  };
}

const unreachable: MailPort = { send: () => Promise.reject(new Error('No server for mail can be reached.')), close: () => {} };

const testPortal = { url: 'https://portal.example', key: Promise.resolve(new Uint8Array(32)) };

/** Waits until a test clock that was set going has arrived. */
export async function clockArrived(readClock: () => Promise<{ status: string; errors: readonly unknown[] }>): Promise<void> {
  await untilAnswered(async () => {
    const { status, errors } = await readClock();
    if (errors.length > 0) throw new Error(`Due work failed: ${JSON.stringify(errors)}`);
    return status === 'ready' ? true : undefined;
  });
}

/** Runs what is due, on connections of its own as a worker does: those of the server may all be waited for. */
function dueWork(pool: pg.Pool, envelope: Envelope, modules: readonly Module[]): () => Promise<void> {
  const fail = ({ kind, message }: TimerFailure) => {
    throw new Error(`${kind}: ${message}`);
  };
  const scheduler = new Scheduler(pool, envelope, modules.flatMap((module) => module.timers ?? []), fail);
  const { signal } = new AbortController();
  return async () => {
    while ((await scheduler.runDue(signal)) > 0);
  };
}

/** Starts the product for one test file; close it in afterAll. */
export async function startTestApp({ worker = true, egressAllow = '', mailer = unreachable, portal = testPortal }: TestAppOptions = {}): Promise<TestApp> {
  const database = await cloneDatabase();
  const logger = pino({ level: process.env['FARTHING_TEST_LOG'] ?? 'silent' });
  const pool = createPool(database.appUrl, { max: 12, onError: () => {} });
  const keyedPool = createPool(database.appUrl, { max: 4, onError: () => {} });
  const meterPool = createPool(database.adminUrl, { max: 2, role: meterRole, onError: () => {} });
  const lookups = new Lookups({ url: database.adminUrl, onError: () => {} });
  const modules = createModules({ egressAllow, logger, pool, meterPool, lookups, threadUrl: database.adminUrl, mailer, portal });
  const reactions = modules.flatMap((module) => module.reactions ?? []);
  const envelope = new Envelope({ pool, reactions, lookups, strict: true });
  const server = buildServer({
    operations: modules.flatMap((module) => module.operations ?? []),
    envelope,
    keyed: new Envelope({ pool: keyedPool, reactions: [], strict: true }),
    guards: { key: apiKeyGuard({ pool, lookups }), admin: adminGuard(adminSecret), public: publicGuard },
    logger,
  });
  await lookups.start();
  const base = await server.listen({ host: '127.0.0.1', port: 0 });
  const running = worker ? await startWorker({ adminUrl: database.adminUrl, pool, envelope, modules, logger }) : null;

  const admin = caller(base, { 'x-admin-secret': adminSecret });
  const callWith = (key: string) => caller(base, { authorization: `Bearer ${key}` });
  const makeOrganization = async (name: string) => {
    const made = await admin('POST', '/v1/organizations', { name });
    if (made.status !== 201) throw new Error(`No organization: ${JSON.stringify(made.body)}`);
    const { id, live_key: liveKey, sandbox_key: sandboxKey } = made.body;
    return { id, liveKey, sandboxKey, live: callWith(liveKey), sandbox: callWith(sandboxKey) };
  };
  const first = await makeOrganization('Test');

  const advance = async (to: string) => {
    const started = await first.sandbox('POST', '/v1/test_clock/advance', { to });
    if (started.status !== 200) throw new Error(`The clock did not start: ${JSON.stringify(started.body)}`);
    await clockArrived(async () => (await first.sandbox('GET', '/v1/test_clock')).body);
  };
  const look = usageLook(database.adminUrl);
  const runDue = dueWork(keyedPool, new Envelope({ pool: keyedPool, reactions, lookups, strict: true }), modules);

  return {
    base,
    adminUrl: database.adminUrl,
    adminSecret,
    liveKey: first.liveKey,
    sandboxKey: first.sandboxKey,
    organizationId: first.id,
    live: first.live,
    sandbox: first.sandbox,
    callWith,
    admin,
    otherOrganization: () => makeOrganization('Other'),
    advance,
    until: (ask, organizationId = first.id) => look.until(organizationId, ask),
    runDue,
    async close() {
      await look.close();
      await running?.stop();
      await server.close();
      for (const module of modules) await module.stop?.();
      await lookups.stop();
      await Promise.all([pool.end(), keyedPool.end(), meterPool.end()]);
      await database.drop();
    },
  };
}
