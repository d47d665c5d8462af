import { isAbsolute, relative } from 'node:path';
import { Amount, Currency } from '@farthing/core/money';
import { credentialsPath } from '../credentialsPath.ts';
import type { Config } from '../readConfig.ts';
import type { Api } from './callApi.ts';
import type { DemoInvoice } from './payInvoices.ts';

type Say = (line: string) => void;

/** Lines up the cells of each column; the columns named in `right` to the right. */
function table(rows: readonly (readonly string[])[], right: readonly number[]): string[] {
  const widths = rows.reduce<number[]>((known, row) => row.map((cell, column) => Math.max(known[column] ?? 0, cell.length)), []);
  const align = (cell: string, column: number) => (right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0));
  return rows.map((row) => `    ${row.map(align).join('   ')}`.trimEnd());
}

const number = (value: number) => value.toLocaleString('en');
const money = (cents: readonly number[], currency: string) =>
  Amount.format(cents.map((each) => Amount.of(each)).reduce(Amount.add, Amount.zero), Currency.parse(currency), 'en');

/** The invoices by currency and state, with their totals and what is owed on them. */
function invoiceTable(invoices: readonly DemoInvoice[]): string[] {
  const states: readonly (readonly [string, (invoice: DemoInvoice) => boolean])[] = [
    ['paid', ({ status }) => status === 'paid'],
    ['open', ({ status, payment_overdue: overdue }) => status === 'finalized' && !overdue],
    ['overdue', ({ payment_overdue: overdue }) => overdue],
    ['draft', ({ status }) => status === 'draft'],
    ['voided', ({ status }) => status === 'voided'],
  ];
  const rows = [...new Set(invoices.map(({ currency }) => currency))].sort().flatMap((currency) =>
    states.flatMap(([state, belongs]) => {
      const found = invoices.filter((invoice) => invoice.currency === currency && belongs(invoice));
      if (found.length === 0) return [];
      const total = money(found.map(({ total_cents: cents }) => cents), currency);
      const due = state === 'draft' || state === 'paid' ? '' : money(found.map(({ amount_due_cents: cents }) => cents), currency);
      return [[currency, state, number(found.length), total, due]];
    }),
  );
  return table([['', 'invoices', 'number', 'total', 'owed'], ...rows], [2, 3, 4]);
}

/** Says what exists in the sandbox of the demo. */
export async function reportCompany(api: Api, say: Say): Promise<void> {
  const counts: string[][] = [];
  for (const [name, path] of [
    ['customers', '/v1/customers'],
    ['plans', '/v1/plans'],
    ['subscriptions', '/v1/subscriptions'],
    ['usage events', '/v1/events'],
    ['payments', '/v1/payments'],
  ] as const) {
    counts.push([name, number(await api.total(path))]);
  }
  const { now } = await api.call<{ readonly now: string }>('GET', '/v1/test_clock');
  for (const line of table(counts, [1])) say(line);
  say('');
  for (const line of invoiceTable(await api.list<DemoInvoice>('/v1/invoices'))) say(line);
  say('');
  say(`  This is a sandbox; its clock stands at ${now} until you advance it.`);
}

/** Five requests to begin with. The key is read from its file by the shell, so that it appears in no output and no log. */
export function reportCommands(config: Config, address: string, say: Say): void {
  const path = credentialsPath(config);
  const near = relative(process.cwd(), path);
  const shown = near.startsWith('..') || isAbsolute(near) ? path : `./${near}`;
  const curl = (rest: string) => `    curl -s -H "Authorization: Bearer $KEY" ${rest}`;
  const json = (body: string) => `-H 'Content-Type: application/json' -d '${body}'`;
  say('');
  say('  Try it, in another terminal:');
  say('');
  say(`    KEY=$(node -p "require('${shown}').sandbox_key")`);
  say(curl(`'${address}/v1/customers/harborline/current_usage?subscription_id=harborline'`));
  say(curl(`'${address}/v1/invoices?status=draft&limit=3'`));
  say(curl(`${address}/v1/events ${json('{"transaction_id": "mine-1", "external_customer_id": "harborline", "code": "api_calls", "properties": {"region": "eu", "calls": 5000}}')}`));
  say(curl(`${address}/v1/invoices/preview ${json('{"subscription_id": "tessera"}')}`));
  say(curl(`${address}/v1/test_clock/advance ${json('{"to": "2026-12-02T12:00:00Z"}')}`));
  say('');
}
