import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

// The sandbox stands at 10 April 2026, 12:00 UTC, and does not move: 21 of April's 30 days are left, the 10th among them.
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  await app.sandbox('POST', '/v1/test_clock', { now: '2026-04-10T12:00:00Z' });
  for (const code of ['seat', 'desk', 'other']) await app.sandbox('POST', '/v1/add_ons', { code, name: code, amount_cents: 1000, amount_currency: 'USD' });
  const seat = { add_on_code: 'seat', units: 2, pay_in_advance: true, prorated: true };
  const plan = { interval: 'monthly', amount_cents: 0, fixed_charges: [seat, { add_on_code: 'desk', pay_in_advance: true }] };
  for (const code of ['team', 'more']) await app.sandbox('POST', '/v1/plans', { ...plan, code, name: code });
});
afterAll(() => app.close());

let count = 0;
async function subscribe(body: object = {}, customer: object = {}) {
  const name = `customer-${++count}`;
  await app.sandbox('POST', '/v1/customers', { name, external_id: name, ...customer });
  const given = { external_id: name, customer_id: name, plan_id: 'team', started_at: '2026-04-10T12:00:00Z', ...body };
  const answer = await app.sandbox('POST', '/v1/subscriptions', given);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  const path = `/v1/subscriptions/${name}`;
  return {
    path,
    turn: (addOn: string, asked: object) => app.sandbox('PUT', `${path}/fixed_charges/${addOn}`, asked),
    /** What the fixed charge would be, what would be credited and charged, and the lines of the invoice. */
    preview: async (addOn: string, asked: object) => {
      const { body } = await app.sandbox('POST', `${path}/fixed_charges/${addOn}/preview`, asked);
      if (body.fixed_charge === undefined) return body.code;
      const { fixed_charge: one, credit_cents: credit, charge_cents: charge, net_amount_cents: net, invoice } = body;
      expect(net).toBe(charge - credit);
      const lines = (invoice?.fees ?? []).map((fee: { description: string; amount_cents: number }) => `${fee.description} ${fee.amount_cents}`);
      return [one.units, one.pending_units, credit, charge, ...lines];
    },
    held: async () => (await app.sandbox('GET', `${path}/fixed_charges`)).body.map((one: { units: string; pending_units: string | null }) => [one.units, one.pending_units]),
    fees: async () =>
      (await app.sandbox('GET', `/v1/fees?subscription_id=${answer.body.id}&order_by=created_at:asc`)).body
        .filter((fee: { fee_type: string }) => fee.fee_type === 'fixed_charge')
        .map((fee: { description: string; amount_cents: number; credited_amount_cents: number }) => `${fee.description} ${fee.amount_cents} ${fee.credited_amount_cents}`),
  };
}

it('gives a subscription the plan’s units, its own from the start, or others before it starts', async () => {
  const pending = await subscribe({ started_at: null, fixed_charges: [{ add_on_code: 'seat', units: '2.5' }] });
  expect(await pending.held()).toEqual([['2.5', null], ['1', null]]);
  await pending.turn('seat', { units: 4 });
  await pending.turn('desk', { units: 3, timing: 'period_end' });
  expect(await pending.held()).toEqual([['4', null], ['3', null]]);
  await app.sandbox('POST', `${pending.path}/activate`);
  // 4000 × 21 ÷ 30 = 2800; desks are whole.
  expect((await pending.fees()).toSorted()).toEqual(['desk 3000 0', 'seat (21 of 30 days) 2800 0']);
  const preview = { customer_id: 'customer-1', plan_id: 'team', fixed_charges: [{ add_on_code: 'seat', units: 6 }] };
  // 6000 × 21 ÷ 30 = 4200 and one desk.
  expect((await app.sandbox('POST', '/v1/invoices/preview', preview)).body.total_cents).toBe(5200);
});

it('lets more come at once and fewer with the next period, unless told otherwise, and takes a pending number back', async () => {
  const { turn, held, fees } = await subscribe();
  const changed = (await turn('seat', { units: 1 })).body;
  expect(changed).toMatchObject({ units: '2', pending_units: '1', pending_units_at: '2026-05-01T00:00:00Z' });
  await turn('seat', { units: 2 });
  expect(await held()).toEqual([['2', null], ['1', null]]);
  await turn('seat', { units: 7, timing: 'period_end' });
  await turn('seat', { units: 3 });
  // The number for the next period was given up with it. 1000 × 21 ÷ 30 for one more.
  expect(await held()).toEqual([['3', null], ['1', null]]);
  // Both fees of the seats are credited whole, for it is still the day of the start: 2000 × 21 ÷ 30 and 700; one seat is charged.
  await turn('seat', { units: 1, timing: 'now' });
  // Fewer desks give nothing back, and as many again cost nothing.
  await turn('desk', { units: 0, timing: 'now' });
  await turn('desk', { units: 1 });
  expect((await fees()).toSorted()).toEqual(['desk 1000 0', 'seat (21 of 30 days) 1400 1400', 'seat (21 of 30 days) 700 0', 'seat: 3 instead of 2 (21 of 30 days) 700 700']);
  expect(await held()).toEqual([['1', null], ['1', null]]);
});

