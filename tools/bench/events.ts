import { randomFrom } from '../../server/src/torture/randomFrom.ts';

/** What the benchmarks meter: one metric, summed over `tokens`, priced apart by `model`. */
export const workload = { metric: 'tokens', model: 'large' } as const;

/** Where the events of a run lie: whose they are and when they happened. */
export interface EventRange {
  readonly customers: number;
  /** The place of the first of them; 0 where it is not said. */
  readonly from?: number;
  /** RFC 3339: the latest they are dated. */
  readonly end: string;
  /** How far before `end` the earliest is dated. */
  readonly seconds: number;
}

/** An event but for its transaction id, without which benchmarks repeat it. */
interface Sample {
  readonly customer: string;
  readonly timestamp: string;
  readonly tokens: number;
  readonly properties: string;
}

export const customerName = (place: number): string => `customer-${String(place).padStart(4, '0')}`;

/** The same events for the same seed, in JSON as in rows: both sides of a comparison store the same. */
export function samples(seed: number, count: number, { customers, from = 0, end, seconds }: EventRange): Sample[] {
  const random = randomFrom(seed);
  const pick = (among: number) => Math.floor(random() * among);
  const latest = Temporal.Instant.from(end);
  return Array.from({ length: count }, () => {
    const tokens = 1 + pick(4000);
    const properties = {
      tokens,
      model: ['large', 'small', 'embedding'][pick(3)],
      region: ['eu-central-1', 'us-east-1'][pick(2)],
      request: random().toString(36).slice(2, 14).padEnd(12, '0'),
    };
    const timestamp = latest.subtract({ seconds: pick(Math.max(seconds, 1)) }).toString();
    return { customer: customerName(from + pick(customers)), timestamp, tokens, properties: JSON.stringify(properties) };
  });
}

const numberDigits = 12;
/** The characters of a run's name, before the number of the event. */
const runLength = 8;
/** What stands where the transaction id of an event is to be. */
const blank = 'x'.repeat(runLength + numberDigits);

/** About 250 bytes of JSON. */
export function eventJson({ customer, timestamp, properties }: Sample): string {
  return `{"transaction_id":"${blank}","external_customer_id":"${customer}","code":"${workload.metric}","timestamp":"${timestamp}","properties":${properties}}`;
}

export const blankId = '00000000-0000-8000-a000-000000000000';
export const rowColumns =
  'tenant_id, id, content_hash, transaction_id, external_customer_id, external_subscription_id, code, "timestamp", properties, value, unique_value, operation, reason, received_at';

/** The row that the product would store of the event, for COPY in text. */
export function eventRow({ customer, timestamp, tokens, properties }: Sample, tenantId: string, contentHash: string): string {
  const columns = [tenantId, blankId, `\\\\x${contentHash}`, blank, customer, '\\N', workload.metric, timestamp, properties, tokens, '\\N', 'add', '\\N', timestamp];
  return `${columns.join('\t')}\n`;
}

/** Bytes with places at which each repeat gets ids of its own, so that a repeat costs next to nothing. */
export interface Template {
  readonly bytes: Buffer;
  /** Where each transaction id begins. */
  readonly transactions: readonly number[];
}

export function templateOf(text: string): Template {
  const bytes = Buffer.from(text);
  return { bytes, transactions: placesOf(bytes, blank) };
}

export function placesOf(bytes: Buffer, text: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) places.push(at);
  return places;
}

/** Names the run in every transaction id of a template. */
export function nameRun({ bytes, transactions }: Template, run: string): void {
  if (run.length !== runLength) throw new Error(`The name of a run has ${runLength} characters.`);
  for (const at of transactions) bytes.write(run, at, 'latin1');
}

/** Numbers the events of a template from `first` on. */
export function numberEvents({ bytes, transactions }: Template, first: number): void {
  let number = first;
  for (const start of transactions) {
    let rest = number++;
    for (let at = start + runLength + numberDigits - 1; at >= start + runLength; at--) {
      bytes[at] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
  }
}
