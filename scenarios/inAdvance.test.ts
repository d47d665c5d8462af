import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';
import type { WireFee } from './wire.ts';

const life = lives();

/** Waits until so many fees of single events are there: they come about in the background. */
async function feesOfEvents(l: Life, count: number): Promise<WireFee[]> {
  return l.until(async () => {
    const fees = await l.must('GET', '/v1/fees?order_by=created_at:asc');
    const made = fees.filter(({ kind }: { kind: string }) => kind === 'in_advance');
    return made.length >= count ? made : undefined;
  });
}

life('messages paid one by one as they are sent, late ones too', async (l) => {
  await l.customer({ currency: 'EUR' });
  await l.metric({ code: 'messages', name: 'Messages' });
  await l.metric({ code: 'calls', name: 'Calls' });
  const tiers = [{ up_to: 2, unit_price: '1', flat_amount: '0.30' }, { up_to: null, unit_price: '0.50' }];
  await l.plan({
    code: 'pro',
    name: 'Pro',
    amount_cents: 1000,
    currency: 'EUR',
    charges: [
      { metric: 'messages', charge_model: 'graduated', properties: { tiers }, pay_in_advance: true, min_amount_cents: 500 },
      { metric: 'calls', properties: { amount: '0.10' }, pay_in_advance: true, invoiceable: false },
    ],
  });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.use('messages', 1, '2026-01-01T10:00');
  await feesOfEvents(l, 1);
  await l.at('2026-01-20');
  await l.use('messages', 2, '2026-01-20T10:00');
  await l.use('calls', 1, '2026-01-20T10:00');
  const fees = await feesOfEvents(l, 4);
  // Calls are collected elsewhere: a fee without an invoice.
  expect(fees.filter(({ metric_code: code }) => code === 'calls')).toMatchObject([{ invoice_id: null, amount_cents: 10, kind: 'in_advance' }]);
  await l.at('2026-02-01');
  // Dated January, in the fourth place: 0.50, paid when it comes.
  await l.use('messages', 1, '2026-01-31T23:00');
  await feesOfEvents(l, 5);
  await l.at('2026-03-01');

  // The first message 1.00 and the flat 0.30; the second 1.00, the third 0.50 above two. At the end of January 2.80 of 5.00 are paid
  // and 2.20 are missing. The fourth of January is 0.50. February has no event and owes the least amount.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-01-01  for 2026-01-01 to 2026-02-01  EUR
    Messages            2026-01-01 to 2026-02-01  1   130   1.30
    total                                                   1.30
    due                                                     1.30
  INV-000002  finalized  issued 2026-01-20  for 2026-01-01 to 2026-02-01  EUR
    Messages            2026-01-01 to 2026-02-01  1   100   1.00
    Messages            2026-01-01 to 2026-02-01  1    50   0.50
    total                                                   1.50
    due                                                     1.50
  INV-000003  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
    Pro                 2026-01-01 to 2026-02-01  1  1000  10.00
    Messages (minimum)  2026-01-01 to 2026-02-01  1   220   2.20
    total                                                  12.20
    due                                                    12.20
  INV-000004  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
    Messages            2026-01-01 to 2026-02-01  1    50   0.50
    total                                                   0.50
    due                                                     0.50
  INV-000005  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  EUR
    Pro                 2026-02-01 to 2026-03-01  1  1000  10.00
    Messages (minimum)  2026-02-01 to 2026-03-01  1   500   5.00
    total                                                  15.00
    due                                                    15.00
`);
});

life('each period has its own mark, whatever zone the customer moves to within it', async (l) => {
  await l.customer({ currency: 'EUR' });
  await l.metric({ code: 'traffic', name: 'Traffic', aggregation_type: 'sum', field_name: 'gb' });
  const tiers = [{ up_to: 10, unit_price: '1', flat_amount: '5' }, { up_to: null, unit_price: '0.50' }];
  await l.plan({
    code: 'pro',
    name: 'Pro',
    currency: 'EUR',
    charges: [{ metric: 'traffic', charge_model: 'graduated', properties: { tiers }, pay_in_advance: true, min_amount_cents: 3000 }],
  });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.at('2026-01-31T21:00');
  // In Kolkata this is the first of February, but January was closed where its customer was then.
  await l.use('traffic', { gb: 100 }, '2026-01-31T20:00');
  await feesOfEvents(l, 1);
  await l.at('2026-02-05');
  await l.use('traffic', { gb: 3 }, '2026-02-05');
  await feesOfEvents(l, 2);
  await l.at('2026-02-10');
  await l.must('PUT', '/v1/customers/customer', { timezone: 'Asia/Kolkata' });
  await l.use('traffic', { gb: 20 }, '2026-02-10');
  await feesOfEvents(l, 3);
  await l.use('traffic', { gb: 2 }, '2026-01-31T19:00');
  await feesOfEvents(l, 4);
  await l.at('2026-03-02');

  // January: 5 flat, 10 units at 1 and 90 at 0.50 are 60.00. February: 5 and 3 are 8.00; 23 units are 5 + 10 + 6.50 = 21.50, less 8.00 is
  // 13.50; 8.50 are missing of the least amount. What comes late for January makes it 102 units, 61.00, of which 60.00 are billed.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-01-31T21:00  for 2026-01-01 to 2026-02-01  EUR
    Traffic            2026-01-01 to 2026-02-01        100  6000  60.00
    total                                                         60.00
    due                                                           60.00
  INV-000002  paid  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
    Pro                2026-01-01 to 2026-02-01          1     0   0.00
    total                                                          0.00
    due                                                            0.00
  INV-000003  finalized  issued 2026-02-05  for 2026-02-01 to 2026-03-01  EUR
    Traffic            2026-02-01 to 2026-03-01          3   800   8.00
    total                                                          8.00
    due                                                            8.00
  INV-000004  finalized  issued 2026-02-10  for 2026-02-01 to 2026-02-28T18:30  EUR
    Traffic            2026-02-01 to 2026-02-28T18:30   20  1350  13.50
    total                                                         13.50
    due                                                           13.50
  INV-000005  finalized  issued 2026-02-10  for 2026-01-01 to 2026-02-01  EUR
    Traffic            2026-01-01 to 2026-02-01          2   100   1.00
    total                                                          1.00
    due                                                            1.00
  INV-000006  finalized  issued 2026-02-28T18:30  for 2026-02-01 to 2026-02-28T18:30  EUR
    Pro                2026-02-01 to 2026-02-28T18:30    1     0   0.00
    Traffic (minimum)  2026-02-01 to 2026-02-28T18:30    1   850   8.50
    total                                                          8.50
    due                                                            8.50
`);
});

