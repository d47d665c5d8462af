import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { copyRows } from '../../server/src/kernel/db/copyRows.ts';
import { type EventRange, numberEvents, rowColumns, workload } from './events.ts';
import { median } from './latency.ts';
import { type Server, startServer, stopOnSignal } from './product.ts';
import { watchOthers } from './processors.ts';
import { describeCommit, describeMachine, readOptions, say } from './report.ts';
import { connect, drawIds, type RowTemplate, rowTemplates } from './rows.ts';

// Two ways to lay events out for "counted once for ever" and for deleting old months, compared on ten million rows:
// `npm run bench:event-store [-- --quick] [--rows 10000000]`. docs/adr/0013-one-table-of-events.md draws the conclusion.

/** A layout: how it is made, how a thousand rows get into it, how a month gets out. */
interface Layout {
  readonly name: string;
  readonly tables: readonly string[];
  readonly make: string;
  write(client: pg.Client, template: RowTemplate): Promise<void>;
  /** Deletes what is dated in the first month; answers what was done. */
  deleteMonth(client: pg.Client): Promise<void>;
}

const perTransaction = 1000;
const deletedAtOnce = 10_000;
const months = ['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01'] as const;
const secondsOfMonths = 90 * 86_400;
const tenantId = randomUUID();

/** Deletes in small transactions, as beside a running intake, and frees the room for new rows. */
async function deleteInBackground(client: pg.Client, table: string, instant: string): Promise<void> {
  const statement = `delete from ${table} where ctid = any (array(
    select ctid from ${table} where tenant_id = $1 and code = $3 and ${instant} < $2 order by ${instant} limit ${deletedAtOnce}))`;
  for (;;) {
    const { rowCount } = await client.query({ name: `delete from ${table}`, text: statement, values: [tenantId, months[1], workload.metric] });
    if ((rowCount ?? 0) < deletedAtOnce) break;
  }
  await client.query(`vacuum ${table}`);
}

/** The product's own: the digest key is the primary key of the one table; old rows are deleted a few at a time. */
const oneTable: Layout = {
  name: 'one table, digest key',
  tables: ['usage_events_all'],
  make: '',
  write: (client, { bytes }) => copyRows(client, `copy usage_events_all (${rowColumns}) from stdin`, bytes),
  deleteMonth: (client) => deleteInBackground(client, 'usage_events_all', '"timestamp"'),
};

/** Those of the product's table but for its key. */
const otherIndexes = `
  create index on split_events (tenant_id, external_customer_id, code, "timestamp", seq);
  create index on split_events (xid);
  create index on split_events (tenant_id, code, "timestamp");
  create index on split_events (tenant_id, received_at desc, id desc) where reason is not null;
  create index on split_events (tenant_id, code, "timestamp", id) where reason is not null;
  create index on split_events (tenant_id, external_customer_id, code, "timestamp", id) where reason is not null;
  create index on split_events (tenant_id, external_customer_id, xid) where received_at - "timestamp" >= interval '1 hour';
  create index on split_events (tenant_id, external_subscription_id, code, "timestamp", id) where external_subscription_id is not null;`;

/** Keys in a table of their own, events in partitions by month: a month is dropped, and its keys stay for ever. */
const splitTables: Layout = {
  name: 'keys apart, events by month',
  tables: ['split_keys', ...months.slice(1).map((_, place) => `split_events_${place}`)],
  make: `
    create table split_keys (id uuid primary key, content_hash bytea not null);
    create table split_events (like usage_events including defaults) partition by range ("timestamp");
    ${months.slice(1).map((end, place) => `create table split_events_${place} partition of split_events for values from ('${months[place]}') to ('${end}');`).join('\n')}
    ${otherIndexes}`,
  async write(client, { bytes, ids }) {
    // What of a row tells a repeat, and a repeat with other content: the id and the digest of the content, which follows it.
    const keys = ids.map((start) => `${bytes.toString('latin1', start, start + 36 + 1 + 35)}\n`);
    await client.query('begin');
    await copyRows(client, 'copy split_keys (id, content_hash) from stdin', Buffer.from(keys.join(''), 'latin1'));
    await copyRows(client, `copy split_events (${rowColumns}) from stdin`, bytes);
    await client.query('commit');
  },
  async deleteMonth(client) {
    await client.query('alter table split_events detach partition split_events_0; drop table split_events_0');
  },
};

/** Rows in transactions of a thousand over two connections; answers rows per second. */
async function fill(url: string, layout: Layout, run: string, rows: number, range: EventRange): Promise<number> {
  let begun = 0;
  const sources = [0, 1].map(() => rowTemplates({ tenantId, run, range, size: perTransaction }));
  const clients = await Promise.all(sources.map(() => connect(url, null)));
  const began = performance.now();
  const stream = async (client: pg.Client, templates: readonly RowTemplate[]) => {
    while (begun * perTransaction < rows) {
      const number = begun++;
      const template = templates[number % templates.length] as RowTemplate;
      numberEvents(template, number * perTransaction);
      drawIds(template);
      await layout.write(client, template);
    }
  };
  await Promise.all(clients.map((client, place) => stream(client, sources[place] ?? [])));
  const seconds = (performance.now() - began) / 1000;
  await Promise.all(clients.map((client) => client.end()));
  return rows / seconds;
}

