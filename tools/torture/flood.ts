import { Connection } from '../bench/connection.ts';
import { type EventRange, numberEvents, type Template } from '../bench/events.ts';
import { serveJobs } from '../bench/forked.ts';
import { requestTemplates } from '../bench/requests.ts';

/** Batches at a rate that does not wait for answers, as long as a connection is free: a sender that minds no refusal. */
export interface FloodJob {
  readonly port: number;
  readonly key: string;
  readonly size: number;
  /** Events a second. */
  readonly rate: number;
  readonly connections: number;
  readonly seconds: number;
  readonly range: EventRange;
}

export interface FloodResult {
  /** Events sent. */
  readonly offered: number;
  /** Requests. */
  readonly taken: number;
  readonly refused: number;
  /** Refusals other than 429 and 503 with Retry-After. */
  readonly impolite: number;
  readonly firstImpolite: string;
  readonly lost: number;
  readonly statuses: Readonly<Record<string, number>>;
}

const tickMilliseconds = 5;

async function flood({ port, key, size, rate, connections, seconds, range }: FloodJob): Promise<FloodResult> {
  const templates: Template[] = requestTemplates({ port, key, size, range, run: 'flood000' });
  const statuses: Record<string, number> = {};
  const idle: Connection[] = [];
  let [sent, open, impolite, lost, firstImpolite] = [0, connections, 0, 0, ''];
  const drained = Promise.withResolvers<void>();
  let isOver = false;
  const settle = () => {
    if (isOver && idle.length === open) drained.resolve();
  };
  const all = new Set<Connection>();
  const connect = (): Connection => {
    const connection: Connection = new Connection(
      port,
      (status, head) => {
        statuses[status] = (statuses[status] ?? 0) + 1;
        const isPolite = status === 201 || ((status === 429 || status === 503) && /\r\nretry-after: \d+/i.test(head));
        if (!isPolite && impolite++ === 0) firstImpolite = head;
        // Whoever is told that this was the last answer comes again on a new connection.
        idle.push(/\r\nconnection: close/i.test(head) ? replace(connection) : connection);
        settle();
      },
      () => {
        if (!all.delete(connection)) return;
        lost++;
        open--;
        settle();
      },
    );
    all.add(connection);
    return connection;
  };
  const replace = (connection: Connection): Connection => {
    all.delete(connection);
    connection.close();
    return connect();
  };
  for (let place = 0; place < connections; place++) idle.push(connect());
  const began = performance.now();
  const ticking = setInterval(() => {
    const elapsed = (performance.now() - began) / 1000;
    const due = Math.min(elapsed, seconds) * (rate / size);
    while (sent < due && idle.length > 0) {
      const connection = idle.shift() as Connection;
      const template = templates[sent % templates.length] as Template;
      // A copy, because what many connections still have to send may not change under them.
      numberEvents(template, sent * size);
      connection.send(Buffer.from(template.bytes));
      sent++;
    }
    if (elapsed < seconds) return;
    clearInterval(ticking);
    isOver = true;
    settle();
  }, tickMilliseconds);
  await drained.promise;
  for (const connection of all) connection.close();
  const taken = statuses['201'] ?? 0;
  const answered = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  return { offered: sent * size, taken, refused: answered - taken, impolite, firstImpolite, lost, statuses };
}

serveJobs(flood);
