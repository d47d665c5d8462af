import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../adapters/embedded-postgres/index.ts';
import { type Installation, launch, makeInstallation } from '../testing/installation.ts';

let installation: Installation;

beforeAll(async () => {
  installation = await makeInstallation();
});
afterAll(() => installation.remove());

const month = (dataDir: string) => ({ FARTHING_DATA_DIR: dataDir, FARTHING_DEMO_EXIT: '1', FARTHING_DEMO_MONTHS: '1', FARTHING_DEMO_SEED: '7' });

/** What the engine made of it: every invoice with its customer, period and amounts, and every fee on it. */
async function billed(dataDir: string): Promise<unknown[]> {
  const server = await startEmbeddedPostgres({ dataDir: `${dataDir}/postgres`, log: () => {} });
  const client = new pg.Client({ connectionString: server.adminUrl });
  await client.connect();
  const { rows } = await client.query(
    `select c.external_id, i.status, b.kind, i.billing_period_start, i.total_cents, i.amount_paid_cents, f.description, f.units, f.precise_amount_cents
     from invoices i join customers c on c.id = i.customer_id left join fees f on f.invoice_id = i.id
     cross join lateral (select min(billing_kind) as kind, min(billing_at) as at from invoice_subscriptions where invoice_id = i.id) b
     order by c.external_id, b.at, b.kind, f.position`,
  );
  await client.end();
  await server.stop();
  return rows;
}

it('makes the same bills for the same seed, also after an interruption, and makes them once', async () => {
  const [smooth, halting] = [await installation.copy(), await installation.copy()];
  const made = await launch('demo', month(smooth)).ended;
  expect(made).toMatchObject({ code: 0, errors: '' });
  expect(made.output).toMatch(/A company with 1 month of history, made in/);

  const interrupted = launch('demo', month(halting));
  // The catalogue is there, and the clock is on its way.
  await interrupted.line(/November 2025/);
  interrupted.signalGroup('SIGINT');
  expect(await interrupted.ended).toMatchObject({ code: 0, errors: '' });
  // The seed of the first start stays, whatever is said later.
  expect(await launch('demo', { ...month(halting), FARTHING_DEMO_SEED: '8' }).ended).toMatchObject({ code: 0, errors: '' });

  const bills = await billed(smooth);
  expect(bills.length).toBeGreaterThan(40);
  expect(await billed(halting)).toEqual(bills);

  const again = await launch('demo', month(smooth)).ended;
  expect(again).toMatchObject({ code: 0, errors: '' });
  expect(again.output).toMatch(/The company is there already/);
  const table = (output: string) => output.slice(output.indexOf('    customers'), output.indexOf('  Try it'));
  expect(table(again.output)).toBe(table(made.output));

  // The commands name the file, never the key.
  const { sandbox_key: key } = JSON.parse(await readFile(`${smooth}/credentials.json`, 'utf8'));
  expect(made.output).not.toContain(key);
  expect(made.output).toContain(`KEY=$(node -p "require('${smooth}/credentials.json').sandbox_key")`);
  expect(made.output.match(/^ {4}curl /gm)).toHaveLength(5);
}, 300_000);