interface Figures {
  readonly empty: number[];
  readonly full: number[];
  gigabytes: number;
  bytesPerRow: number;
  deleteSeconds: number;
  deleteLogBytes: number;
  gigabytesAfter: number;
}

async function bytesOf(client: pg.Client, tables: readonly string[]): Promise<number> {
  const { rows } = await client.query<{ bytes: number }>(
    'select coalesce(sum(pg_total_relation_size(oid)), 0)::float8 as bytes from pg_class where relname = any($1)',
    [tables],
  );
  return rows[0]?.bytes ?? 0;
}

async function countOf(client: pg.Client, layout: Layout): Promise<number> {
  const table = layout === oneTable ? 'usage_events_all' : 'split_events';
  return (await client.query<{ events: number }>(`select count(*)::int as events from ${table}`)).rows[0]?.events ?? 0;
}

async function logPosition(client: pg.Client): Promise<number> {
  return (await client.query<{ at: number }>(`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as at`)).rows[0]?.at ?? 0;
}

const gigabyte = 1e9;
/** The latest that months hold: what comes in now. */
const recent: EventRange = { customers: 200, end: '2026-03-31T23:00:00Z', seconds: 3600 };
const old: EventRange = { customers: 200, end: '2026-03-31T23:00:00Z', seconds: secondsOfMonths - 86_400 };

interface Sizes {
  readonly rows: number;
  readonly measured: number;
  readonly pairs: number;
}

/** Both layouts in turn, in databases of one server: empty, then full, then with a month deleted. */
async function compare(server: Server, { rows, measured, pairs }: Sizes): Promise<Map<Layout, Figures>> {
  const url = await server.database('bench');
  const admin = await connect(url, null);
  await admin.query(splitTables.make);
  const layouts = [oneTable, splitTables];
  const figures = new Map<Layout, Figures>(
    layouts.map((layout) => [layout, { empty: [], full: [], gigabytes: 0, bytesPerRow: 0, deleteSeconds: 0, deleteLogBytes: 0, gigabytesAfter: 0 }]),
  );
  const of = (layout: Layout) => figures.get(layout) as Figures;
  let runs = 0;
  const measure = async (layout: Layout) => {
    await admin.query('checkpoint');
    return fill(url, layout, `e${String(++runs).padStart(7, '0')}`, measured, recent);
  };
  for (let pair = 0; pair < pairs; pair++) {
    for (const layout of layouts) {
      await admin.query('truncate usage_events, split_keys, split_events');
      of(layout).empty.push(await measure(layout));
    }
  }
  await admin.query('truncate usage_events, split_keys, split_events');
  for (const layout of layouts) {
    await fill(url, layout, `e${String(++runs).padStart(7, '0')}`, rows, old);
    await admin.query(`vacuum analyze ${layout.tables.join(', ')}`);
    of(layout).gigabytes = (await bytesOf(admin, layout.tables)) / gigabyte;
    of(layout).bytesPerRow = (of(layout).gigabytes * gigabyte) / rows;
  }
  for (let pair = 0; pair < pairs; pair++) for (const layout of layouts) of(layout).full.push(await measure(layout));
  for (const layout of layouts) {
    if ((await countOf(admin, layout)) !== rows + pairs * measured) throw new Error(`${layout.name} does not hold what was written.`);
    const [began, from] = [performance.now(), await logPosition(admin)];
    await layout.deleteMonth(admin);
    of(layout).deleteSeconds = (performance.now() - began) / 1000;
    of(layout).deleteLogBytes = (await logPosition(admin)) - from;
    of(layout).gigabytesAfter = (await bytesOf(admin, layout.tables)) / gigabyte;
  }
  await admin.end();
  return figures;
}

const options = readOptions([], { rows: '10000000' });
const sizes: Sizes = options.quick ? { rows: 300_000, measured: 30_000, pairs: 3 } : { rows: Number(options.more['rows']), measured: 100_000, pairs: 5 };
say(`${describeMachine()}, commit ${describeCommit()}; ${sizes.rows.toLocaleString('en')} rows over three months`);
const server = await startServer();
stopOnSignal(() => server.stop());
try {
  const { value: figures, foreign } = await watchOthers([process.pid, server.pid], () => compare(server, sizes));
  const shown = (value: number, unit: string) => `${value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)} ${unit}`;
  for (const [layout, each] of figures) {
    say(layout.name);
    say(`  rows by COPY, 2 streams, empty       ${shown(median(each.empty), 'rows/s')}`);
    say(`  the same after that many rows        ${shown(median(each.full), 'rows/s')} (each run after a checkpoint)`);
    say(`  on the disk                          ${shown(each.gigabytes, 'GB')}, ${shown(each.bytesPerRow, 'bytes/row')}`);
    say(`  deleting a month                     ${shown(each.deleteSeconds, 's')}, ${shown(each.deleteLogBytes / 1e6, 'MB of log')}, ${shown(each.gigabytesAfter, 'GB')} left`);
  }
  say(`others used ${foreign === null ? 'an unknown part' : foreign.toFixed(2)} of the processors meanwhile`);
  if (options.json) say(JSON.stringify(Object.fromEntries([...figures].map(([layout, each]) => [layout.name, each]))));
} finally {
  await server.stop();
}
