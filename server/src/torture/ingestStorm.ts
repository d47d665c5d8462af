import pg from 'pg';
import { randomFrom } from './randomFrom.ts';
import { expectedUnits, stormCustomers, stormEvent, stormMetrics, stormMonth } from './stormEvents.ts';
import { StormTarget, type Victim } from './stormTarget.ts';

export interface StormPlan {
  readonly events: number;
  /** How often each event is sent and acknowledged. */
  readonly sends: number;
  readonly clients: number;
  readonly kills: number;
  readonly seed: number;
  readonly log?: (line: string) => void;
}

/** What came of it. Of everything sent, `events` must be acknowledged, stored and counted; the lists must be empty. */
export interface StormReport {
  readonly acknowledged: number;
  readonly stored: number;
  /** Events answered as new more than once. */
  readonly newTwice: number;
  /** Customers and metrics whose usage is not what the events add up to. */
  readonly miscounted: readonly string[];
  /** Answers that no client should ever get, the first ones. */
  readonly strange: readonly string[];
  readonly kills: number;
  readonly starts: number;
  /** Requests whose outcome the client did not learn and repeated. */
  readonly repeated: number;
  /** Of these, those that nobody answered or broke off in half a minute. */
  readonly unanswered: number;
  readonly seconds: number;
}

interface Answer {
  readonly transaction_id: string;
  readonly status: string;
}

const mostInBatch = 200;
const mostStrange = 10;
/** A client that waits for longer comes again, as any would. */
const patienceMilliseconds = 30_000;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Every place as often as it is to be sent, in an order that follows no rule. */
function shuffledSends({ events, sends }: StormPlan, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: events * sends }, (_, place) => place % events);
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}

async function must(target: StormTarget, key: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch((await target.base()) + path, init);
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}

async function prepare(target: StormTarget, key: string): Promise<void> {
  await must(target, key, '/v1/test_clock', { now: stormMonth.now });
  const charges = [];
  for (const metric of stormMetrics) {
    const { id } = await must(target, key, '/v1/billable_metrics', metric);
    charges.push({ billable_metric_id: id, charge_model: 'standard', properties: { amount: '0.01' } });
  }
  const plan = await must(target, key, '/v1/plans', { code: 'storm', name: 'Storm', interval: 'monthly', amount_cents: 0, charges });
  for (let place = 0; place < stormCustomers; place++) {
    const name = `customer-${place}`;
    await must(target, key, '/v1/customers', { external_id: name, name });
    const dates = { started_at: stormMonth.start, billing_time: 'calendar' };
    await must(target, key, '/v1/subscriptions', { external_id: name, customer_id: name, plan_id: plan['id'], ...dates });
  }
}

/** The clients' side: what is sent, and what was answered. */
class Storm {
  readonly acknowledged: Uint8Array;
  readonly #new: Uint8Array;
  readonly strange: string[] = [];
  repeated = 0;
  unanswered = 0;
  answered = 0;
  readonly #order: Uint32Array;
  readonly #random: () => number;
  #next = 0;
  /** What is sent until somebody allows more. */
  allowed = 0;

  constructor(plan: StormPlan, random: () => number) {
    this.acknowledged = new Uint8Array(plan.events);
    this.#new = new Uint8Array(plan.events);
    this.#order = shuffledSends(plan, random);
    this.#random = random;
  }

  get total(): number {
    return this.#order.length;
  }

  get newTwice(): number {
    return this.#new.filter((times) => times > 1).length;
  }

