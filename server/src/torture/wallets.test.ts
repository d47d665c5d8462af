import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { auditDatabase } from './books.ts';
import { randomFrom } from './randomFrom.ts';
import { type Purse, type Said, WalletStorm } from './walletStorm.ts';

const wallets = Number(process.env['FARTHING_TORTURE_WALLETS'] ?? '20');
const calls = Number(process.env['FARTHING_TORTURE_CALLS'] ?? '100');
const seed = Number(process.env['FARTHING_TORTURE_SEED'] ?? '20260103');
/** So many wallets are called on at once: while one waits for the database, another computes. */
const together = 4;

let app: TestApp;
let admin: pg.Client;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  admin = new pg.Client({ connectionString: app.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

const must = async (path: string, body: object) => {
  const answer = await app.sandbox('POST', path, body);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

/** Lets expire what expires, all the while and until nothing is left of what has expired. */
async function expireMeanwhile(work: () => Promise<void>): Promise<void> {
  let isOver = false;
  const isLeft = async () => {
    const { rows } = await admin.query(`select exists (select from wallet_credits where expires_at is not null and remaining_cents > 0)
      or exists (select from wallet_holds where expires_at is not null and status = 'pending') as left`);
    return rows[0].left;
  };
  const expire = async () => {
    while (!isOver || (await isLeft())) {
      await app.runDue();
      await pause(50);
    }
  };
  const end = () => {
    isOver = true;
  };
  await Promise.all([work().finally(end), expire()]);
}

/** A wallet stands to the unit where the answers of all calls say; what has expired they cannot know. */
async function expectSaid(walletId: string, said: Said, limit: number): Promise<void> {
  const { rows } = await admin.query(
    `select transaction_type || ' ' || transaction_status as kind, sum(amount_cents)::int as cents from wallet_transactions
    where wallet_id = $1 and status = 'settled' and transaction_status not in ('drawn', 'repaid') group by 1`,
    [walletId],
  );
  const { 'outbound expired': expired = 0, ...moved } = Object.fromEntries(rows.map(({ kind, cents }) => [kind, cents]));
  expect(moved).toEqual(said.movements);
  const { body: wallet } = await app.sandbox('GET', `/v1/wallets/${walletId}`);
  const came = said.of('inbound granted') + said.of('inbound purchased') + said.of('inbound returned') + said.of('inbound transferred');
  const consumed = said.of('outbound invoiced') + said.of('outbound captured');
  expect([wallet.balance_cents, wallet.held_balance_cents, wallet.consumed_amount_cents]).toEqual([
    came - consumed - said.of('outbound transferred') - expired - said.of('held'),
    said.of('held'),
    consumed - said.of('inbound returned'),
  ]);
  expect(wallet.balance_cents).toBeGreaterThanOrEqual(-limit);
}

it(`is exact and never below its floor under ${wallets} times ${calls} calls at once (seed ${seed})`, { timeout: 3_600_000 }, async () => {
  const storm = new WalletStorm(app, randomFrom(seed));
  for (let first = 0; first < wallets; first += together) {
    // One in four pays afterwards.
    const places = Array.from({ length: Math.min(together, wallets - first) }, (_, place) => first + place);
    const purses = await Promise.all(places.map((place) => storm.fill(`c${place}`, place % 4 === 3)));
    await expireMeanwhile(() => storm.strike(purses, calls));
    for (const purse of purses) await expectPurse(purse);
  }
  expect(await auditDatabase(app.adminUrl)).toEqual([]);
});

async function expectPurse({ wallet, other, limit, hold, said, saidOfOther }: Purse): Promise<void> {
  const { rows } = await admin.query("select amount_cents::int as cents from wallet_holds where id = $1 and status = 'released'", [hold]);
  // It ended by itself.
  for (const { cents } of rows) said.add('held', -cents);
  await expectSaid(wallet, said, limit);
  await expectSaid(other, saidOfOther, 0);
}

it('takes the last credit once, however many ask for it, and a repeated debit once', async () => {
  await must('/v1/customers', { external_id: 'last', name: 'Last', currency: 'USD' });
  const wallet = await must('/v1/wallets', { customer_id: 'last', initial_granted_credits: 1 });
  const hold = (key: string) => app.sandbox('POST', `/v1/wallets/${wallet.id}/holds`, { amount_cents: 1 }, { 'idempotency-key': key });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, caller) => hold(`caller ${caller}`)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  const [won] = answers.filter(({ status }) => status === 201);
  const { id } = won?.body ?? {};
  const capture = () => app.sandbox('POST', `/v1/wallets/${wallet.id}/holds/${id}/capture`, {}, { 'idempotency-key': 'the same' });
  await capture();
  expect((await capture()).headers.get('idempotency-replayed')).toBe('true');
  expect((await app.sandbox('GET', `/v1/wallets/${wallet.id}`)).body).toMatchObject({ balance_cents: 0, held_balance_cents: 0, consumed_amount_cents: 1 });
  expect(await auditDatabase(app.adminUrl)).toEqual([]);
});

it('lends up to the limit and no further, however many ask for it, and is paid back to the unit', async () => {
  await must('/v1/customers', { external_id: 'owing', name: 'Owing', currency: 'USD', mode: 'POSTPAID', billing_model: 'postpaid', default_credit_limit: 10 });
  const wallet = await must('/v1/wallets', { customer_id: 'owing', initial_granted_credits: 3 });
  const holds = `/v1/wallets/${wallet.id}/holds`;
  const asked = await Promise.all(Array.from({ length: 30 }, () => app.sandbox('POST', holds, { amount_cents: 1 })));
  const held = asked.filter(({ status }) => status === 201).map(({ body }) => body.id);
  expect(held).toHaveLength(13);
  expect(asked.filter(({ body }) => body.code === 'over_credit_limit')).toHaveLength(17);
  const topUps = Array.from({ length: 4 }, () => app.sandbox('POST', `/v1/wallets/${wallet.id}/top_up`, { credits: 1 }));
  const ended = held.map((id, place) => app.sandbox('POST', `${holds}/${id}/${place < 6 ? 'capture' : 'release'}`, place < 6 ? {} : undefined));
  for (const { status } of await Promise.all([...topUps, ...ended])) expect(status).toBe(200);
  // 3 given, 4 more, 6 spent.
  expect((await app.sandbox('GET', `/v1/wallets/${wallet.id}`)).body).toMatchObject({ balance_cents: 1, held_balance_cents: 0, drawn_amount_cents: 0, consumed_amount_cents: 6 });
  expect(await auditDatabase(app.adminUrl)).toEqual([]);
});

it('gives back, spends, frees and voids the same credits at once without losing or making any', { timeout: 600_000 }, async () => {
  for (let round = 0; round < Math.min(wallets, 5); round++) {
    const customer = `ending${round}`;
    await must('/v1/customers', { external_id: customer, name: 'C', currency: 'USD' });
    const wallet = await must('/v1/wallets', { customer_id: customer, initial_granted_credits: 300 });
    const bill = (dollars: number) => app.sandbox('POST', '/v1/invoices/one_off', { customer_id: customer, line_items: [{ description: 'Work', quantity: 1, unit_price: dollars }] });
    const hold = await must(`/v1/wallets/${wallet.id}/holds`, { amount_cents: 100 });
    const { body: unpaid } = await bill(4);
    expect(unpaid.prepaid_credit_amount_cents).toBe(200);
    const answers = await Promise.all([
      app.sandbox('POST', `/v1/invoices/${unpaid.id}/void`),
      app.sandbox('POST', `/v1/invoices/${unpaid.id}/void`),
      bill(1),
      app.sandbox('POST', `/v1/wallets/${wallet.id}/holds/${hold.id}/release`),
      app.sandbox('DELETE', `/v1/wallets/${wallet.id}`),
      bill(1),
      app.sandbox('POST', `/v1/wallets/${wallet.id}/holds/${hold.id}/capture`, {}),
    ]);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(answers.slice(0, 2).map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await app.sandbox('GET', `/v1/wallets/${wallet.id}`)).body).toMatchObject({ status: 'terminated', balance_cents: 0, held_balance_cents: 0 });
  }
  expect(await auditDatabase(app.adminUrl)).toEqual([]);
});

it('leaves nothing of credits that expired while whoever frees them waited', async () => {
  const { sandbox } = await app.otherOrganization();
  const call = async (path: string, body?: object) => (await sandbox('POST', path, body)).body;
  const advance = async (to: string) => {
    await call('/v1/test_clock/advance', { to });
    await app.runDue();
  };
  await advance('2030-01-01T00:00:00Z');
  await call('/v1/customers', { external_id: 'late', name: 'Late', currency: 'USD' });
  const wallet = await call('/v1/wallets', { customer_id: 'late' });
  await call(`/v1/wallets/${wallet.id}/top_up`, { credits: 70, expires_at: '2030-01-01T01:00:00Z' });
  const { id: held } = await call(`/v1/wallets/${wallet.id}/holds`, { amount_cents: 30 });
  const unpaid = await call('/v1/invoices/one_off', { customer_id: 'late', line_items: [{ description: 'Work', quantity: 1, unit_price: 1 }] });
  expect(unpaid.prepaid_credit_amount_cents).toBe(40);
  // Both begin before the credits expire and go on after they have: the keys cannot be read meanwhile, and timers have none.
  await admin.query('begin');
  await admin.query('lock table idempotency_keys');
  const late = [`/v1/wallets/${wallet.id}/holds/${held}/release`, `/v1/invoices/${unpaid.id}/void`].map((path) => sandbox('POST', path, undefined, { 'idempotency-key': path }));
  const waiting = async () => (await admin.query("select count(*)::int as n from pg_locks where relation = 'idempotency_keys'::regclass and not granted")).rows[0].n;
  while ((await waiting()) < 2) await pause(10);
  await advance('2030-01-01T02:00:00Z');
  await admin.query('rollback');
  for (const { status } of await Promise.all(late)) expect(status).toBe(200);
  expect((await sandbox('GET', `/v1/wallets/${wallet.id}`)).body).toMatchObject({ balance_cents: 0, held_balance_cents: 0, consumed_amount_cents: 0 });
  expect(await auditDatabase(app.adminUrl)).toEqual([]);
});
