import { StartupProblem } from '../../adapters/embedded-postgres/index.ts';
import { type Api, forEachOf } from './callApi.ts';
import { customers, type DemoCustomer } from './customers.ts';
import { payInvoices } from './payInvoices.ts';
import { announceEnd, endAtOnce, join, setUpCompany, trialDaysOf } from './setUpCompany.ts';
import type { Progress } from './showProgress.ts';
import { endOf, type Halt, haltsOf, startOf } from './timeline.ts';
import { type Life, usageBetween } from './usage.ts';

interface Clock {
  readonly now: string;
  readonly status: string;
  readonly frozen: boolean;
  readonly errors: readonly { readonly message: string }[];
}

export interface HistoryOptions {
  readonly api: Api;
  readonly seed: string;
  readonly months: number;
  readonly progress: Progress;
}

const batchSize = 1000;
/** How long before it an end is announced. */
const notice = { days: 30 };
/** Short at first, as most halts are; long ones are not worth a core. */
const [firstPoll, lastPoll] = [10, 80];

async function settled(api: Api): Promise<Clock> {
  for (let wait = firstPoll; ; wait = Math.min(wait * 2, lastPoll)) {
    const clock = await api.call<Clock>('GET', '/v1/test_clock');
    const [error] = clock.errors;
    if (error !== undefined) throw new StartupProblem(`The demo stopped: work that fell due failed: ${error.message}`);
    if (clock.status === 'ready') return clock;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** A customer's time with the company, as the demo knows it before it comes about. */
function lifeOf(customer: DemoCustomer, halts: readonly Halt[]): Life {
  const end = endOf(customer);
  const halt = end === null ? undefined : halts.find(({ day }) => day.equals(end));
  const atOnce = customer.ends?.how === 'at once' ? (halt?.at ?? null) : null;
  return {
    customer,
    from: startOf(customer),
    until: end === null ? null : (atOnce ?? end.toZonedDateTime(customer.timezone).toInstant()),
  };
}

class History {
  readonly #options: HistoryOptions;
  readonly #halts: readonly Halt[];
  readonly #lives: readonly Life[];
  #events = 0;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#halts = haltsOf(customers, trialDaysOf, options.months);
    this.#lives = customers.map((customer) => lifeOf(customer, this.#halts));
  }

  /** The halt at which the clock stands; 0 for a sandbox whose clock was never set, -1 where the demo has nothing to do. */
  async #position(): Promise<number> {
    const { now, frozen } = await settled(this.#options.api);
    if (!frozen) return 0;
    const position = this.#halts.findIndex(({ at }) => at.equals(Temporal.Instant.from(now)));
    return position === this.#halts.length - 1 ? -1 : position;
  }

  async make(): Promise<boolean> {
    const { api, progress } = this.#options;
    const position = await this.#position();
    if (position < 0) return false;
    const [first] = this.#halts;
    if (position === 0 && first !== undefined) {
      await api.call('POST', '/v1/test_clock', { now: first.at.toString() });
      progress.update(0, 'Catalogue', '');
      await setUpCompany(api);
    }
    for (const [index, next] of this.#halts.entries()) {
      if (index <= position) continue;
      const halt = this.#halts[index - 1] ?? next;
      await this.#standAt(halt, this.#halts[index - 2]?.day ?? halt.day, next.day);
      await api.call('POST', '/v1/test_clock/advance', { to: next.at.toString() });
      await settled(api);
      const month = halt.day.toLocaleString('en', { month: 'long', year: 'numeric' });
      progress.update(index / (this.#halts.length - 1), month, `${this.#events.toLocaleString('en')} events sent`);
    }
    progress.end();
    return true;
  }

  /** What happens while the clock stands: the usage since the halt before, whoever joins, leaves or pays. */
  async #standAt(halt: Halt, before: Temporal.PlainDate, next: Temporal.PlainDate): Promise<void> {
    const { api, seed } = this.#options;
    await Promise.all([this.#send(before, halt.day), halt.day.dayOfWeek === 1 ? this.#pay(halt, seed) : null]);
    for (const customer of customers) {
      if (startOf(customer).equals(halt.day)) await join(api, customer);
      const end = endOf(customer);
      if (end === null) continue;
      const announced = end.subtract(notice);
      const isNow = Temporal.PlainDate.compare(halt.day, announced) <= 0 && Temporal.PlainDate.compare(announced, next) < 0;
      if (customer.ends?.how === 'announced' && isNow) await announceEnd(api, customer);
      if (customer.ends?.how === 'at once' && end.equals(halt.day)) await endAtOnce(api, customer);
    }
  }

  async #pay(halt: Halt, seed: string): Promise<void> {
    const { api } = this.#options;
    const known = await api.list<{ readonly id: string; readonly external_id: string }>('/v1/customers');
    await payInvoices(api, new Map(known.map(({ id, external_id: externalId }) => [id, externalId])), halt.at, seed);
  }

  async #send(from: Temporal.PlainDate, to: Temporal.PlainDate): Promise<void> {
    const { api, seed } = this.#options;
    const events = usageBetween(this.#lives, from, to, seed);
    const batches = Array.from({ length: Math.ceil(events.length / batchSize) }, (_, index) => events.slice(index * batchSize, (index + 1) * batchSize));
    await forEachOf(batches, 2, async (batch) => {
      const { results } = await api.call<{ readonly results: readonly { readonly status: string; readonly message: string | null }[] }>('POST', '/v1/events/batch', { events: batch });
      const lost = results.find(({ status }) => status !== 'ingested' && status !== 'duplicate');
      if (lost !== undefined) throw new StartupProblem(`The demo stopped: an event was ${lost.status}: ${lost.message}`);
      this.#events += batch.length;
    });
  }
}

/**
 * Makes the company and its months of history, in the sandbox of the running server, by what any client can do. One that was
 * interrupted goes on where its clock stands. Answers false where there is nothing to do: it is made, or somebody moved on.
 */
export function makeHistory(options: HistoryOptions): Promise<boolean> {
  return new History(options).make();
}
