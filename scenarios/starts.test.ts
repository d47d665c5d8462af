import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

/** It is 10 March 2026, 09:00 in Warsaw; usage is there already: 7 calls in February, 1 on 5 March at 13:59, 5 after it, 4 seats since February. */
async function migrate(l: Life, plan: Readonly<Record<string, unknown>>): Promise<void> {
  await l.customer({ timezone: 'Europe/Warsaw', currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.metric({ code: 'seats', name: 'Seats', aggregation_type: 'sum', field_name: 'change', recurring: true });
  const charges = [
    { metric: 'calls', properties: { amount: '0.02' } },
    { metric: 'seats', properties: { amount: '10.00' } },
  ];
  await l.plan({ code: 'team', name: 'Team', amount_cents: 4900, currency: 'EUR', charges, ...plan });
  await l.at('2026-03-10T09:00');
  await l.use('calls', 7, '2026-02-25');
  await l.use('calls', 1, '2026-03-05T13:59');
  await l.use('calls', 5, '2026-03-05T15:00');
  await l.use('seats', { change: 4 }, '2026-02-01');
}

life('a running contract in arrears, entered with its old start', async (l) => {
  await migrate(l, {});
  await l.subscribe('team', { started_at: '2025-12-20' });
  await l.use('calls', 9, '2026-02-27');
  await l.at('2026-04-01');

  // Billing begins with the month open on entry: the whole of March, usage since 1 March (6 × 0.02 = 0.12), and the seats that were there before it: 4 × 10.00.
  // What is told of February later is not late usage: February is not ours to bill.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-04-01  for 2026-03-01 to 2026-04-01  EUR
    Team       2026-03-01 to 2026-04-01  1  4900  49.00
    API calls  2026-03-01 to 2026-04-01  6    12   0.12
    Seats      2026-03-01 to 2026-04-01  4  4000  40.00
    total                                         89.12
    due                                           89.12
`);
});

life('a contract that is entered with its old start and billed from it, in arrears and in advance', async (l) => {
  await migrate(l, {});
  await l.plan({ code: 'ahead', name: 'Ahead', amount_cents: 4900, currency: 'EUR', pay_in_advance: true });
  await l.subscribe('team', { started_at: '2026-01-20', bill_past: true, invoice_separately: true });
  await l.subscribe('ahead', { started_at: '2026-02-20T10:00', bill_past: true, invoice_separately: true, trial_period_days: 7 });
  await l.at('2026-03-10T09:01');

  // What fell due since then is made up for at once, one after the other: 20 to 31 January, 12 of 31 days, 4900 × 12 ÷ 31 = 1896.7741… -> 18.97;
  // February with its 7 calls and 4 seats. Ahead: the trial ended on 27 February, 2 of 28 days, 4900 × 2 ÷ 28 = 350; on 1 March all of it.
  const lines = (await l.list()).flatMap(({ total_cents: total, fees }) => fees.map((fee) => `${fee.from_datetime?.slice(0, 10)} ${fee.description} ${fee.amount_cents} of ${total}`));
  expect(lines.toSorted()).toEqual([
    '2026-01-19 Team (12 of 31 days) 1897 of 1897',
    '2026-01-31 API calls 14 of 8914',
    '2026-01-31 Seats 4000 of 8914',
    '2026-01-31 Team 4900 of 8914',
    '2026-02-26 Ahead (2 of 28 days) 350 of 350',
    '2026-02-28 Ahead 4900 of 4900',
  ]);
  await l.at('2026-04-01');
});

life('a running contract in advance, entered with its old start', async (l) => {
  await migrate(l, { pay_in_advance: true });
  await l.subscribe('team', { started_at: '2025-12-20' });
  await l.at('2026-04-01');

  // The whole of March is due at once, on entry. 1 April: April, and March's usage as above.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-03-10T09:00  for 2026-03-01 to 2026-04-01  EUR
    Team       2026-03-01 to 2026-04-01  1  4900  49.00
    total                                         49.00
    due                                           49.00
  INV-000002  finalized  issued 2026-04-01  for 2026-04-01 to 2026-05-01  EUR
    Team       2026-04-01 to 2026-05-01  1  4900  49.00
    API calls  2026-03-01 to 2026-04-01  6    12   0.12
    Seats      2026-03-01 to 2026-04-01  4  4000  40.00
    total                                         89.12
    due                                           89.12
`);
});

life('a contract in advance that is entered five days late', async (l) => {
  await migrate(l, { pay_in_advance: true });
  await l.subscribe('team', { started_at: '2026-03-05T14:00' });
  await l.at('2026-04-01');

  // No boundary lay between: 5 to 31 March are 27 of 31 days, 4900 × 27 ÷ 31 = 132300 ÷ 31 = 4267.7419… -> 42.68, on entry.
  // The usage counts from the start, 14:00: 5 × 0.02 = 0.10.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-03-10T09:00  for 2026-03-05 to 2026-04-01  EUR
    Team (27 of 31 days)  2026-03-05 to 2026-04-01        1  4267.7419…  42.68
    total                                                                42.68
    due                                                                  42.68
  INV-000002  finalized  issued 2026-04-01  for 2026-04-01 to 2026-05-01  EUR
    Team                  2026-04-01 to 2026-05-01        1        4900  49.00
    API calls             2026-03-05T14:00 to 2026-04-01  5          10   0.10
    Seats                 2026-03-05T14:00 to 2026-04-01  4        4000  40.00
    total                                                                89.10
    due                                                                  89.10
`);
});

life('a quarter in arrears with usage every month, entered in its third month', async (l) => {
  await migrate(l, { interval: 'quarterly', amount_cents: 7900, bill_charges_monthly: true });
  await l.subscribe('team', { started_at: '2026-01-20' });
  await l.at('2026-04-01');

  // The quarter is open, so its days since the start are due: 12 + 28 + 31 = 71 of 90, 7900 × 71 ÷ 90 = 560900 ÷ 90 = 6232.2222… -> 62.32.
  // The usage of its closed months is not billed, only that of March.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-04-01  for 2026-01-20 to 2026-04-01  EUR
    Team (71 of 90 days)  2026-01-20 to 2026-04-01  1  6232.2222…   62.32
    API calls             2026-03-01 to 2026-04-01  6          12    0.12
    Seats                 2026-03-01 to 2026-04-01  4        4000   40.00
    total                                                          102.44
    due                                                            102.44
`);
});

