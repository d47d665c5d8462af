import { Connection } from './connection.ts';
import { type EventRange, numberEvents, type Template } from './events.ts';
import { serveJobs } from './forked.ts';
import { type Latency, latencyOf } from './latency.ts';
import { requestTemplates } from './requests.ts';

/** Usage events by HTTP, each client with one request under way at a time. */
export interface LoadJob {
  readonly port: number;
  readonly key: string;
  /** Events in a request; 1 uses the route of single events. */
  readonly size: number;
  readonly clients: number;
  /** When to stop beginning requests. */
  readonly until: { readonly seconds: number } | { readonly requests: number };
  /** Makes the transaction ids of this job its own; the same run again is a replay. */
  readonly run: string;
  readonly range: EventRange;
  /** At most so many events a second; without it, as many as are answered. */
  readonly pace?: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly ingested: number;
  readonly duplicates: number;
  /** From the first request to the last reply. */
  readonly seconds: number;
  readonly latency: Latency;
}

function countOf(body: Buffer, text: string, from: number): number {
  let count = 0;
  for (let at = body.indexOf(text, from); at >= 0; at = body.indexOf(text, at + text.length)) count++;
  return count;
}

/** What became of each event: read from `results`, which says it one by one, not from the sums beside them. */
function outcomesOf(status: number, body: Buffer, size: number): { ingested: number; duplicates: number } {
  if (status !== 201) throw new Error(`Answered ${status}: ${body.toString('utf8', 0, 300)}`);
  if (size === 1) return { ingested: countOf(body, '"status":"ingested"', 0), duplicates: 0 };
  const results = body.indexOf('"results":[');
  const ingested = countOf(body, '"status":"ingested"', results);
  const duplicates = countOf(body, '"status":"duplicate"', results);
  if (results < 0 || ingested + duplicates !== size) throw new Error(`Not all of ${size} events were taken: ${body.toString('utf8', results, results + 300)}`);
  return { ingested, duplicates };
}

async function load(job: LoadJob): Promise<LoadResult> {
  const { clients, until, size, pace } = job;
  const latencies: number[] = [];
  const prepared = Array.from({ length: clients }, () => requestTemplates(job));
  let [requests, answered, ingested, duplicates] = [0, 0, 0, 0];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const began = performance.now();
  const mayBegin = () => ('seconds' in until ? performance.now() - began < until.seconds * 1000 : requests < until.requests);

  const startClient = (templates: readonly Template[]): Connection => {
    let sentAt = 0;
    const begin = () => {
      if (!mayBegin()) {
        if (answered === requests) resolve();
        return;
      }
      // What each number says never depends on which client sends it, so that a replay repeats it.
      const number = requests++;
      const wait = pace === undefined ? 0 : began + (number * size * 1000) / pace - performance.now();
      if (wait > 1) setTimeout(send, wait, number);
      else send(number);
    };
    const send = (number: number) => {
      const template = templates[number % templates.length] as Template;
      numberEvents(template, number * size);
      sentAt = performance.now();
      connection.send(template.bytes);
    };
    const connection = new Connection(job.port, (status, _head, body) => {
      latencies.push(performance.now() - sentAt);
      const outcomes = outcomesOf(status, body, size);
      ingested += outcomes.ingested;
      duplicates += outcomes.duplicates;
      answered++;
      begin();
    }, reject);
    begin();
    return connection;
  };

  const failed = (error: Error) => reject(error);
  process.on('uncaughtException', failed);
  const connections = prepared.map(startClient);
  try {
    await promise;
    const seconds = (performance.now() - began) / 1000;
    return { requests, ingested, duplicates, seconds, latency: latencyOf(latencies) };
  } finally {
    for (const connection of connections) connection.close();
    process.off('uncaughtException', failed);
  }
}

serveJobs(load);