  /** Sends what is left and allowed, one request at a time, each until it is acknowledged. */
  async client(target: StormTarget, key: string): Promise<void> {
    while (this.#next < this.#order.length) {
      if (this.#next >= this.allowed) {
        await pause(2);
        continue;
      }
      const size = this.#random() < 0.1 ? 1 : 1 + Math.floor(this.#random() * mostInBatch);
      const places = this.#order.subarray(this.#next, this.#next + size);
      this.#next += places.length;
      while (!(await this.#send(target, key, places))) this.repeated++;
      this.answered += places.length;
    }
  }

  async #send(target: StormTarget, key: string, places: Uint32Array): Promise<boolean> {
    const events = Array.from(places, stormEvent);
    const [path, body] = events.length === 1 ? ['/v1/events', events[0]] : ['/v1/events/batch', { events }];
    const base = await target.base();
    const signal = AbortSignal.timeout(patienceMilliseconds);
    try {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const response = await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body), signal });
      const answer = (await response.json()) as { results?: readonly Answer[] };
      if (response.status === 201) {
        this.#note(places, answer.results ?? null);
        return true;
      }
      // 429 and 5xx ask to come again; anything else says that the request was wrong, which it was not.
      if (response.status < 500 && response.status !== 429) this.#wonder(`${path}: ${response.status} ${JSON.stringify(answer)}`);
    } catch {
      // It was killed in the middle of it: whether the events are stored is not known.
      if (signal.aborted) this.unanswered++;
    }
    await pause(20);
    return false;
  }

  #note(places: Uint32Array, results: readonly Answer[] | null): void {
    places.forEach((place, index) => {
      this.acknowledged[place] = (this.acknowledged[place] ?? 0) + 1;
      if (results === null) return;
      const { status, transaction_id: id } = results[index] ?? { status: 'nothing', transaction_id: '' };
      if (id !== `storm-${place}` || (status !== 'ingested' && status !== 'duplicate')) this.#wonder(`storm-${place}: ${status} of ${id}`);
      if (status === 'ingested') this.#new[place] = (this.#new[place] ?? 0) + 1;
    });
  }

  #wonder(line: string): void {
    if (this.strange.length < mostStrange) this.strange.push(line);
  }
}

/**
 * Kills one, the other or both whenever another part of everything has been answered; answers how often. What comes a quarter of a part later is
 * held back until then: a start can take longer than all the rest.
 */
async function killOften(target: StormTarget, storm: Storm, { kills, log }: StormPlan, random: () => number, isOver: () => boolean): Promise<number> {
  let killed = 0;
  while (killed < kills && !isOver()) {
    storm.allowed = ((killed + 0.75) * storm.total) / kills;
    if (storm.answered < ((killed + 0.5) * storm.total) / kills) {
      await pause(2);
      continue;
    }
    const victim = (['api', 'postgres', 'both'] satisfies Victim[])[Math.floor(random() * 3)] ?? 'both';
    await target.kill(victim);
    killed++;
    log?.(`${killed} of ${kills} kills (${victim}), ${storm.answered} of ${storm.total} events answered`);
  }
  storm.allowed = storm.total;
  return killed;
}

async function miscounted(target: StormTarget, key: string, events: number): Promise<string[]> {
  const wrong: string[] = [];
  const expected = expectedUnits(events);
  for (let place = 0; place < stormCustomers; place++) {
    const usage = await must(target, key, `/v1/customers/customer-${place}/current_usage`);
    for (const { billable_metric: metric, units } of usage['charges'] as readonly { billable_metric: { code: string }; units: string }[]) {
      const name = `customer-${place} ${metric.code}`;
      const right = expected.get(name) ?? '0';
      if (units !== right) wrong.push(`${name}: ${units} instead of ${right}`);
    }
  }
  return wrong;
}

async function countStored(target: StormTarget): Promise<number> {
  const client = new pg.Client({ connectionString: await target.adminUrl() });
  await client.connect();
  const { rows } = await client.query<{ stored: number }>(`select count(*)::int as stored from usage_events where transaction_id like 'storm-%'`);
  await client.end();
  return rows[0]?.stored ?? 0;
}

/**
 * Sends every event several times, shuffled, from many clients, while the product and its database are killed again and again, and
 * compares what was acknowledged with what is stored and with what usage counts.
 */
export async function runStorm(plan: StormPlan): Promise<StormReport> {
  const random = randomFrom(plan.seed);
  const target = await StormTarget.open();
  try {
    const key = await target.sandboxKey();
    await prepare(target, key);
    const storm = new Storm(plan, random);
    const began = performance.now();
    let isOver = false;
    const killing = killOften(target, storm, plan, random, () => isOver);
    await Promise.all(Array.from({ length: plan.clients }, () => storm.client(target, key))).finally(() => {
      isOver = true;
    });
    const kills = await killing;
    const seconds = (performance.now() - began) / 1000;
    await target.settled();
    return {
      acknowledged: storm.acknowledged.filter((times) => times === plan.sends).length,
      stored: await countStored(target),
      newTwice: storm.newTwice,
      miscounted: await miscounted(target, key, plan.events),
      strange: storm.strange,
      kills,
      starts: target.starts,
      repeated: storm.repeated,
      unanswered: storm.unanswered,
      seconds,
    };
  } finally {
    await target.close();
  }
}