life('two subscriptions, one that starts by its date and one by hand, each with an end', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.metric({ code: 'calls', name: 'API calls' });
  const charges = [{ metric: 'calls', properties: { amount: '0.10' } }];
  await l.plan({ code: 'dated', name: 'Dated', amount_cents: 4900, currency: 'USD', charges });
  await l.plan({ code: 'by-hand', name: 'By hand', amount_cents: 4900, currency: 'USD', charges });
  await l.at('2026-01-05T10:00');
  await l.subscribe('dated', { started_at: '2026-01-20T09:00', ending_at: '2026-03-01T15:00' });
  await l.subscribe('by-hand', { started_at: null });
  await l.at('2026-01-10');
  await l.use('calls', 3, '2026-01-10');
  await l.at('2026-01-25T14:00');
  await l.activate('by-hand');
  await l.change('by-hand', { ending_at: '2026-02-10T18:00' });
  await l.use('calls', 4, '2026-01-26');
  await l.use('calls', 2, '2026-01-26', 'by-hand');
  await l.at('2026-02-10T12:00');
  await l.use('calls', 1, '2026-02-10T17:59:59');
  await l.use('calls', 1, '2026-02-10T18:00');
  await l.at('2026-02-10T18:00');
  await l.at('2026-05-01');

  // The calls of 10 January come before both. A call counts for each subscription, unless it names one: 4 for both, 2 more for the one by hand.
  // 1 February, both on one invoice. Dated: 20 to 31 January, 12 of 31 days, 4900 × 12 ÷ 31 = 1896.7741… -> 18.97. By hand: 25 to 31 January, 7 of 31, 1106.4516… -> 11.06.
  // By hand ends on 10 February, 18:00: 10 of 28 days, 4900 × 10 ÷ 28 = 1750, and the call of the last second before.
  // Dated ends on the first day of March, which it therefore does not begin: February whole, 49.00, and 2 calls, at the midnight before.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-02-01  for 2026-01-20 to 2026-02-01  USD
    Dated (12 of 31 days)    2026-01-20 to 2026-02-01        1  1896.7741…  18.97
    API calls                2026-01-20T09:00 to 2026-02-01  4          40   0.40
    By hand (7 of 31 days)   2026-01-25 to 2026-02-01        1  1106.4516…  11.06
    API calls                2026-01-25T14:00 to 2026-02-01  6          60   0.60
    total                                                                   31.03
    due                                                                     31.03
  INV-000002  finalized  issued 2026-02-10T18:00  for 2026-02-01 to 2026-02-10T18:00  USD
    By hand (10 of 28 days)  2026-02-01 to 2026-02-10T18:00  1        1750  17.50
    API calls                2026-02-01 to 2026-02-10T18:00  1          10   0.10
    total                                                                   17.60
    due                                                                     17.60
  INV-000003  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
    Dated                    2026-02-01 to 2026-03-01        1        4900  49.00
    API calls                2026-02-01 to 2026-03-01        2          20   0.20
    total                                                                   49.20
    due                                                                     49.20
`);
  const ends = await Promise.all(['dated', 'by-hand'].map((name) => l.must('GET', `/v1/subscriptions/${name}`)));
  expect(ends.map(({ status, terminated_at: at }) => [status, at])).toEqual([
    ['terminated', l.instant('2026-03-01').toString()],
    ['terminated', l.instant('2026-02-10T18:00').toString()],
  ]);
});
