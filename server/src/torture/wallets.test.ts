import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { auditDatabase } from './books.ts';
import { randomFrom } from './randomFrom.ts';

const rounds = Number(process.env['FARTHING_TORTURE_WALLETS'] ?? '20');
const callers = Number(process.env['FARTHING_TORTURE_CALLS'] ?? '100');
const seed = Number(process.env['FARTHING_TORTURE_SEED'] ?? '20260103');

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
});
afterAll(() => app.close());

interface Call {
  readonly path: string;
  readonly body?: object;
  /** What it does to the wallet's balance, and what of it is consumed, where it succeeds. */
  readonly effect: (body: { prepaid_credit_amount_cents: number }) => { readonly balance: number; readonly consumed: number };
  readonly mayFail?: readonly string[];
}

async function must(path: string, body?: object) {
  const answer = await app.sandbox('POST', path, body);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

let called = 0;

/** Calls as clients do: one that was not let in calls again, under the same key. */
async function insist(path: string, body?: object) {
  const key = { 'idempotency-key': `call ${++called}` };
  for (;;) {
    const answer = await app.sandbox('POST', path, body, key);
    if (answer.status !== 503) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Top-ups, invoices, holds and transfers, each of a few minor units, so that the wallet is often empty. */
function callsOn(wallet: { id: string; customer_id: string }, other: { id: string }, random: () => number): Call[] {
  const few = () => 1 + Math.floor(random() * 90);
  const nothing = { balance: 0, consumed: 0 };
  return Array.from({ length: callers }, (): Call => {
    const amount = few();
    const kind = random();
    if (kind < 0.5) return { path: `/v1/wallets/${wallet.id}/top_up`, body: { credits: amount }, effect: () => ({ balance: amount, consumed: 0 }) };
    if (kind < 0.62) {
      const line = { description: 'Work', quantity: amount, unit_price: '0.01' };
      const paid = (cents: number) => ({ balance: -cents, consumed: cents });
      return { path: '/v1/invoices/one_off', body: { customer_id: wallet.customer_id, line_items: [line] }, effect: (body) => paid(body.prepaid_credit_amount_cents) };
    }
    const short = ['insufficient_credits'];
    if (kind < 0.85) return { path: `/v1/wallets/${wallet.id}/holds`, body: { amount_cents: amount }, effect: () => ({ ...nothing, balance: -amount }), mayFail: short };
    const transfer = { source_wallet_id: wallet.id, target_wallet_id: other.id, credits: amount };
    return { path: '/v1/wallets/transfer', body: transfer, effect: () => ({ ...nothing, balance: -amount }), mayFail: short };
  });
}

it(`is exact and never below nothing under ${rounds} times ${callers} calls at once (seed ${seed})`, { timeout: 3_600_000 }, async () => {
  const random = randomFrom(seed);
  for (let round = 0; round < rounds; round++) {
    await must('/v1/customers', { external_id: `c${round}`, name: 'C', currency: 'USD' });
    const wallet = await must('/v1/wallets', { customer_id: `c${round}`, initial_granted_credits: 500 });
    // Of another purpose, so that only what is moved there changes it.
    const other = await must('/v1/wallets', { customer_id: `c${round}`, applies_to: { fee_types: ['commitment'] } });
    const expected = { balance: 500, consumed: 0 };
    const calls = callsOn(wallet, other, random);
    await Promise.all(
      calls.map(async ({ path, body, effect, mayFail = [] }) => {
        const answer = await insist(path, body);
        if (answer.status >= 300) return expect([answer.status, mayFail]).toEqual([409, expect.arrayContaining([answer.body.code])]);
        const { balance, consumed } = effect(answer.body);
        expected.balance += balance;
        expected.consumed += consumed;
      }),
    );
    const after = (await app.sandbox('GET', `/v1/wallets/${wallet.id}`)).body;
    expect([after.balance_cents, after.consumed_amount_cents]).toEqual([expected.balance, expected.consumed]);
    expect(after.balance_cents).toBeGreaterThanOrEqual(0);
  }
  expect(await auditDatabase(app.adminUrl)).toEqual([]);
});

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
  for (let round = 0; round < Math.min(rounds, 5); round++) {
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
