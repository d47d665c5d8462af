import type { DemoCustomer } from './customers.ts';
import { type Random, randomOf } from './random.ts';

/** An event as POST /v1/events/batch takes it. */
export interface DemoEvent {
  readonly transaction_id: string;
  readonly external_customer_id: string;
  readonly code: string;
  readonly timestamp: string;
  readonly properties: Record<string, unknown>;
}

type Draw = (random: Random, customer: DemoCustomer) => Record<string, unknown>;

const cents = (amount: number) => (amount / 100).toFixed(2);

const draws = {
  api_calls: (random) => ({ region: random.pick(['us', 'us', 'eu', 'eu', 'ap']), calls: random.between(200, 6000) }),
  checks: (random) => ({ outcome: random.pick(['passed', 'passed', 'passed', 'failed']) }),
  messages: (random) => ({ segments: random.between(5, 120) }),
  storage: (random, { size }) => ({ gb: `${random.between(10, 60) * size}.${random.between(0, 9)}` }),
  seats: (random, { size }) => ({ user_id: `u${random.between(1, 6 + 6 * size)}` }),
  gpu: (random) => ({ change: random.pick([1, 2, 4, 8]) }),
  projects: (random, { size }) => ({ projects: random.between(2, 4 * size) }),
  compute: (random) => ({ cpus: random.pick([2, 4, 8, 16]), seconds: random.between(60, 5400) }),
  card_volume: (random) => ({ amount: cents(random.between(400, 95_000)) }),
  listings: (random) => ({ quantity: random.between(1, 12), unit_price: `0.${random.between(10, 95)}` }),
} as const satisfies Record<string, Draw>;

type Code = keyof typeof draws;

/** What the customers of a plan do, the commoner the oftener named. */
const habits: Readonly<Record<string, readonly [Code, ...Code[]]>> = {
  starter: ['api_calls', 'api_calls', 'checks', 'seats'],
  growth: ['api_calls', 'api_calls', 'api_calls', 'messages', 'messages', 'storage', 'seats'],
  scale: ['api_calls', 'api_calls', 'api_calls', 'api_calls', 'compute', 'compute', 'compute', 'gpu'],
  'pay-as-you-go': ['messages', 'api_calls', 'checks'],
  commerce: ['card_volume', 'card_volume', 'card_volume', 'listings'],
  platform: ['card_volume', 'card_volume', 'seats', 'projects'],
  enterprise: ['compute', 'compute', 'compute', 'projects'],
};

/** Events of a customer on one local day: more with every month, fewer at weekends, the same for the same seed. */
function usageOf(customer: DemoCustomer, day: Temporal.PlainDate, seed: string, month: number): DemoEvent[] {
  const habit = habits[customer.plan];
  if (habit === undefined) return [];
  const random = randomOf(seed, customer.id, String(day));
  const grown = customer.size * (1 + month * 0.06) * (day.dayOfWeek >= 6 ? 0.4 : 1);
  const count = Math.round(grown * (0.6 + random.fraction() * 0.9));
  const midnight = day.toZonedDateTime(customer.timezone);
  const seconds = Math.floor(midnight.add({ days: 1 }).since(midnight, { largestUnit: 'seconds' }).total('seconds'));
  const at = (second: number) => midnight.add({ seconds: second }).toInstant().toString();
  return Array.from({ length: count }, (_, index): DemoEvent[] => {
    const code = random.pick(habit);
    const second = random.between(0, seconds - 1);
    const event = { transaction_id: `${customer.id}-${day}-${index}`, external_customer_id: customer.id, code, timestamp: at(second), properties: draws[code](random, customer) };
    const { change } = event.properties as { readonly change?: number };
    if (change === undefined) return [event];
    // What is taken for some hours is given back, at the latest with the day.
    const returned = Math.min(second + random.between(900, 21_600), seconds - 1);
    return [event, { ...event, transaction_id: `${event.transaction_id}-end`, timestamp: at(returned), properties: { change: -change } }];
  }).flat();
}

/** A customer's time with the company: from the start of a local day to an instant, or open. */
export interface Life {
  readonly customer: DemoCustomer;
  readonly from: Temporal.PlainDate;
  readonly until: Temporal.Instant | null;
}

/** All events on the local days from `from` up to, not including, `to`, in order of customer and day. */
export function usageBetween(lives: readonly Life[], from: Temporal.PlainDate, to: Temporal.PlainDate, seed: string): DemoEvent[] {
  const events: DemoEvent[] = [];
  for (const { customer, from: start, until } of lives) {
    const opens = Temporal.PlainDate.compare(from, start) < 0 ? start : from;
    for (let day = opens; Temporal.PlainDate.compare(day, to) < 0; day = day.add({ days: 1 })) {
      const month = start.until(day, { largestUnit: 'months' }).months;
      const used = usageOf(customer, day, seed, month);
      events.push(...(until === null ? used : used.filter(({ timestamp }) => Temporal.Instant.compare(Temporal.Instant.from(timestamp), until) < 0)));
    }
  }
  return events;
}
