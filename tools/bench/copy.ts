import type pg from 'pg';
import { copyRows } from '../../server/src/kernel/db/copyRows.ts';
import { meterRole } from '../../server/src/kernel/db/pool.ts';
import { type EventRange, numberEvents, rowColumns, type Template } from './events.ts';
import { serveJobs } from './forked.ts';
import { type Latency, latencyOf } from './latency.ts';
import { connect, drawIds, type RowTemplate, rowTemplates } from './rows.ts';

/** Rows by COPY, a thousand in a transaction, or one by one: what PostgreSQL itself can do with the product's table. */
export interface CopyJob {
  readonly kind: 'copy' | 'insert';
  readonly adminUrl: string;
  readonly tenantId: string;
  readonly streams: number;
  readonly until: { readonly seconds: number } | { readonly rows: number };
  readonly run: string;
  readonly range: EventRange;
}

export interface CopyResult {
  readonly rows: number;
  readonly seconds: number;
  /** Of a transaction. */
  readonly latency: Latency;
}

const perTransaction = 1000;

const copyText = `copy usage_events_all (${rowColumns}) from stdin`;
const insertText = `insert into usage_events_all (${rowColumns}) values (${rowColumns.split(', ').map((_, place) => `$${place + 1}`).join(', ')})`;

/** A transaction of its own, on the disk when this resolves. */
async function write(client: pg.Client, kind: CopyJob['kind'], { bytes }: Template): Promise<void> {
  if (kind === 'copy') {
    await copyRows(client, copyText, bytes);
    return;
  }
  const values = bytes.toString('utf8', 0, bytes.length - 1).split('\t');
  const given = values.map((value) => (value === '\\N' ? null : value.replace('\\\\', '\\')));
  await client.query({ name: 'insert', text: insertText, values: given });
}

async function copy(job: CopyJob): Promise<CopyResult> {
  const { kind, adminUrl, streams, until } = job;
  const size = kind === 'copy' ? perTransaction : 1;
  const latencies: number[] = [];
  let [begun, written] = [0, 0];
  const sources = Array.from({ length: streams }, () => rowTemplates({ ...job, size }));
  const clients = await Promise.all(sources.map(() => connect(adminUrl, meterRole)));
  const began = performance.now();
  const mayBegin = () => ('seconds' in until ? performance.now() - began < until.seconds * 1000 : begun * size < until.rows);
  const run = async (client: pg.Client, templates: readonly RowTemplate[]): Promise<void> => {
    while (mayBegin()) {
      const number = begun++;
      const template = templates[number % templates.length] as RowTemplate;
      numberEvents(template, number * size);
      drawIds(template);
      const sentAt = performance.now();
      await write(client, kind, template);
      latencies.push(performance.now() - sentAt);
      written += size;
    }
  };
  try {
    await Promise.all(clients.map((client, place) => run(client, sources[place] ?? [])));
    return { rows: written, seconds: (performance.now() - began) / 1000, latency: latencyOf(latencies) };
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

serveJobs(copy);