it('shows what a change would come to, computed like the change, and does nothing of it', async () => {
  const { path, turn, preview, held, fees } = await subscribe();
  // 3000 × 21 ÷ 30 for three more; of two, 2000 × 21 ÷ 30 are credited and one is charged for its days.
  const more = ['5', null, 0, 2100, 'seat: 5 instead of 2 (21 of 30 days) 2100'];
  expect(await preview('seat', { units: 5 })).toEqual(more);
  expect(await preview('seat', { units: 1 })).toEqual(['2', '1', 0, 0]);
  expect(await preview('seat', { units: 1, timing: 'now' })).toEqual(['1', null, 1400, 700, 'seat (21 of 30 days) 700']);
  expect(await preview('seat', { units: 2 })).toEqual(['2', null, 0, 0]);
  // Desks are whole: two more cost two, none instead of one gives nothing back.
  expect(await preview('desk', { units: 3 })).toEqual(['3', null, 0, 2000, 'desk: 3 instead of 1 2000']);
  expect(await preview('desk', { units: 0, timing: 'now' })).toEqual(['0', null, 0, 0]);
  expect(await held()).toEqual([['2', null], ['1', null]]);
  expect(await fees()).toHaveLength(2);

  await turn('seat', { units: 5 });
  expect(await fees()).toContain('seat: 5 instead of 2 (21 of 30 days) 2100 0');
  expect(await preview('seat', { units: 1, timing: 'now' })).toEqual(['1', null, 3500, 700, 'seat (21 of 30 days) 700']);
  expect(await preview('other', { units: 1 })).toBe('not_found');
  await app.sandbox('POST', `${path}/pause`);
  expect(await preview('seat', { units: 9 })).toBe('subscription_not_active');
  const pending = await subscribe({ started_at: null });
  expect(await pending.preview('seat', { units: 4 })).toEqual(['4', null, 0, 0]);
});

it('keeps a number for the next period through a change of plan, for the end of the new plan’s', async () => {
  const { path, turn, held } = await subscribe();
  await turn('seat', { units: 5 });
  await turn('seat', { units: 4, timing: 'period_end' });
  await app.sandbox('PUT', path, { plan_id: 'more', timing: 'now' });
  expect(await held()).toEqual([['5', '4'], ['1', null]]);
});

it('bills a draft of the start to the day before fewer units', async () => {
  const { path, turn, fees } = await subscribe({}, { invoice_grace_period: 3 });
  await turn('seat', { units: 5 });
  await turn('seat', { units: 1, timing: 'now' });
  const drafts = (await app.sandbox('GET', '/v1/invoices?status=draft')).body;
  for (const { id } of drafts) await app.sandbox('POST', `/v1/invoices/${id}/refresh`);
  expect((await fees()).toSorted()).toEqual(['desk 1000 0', 'seat (21 of 30 days) 700 0']);
  expect((await app.sandbox('GET', `${path}/lifecycle`)).body.events.map(({ title }: { title: string }) => title)).toContain('Subscription units changed');
});

it('ends no subscription before a change of units that is settled', async () => {
  const { path, turn } = await subscribe({ started_at: '2026-04-05T00:00:00Z' });
  await turn('seat', { units: 9 });
  const refused = await app.sandbox('DELETE', `${path}?ended_at=2026-04-08T00:00:00Z`);
  expect(refused.body.errors).toMatchObject([{ path: 'ended_at', code: 'before_what_is_done' }]);
  expect((await app.sandbox('DELETE', `${path}?ended_at=2026-04-10T12:00:00Z`)).status).toBe(204);
});

it('refuses what cannot be', async () => {
  const { path, turn } = await subscribe();
  expect((await turn('other', { units: 1 })).status).toBe(404);
  expect((await turn('seat', { units: -1 })).status).toBe(422);
  await app.sandbox('POST', `${path}/pause`);
  expect((await turn('seat', { units: 9 })).body.code).toBe('subscription_not_active');
  expect((await turn('seat', { units: 9, timing: 'period_end' })).body.pending_units).toBe('9');
  await app.sandbox('DELETE', path);
  expect((await turn('seat', { units: 9 })).body.code).toBe('subscription_terminated');
  const twice = [{ add_on_code: 'seat', units: 1 }, { add_on_code: 'seat', units: 2 }, { add_on_code: 'other', units: 2 }];
  const refused = await app.sandbox('POST', '/v1/subscriptions', { external_id: 'x', customer_id: 'customer-1', plan_id: 'team', fixed_charges: twice });
  expect(refused.body.errors.map(({ path: at, code }: { path: string; code: string }) => `${at} ${code}`)).toEqual([
    'fixed_charges.1.add_on_code duplicate',
    'fixed_charges.2.add_on_code not_found',
  ]);
});
