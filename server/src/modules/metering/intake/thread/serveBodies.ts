import { getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { applicationRole, createPool, meterRole } from '../../../../kernel/db/pool.ts';
import { problemOf } from '../../../../kernel/http/problemOf.ts';
import { Caches } from '../../../../kernel/lookups.ts';
import { Turns } from '../../../../kernel/turns.ts';
import { copyEvents } from '../copyEvents.sql.ts';
import { connectionsOfIntake, GroupCommit } from '../groupCommit.ts';
import type { Intake } from '../ingestEvents.ts';
import { KnownFacts } from '../knownFacts.ts';
import { takeBody } from '../takeBody.ts';
import type { FromThread, Outcome, SentScope, ThreadData, ToThread } from './messages.ts';

/** For what is not in memory. */
const connectionsOfFacts = 2;
/** How far this thread stands back where there are not processors enough for everybody. */
const stepsBack = 10;

// Of the calling thread, on Linux.
if (process.platform === 'linux') setPriority(Math.min(19, getPriority() + stepsBack));

const { url } = workerData as ThreadData;
const post = (message: FromThread, moved: ArrayBuffer[] = []) => parentPort?.postMessage(message, moved);
const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

const onError = (error: Error) => post({ type: 'lost', error: textOf(error) });
const pool = createPool(url, { max: connectionsOfFacts, role: applicationRole, onError });
const meterPool = createPool(url, { max: connectionsOfIntake, role: meterRole, onError });
const caches = new Caches();
const turns = new Turns();
const intake: Intake = {
  facts: new KnownFacts(pool, caches),
  // Two lanes leave the database little time for anybody else.
  commit: new GroupCommit(copyEvents(meterPool), (tenantId) => (turns.hasGuestsBeside(tenantId) ? 1 : connectionsOfIntake)),
  turns,
  count: (answered) => post({ type: 'answered', answered }),
};

const utf8 = new TextEncoder();
const underWay = new Set<Promise<void>>();

async function outcomeOf({ now, ...scope }: SentScope, sent: Extract<ToThread, { type: 'take' }>['sent']): Promise<Outcome> {
  try {
    const { status, body } = await takeBody(intake, { ...scope, now: Temporal.Instant.from(now) }, sent);
    return { answer: { status, body: typeof body === 'string' ? utf8.encode(body) : body } };
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) return { error: textOf(error) };
    const { status, code, message: detail, errors, retryAfterSeconds } = problem;
    return { problem: { status, code, detail, errors, retryAfterSeconds } };
  }
}

async function take({ call, scope, sent }: Extract<ToThread, { type: 'take' }>): Promise<void> {
  const outcome = await outcomeOf(scope, sent);
  post({ type: 'done', call, outcome }, 'answer' in outcome ? [outcome.answer.body.buffer as ArrayBuffer] : []);
}

/** Ends what is open; the thread ends by itself then. */
async function stop(): Promise<void> {
  await Promise.all(underWay);
  await Promise.all([pool.end(), meterPool.end()]);
  parentPort?.close();
}

function receive(message: ToThread): void {
  if (message.type === 'take') {
    const taken = take(message);
    underWay.add(taken);
    void taken.finally(() => underWay.delete(taken));
  } else if (message.type === 'changed') caches.changed(message.tenantId, message.subjects);
  else if (message.type === 'trusts') caches.trusts(message.isHeard);
  else if (message.type === 'comesBy') turns.pass(message.tenantId);
  else void stop();
}

parentPort?.on('message', receive);