life('what comes late for the days before a change of plan is billed by the plan of then', async (l) => {
  await l.customer({ currency: 'EUR' });
  await l.metric({ code: 'messages', name: 'Messages' });
  for (const [code, amount] of [['basic', '1'], ['pro', '2']] as const)
    await l.plan({ code, name: code, currency: 'EUR', amount_cents: code === 'basic' ? 100 : 200, charges: [{ metric: 'messages', properties: { amount }, pay_in_advance: true }] });
  await l.at('2026-01-01');
  await l.subscribe('basic');
  await l.at('2026-01-15');
  await l.change('basic', { plan_id: 'pro', timing: 'now' });
  await l.use('messages', 1, '2026-01-10');
  await l.use('messages', 1, '2026-01-15');
  const fees = await feesOfEvents(l, 2);
  expect(fees.map(({ from_datetime: from, to_datetime: to, amount_cents: amount }) => [from, to, amount]).toSorted()).toEqual([
    ['2026-01-01T00:00:00Z', '2026-01-15T00:00:00Z', 100],
    ['2026-01-15T00:00:00Z', '2026-02-01T00:00:00Z', 200],
  ]);
  await l.at('2026-02-02');
});

life('ends in the past only once what was paid for events after that is voided', async (l) => {
  await l.customer({ currency: 'EUR' });
  await l.metric({ code: 'messages', name: 'Messages' });
  await l.plan({ code: 'pro', name: 'Pro', currency: 'EUR', charges: [{ metric: 'messages', properties: { amount: '1' }, pay_in_advance: true, min_amount_cents: 3100 }] });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.at('2026-01-21');
  await l.use('messages', 1, '2026-01-05');
  await feesOfEvents(l, 1);
  await l.use('messages', 1, '2026-01-20');
  const fees = await feesOfEvents(l, 2);
  const end = () => l.must('DELETE', '/v1/subscriptions/pro?ended_at=2026-01-10T12:00:00Z');
  await expect(end()).rejects.toThrow('before_what_is_invoiced');
  await l.must('POST', `/v1/invoices/${fees.at(-1)?.invoice_id}/void`);
  await end();
  // Ten of the 31 days: 3100 x 10 / 31 = 10.00, of which 1.00 is paid.
  const last = (await l.list()).at(-1);
  expect(last?.fees.map(({ kind, amount_cents: amount }) => [kind, amount])).toEqual([['regular', 0], ['minimum', 900]]);
  await l.subscribe('pro', { external_id: 'again' });
  await l.at('2026-02-02');
});

life('what nobody has looked at yet is billed at the end of its period, once', async (l) => {
  await l.customer({ currency: 'USD' });
  await l.metric({ code: 'messages', name: 'Messages' });
  await l.plan({ code: 'pro', name: 'Pro', currency: 'USD', charges: [{ metric: 'messages', properties: { amount: '1' }, pay_in_advance: true }] });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.at('2026-01-31');
  // All at once: whoever comes first, the look or the end of the period, bills each of them.
  await l.use('messages', 40, '2026-01-31');
  await l.must('POST', '/v1/test_clock/advance', { to: '2026-02-01T00:00:00Z' });
  await feesOfEvents(l, 40);
  await l.arrived();
  await l.at('2026-02-02');
  await l.at('2026-03-02');
  const invoices = await l.list();
  const billed = invoices.flatMap(({ fees }) => fees).filter(({ metric_code: code }) => code === 'messages');
  expect(billed).toHaveLength(40);
  expect(billed.reduce((sum, fee) => sum + fee.amount_cents, 0)).toBe(4000);
});
