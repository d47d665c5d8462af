import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

/** A year of 1,200.00 paid ahead from 1 March 2026, 09:00, with 500 calls at 0.10, ended on its hundredth day. */
async function liveHundredDays(l: Life, pay: () => Promise<void>): Promise<void> {
  await l.customer({ timezone: 'America/Chicago' });
  await l.metric({ code: 'calls', name: 'API calls' });
  const charges = [{ metric: 'calls', properties: { amount: '0.10' } }];
  await l.plan({ code: 'year', name: 'Year', interval: 'yearly', amount_cents: 120000, currency: 'USD', pay_in_advance: true, charges });
  await l.at('2026-02-20');
  await l.subscribe('year', { billing_time: 'anniversary', started_at: '2026-03-01T09:00' });
  await l.at('2026-05-01');
  await pay();
  await l.use('calls', 500, '2026-05-01');
  await l.at('2026-06-08T15:00');
  await l.terminate('year', 'generate_credit_note');
}

// 8 June is day 31 + 30 + 31 + 8 = 100, and is billed: 265 of 365 days are not used: 120000 × 265 ÷ 365 = 87123.2876… -> 871.23.
// The closing invoice has the usage since the start: 500 × 0.10 = 50.00.

life('a year paid ahead, ended after 100 days while it is not paid', async (l) => {
  await liveHundredDays(l, async () => {});

  // The credit lowers what is owed for the year: 1200.00 − 871.23 = 328.77. Nothing is left for the closing invoice.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-03-01T09:00  for 2026-03-01 to 2027-03-01  USD
    Year          2026-03-01 to 2027-03-01                1  120000  1200.00
    total                                                            1200.00
    credit notes                                                     -871.23
    due                                                               328.77
  INV-000002  finalized  issued 2026-06-08T15:00  for 2026-03-01T09:00 to 2026-06-08T15:00  USD
    API calls     2026-03-01T09:00 to 2026-06-08T15:00  500    5000    50.00
    total                                                              50.00
    due                                                                50.00
`);
  expect(await l.creditNotes()).toBe('INV-CN-000001  on INV-000001  Unused days of Year  total 871.23  credit 0.00  left 0.00');
});

life('a year paid ahead, ended after 100 days when it is paid', async (l) => {
  await liveHundredDays(l, () => l.pay('INV-000001'));

  // The credit is the customer's; the closing invoice takes 50.00 of it: 871.23 − 50.00 = 821.23 are left.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-03-01T09:00  for 2026-03-01 to 2027-03-01  USD
      Year          2026-03-01 to 2027-03-01                1  120000   1200.00
      total                                                             1200.00
      paid                                                             -1200.00
      due                                                                  0.00
    INV-000002  paid  issued 2026-06-08T15:00  for 2026-03-01T09:00 to 2026-06-08T15:00  USD
      API calls     2026-03-01T09:00 to 2026-06-08T15:00  500    5000     50.00
      total                                                               50.00
      credit notes                                                       -50.00
      due                                                                  0.00
  `);
  expect(await l.creditNotes()).toBe('INV-CN-000001  on INV-000001  Unused days of Year  total 871.23  credit 871.23  left 821.23');
});

life('a year paid ahead, ended after 100 days when it is paid in part', async (l) => {
  await liveHundredDays(l, () => l.pay('INV-000001', 100000));

  // Of 871.23 the 200.00 still owed go first, which settles the year; 671.23 are credit, of which the closing invoice takes 50.00.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-03-01T09:00  for 2026-03-01 to 2027-03-01  USD
      Year          2026-03-01 to 2027-03-01                1  120000   1200.00
      total                                                             1200.00
      credit notes                                                      -200.00
      paid                                                             -1000.00
      due                                                                  0.00
    INV-000002  paid  issued 2026-06-08T15:00  for 2026-03-01T09:00 to 2026-06-08T15:00  USD
      API calls     2026-03-01T09:00 to 2026-06-08T15:00  500    5000     50.00
      total                                                               50.00
      credit notes                                                       -50.00
      due                                                                  0.00
  `);
  expect(await l.creditNotes()).toBe('INV-CN-000001  on INV-000001  Unused days of Year  total 871.23  credit 671.23  left 621.23');
});

life('ends in arrears: on the day of the start, at midnight, at a boundary, at the start', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.metric({ code: 'calls', name: 'API calls' });
  const charges = [{ metric: 'calls', properties: { amount: '0.10' } }];
  await l.plan({ code: 'month', name: 'Month', amount_cents: 4900, currency: 'USD', charges });
  const subscribe = (name: string) => l.subscribe('month', { external_id: name });

  await l.at('2026-01-15T08:00');
  await subscribe('same day');
  await l.use('calls', 2, '2026-01-15T17:59:59');
  await l.use('calls', 1, '2026-01-15T18:00');
  await l.at('2026-01-15T18:00');
  await l.terminate('same day');
  await l.at('2026-01-15T20:00');
  await subscribe('midnight');
  await l.at('2026-02-10');
  await l.terminate('midnight');
  await subscribe('boundary');
  await l.at('2026-03-01');
  await l.terminate('boundary');
  await subscribe('no time');
  await l.terminate('no time');
  await l.at('2026-03-01T12:00');
  await subscribe('no time at noon');
  await l.terminate('no time at noon');
  await l.at('2026-05-01');

  // The 15th alone is 1 of 31 days: 4900 ÷ 31 = 158.0645… -> 1.58, with the two calls before 18:00.
  // From the 15th again: 17 of 31 days, 26.87 (2687.0967…); ended at the midnight that opens 10 February: 1 to 9 February are 9 of 28 days, 4900 × 9 ÷ 28 = 1575.
  // From that midnight to the end of February: 19 of 28 days, 4900 × 19 ÷ 28 = 3325, by the boundary's own invoice; ended at its instant, nothing is left to bill.
  // Started and ended at one midnight: no day. At one noon: the day of the start is billed, 1 of 31, 1.58.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-15T18:00  for 2026-01-15 to 2026-01-15T18:00  USD
      Month (1 of 31 days)   2026-01-15 to 2026-01-15T18:00        1   158.0645…   1.58
      API calls              2026-01-15T08:00 to 2026-01-15T18:00  2          20   0.20
      total                                                                        1.78
      due                                                                          1.78
    INV-000002  finalized  issued 2026-02-01  for 2026-01-15 to 2026-02-01  USD
      Month (17 of 31 days)  2026-01-15 to 2026-02-01              1  2687.0967…  26.87
      total                                                                       26.87
      due                                                                         26.87
    INV-000003  finalized  issued 2026-02-10  for 2026-02-01 to 2026-02-10  USD
      Month (9 of 28 days)   2026-02-01 to 2026-02-10              1        1575  15.75
      total                                                                       15.75
      due                                                                         15.75
    INV-000004  finalized  issued 2026-03-01  for 2026-02-10 to 2026-03-01  USD
      Month (19 of 28 days)  2026-02-10 to 2026-03-01              1        3325  33.25
      total                                                                       33.25
      due                                                                         33.25
    INV-000005  finalized  issued 2026-03-01T12:00  for 2026-03-01 to 2026-03-01T12:00  USD
      Month (1 of 31 days)   2026-03-01 to 2026-03-01T12:00        1   158.0645…   1.58
      total                                                                        1.58
      due                                                                          1.58
  `);
});

life('an end that is moved on within a period that is paid in advance', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.plan({ code: 'month', name: 'Month', amount_cents: 3100, currency: 'USD', pay_in_advance: true });
  for (const code of ['basic', 'pro']) await l.plan({ code, name: code, amount_cents: 3100, currency: 'USD' });
  await l.at('2026-01-01');
  await l.plan({ code: 'week', name: 'week', amount_cents: 700, currency: 'USD', interval: 'weekly' });
  const settled = ['settled', 'shorter'];
  for (const external_id of settled) await l.subscribe('basic', { external_id, ending_at: '2026-01-10T18:00', invoice_separately: true });
  await l.subscribe('month', { external_id: 'ending', ending_at: '2026-01-10T18:00', invoice_separately: true });
  await l.subscribe('month', { external_id: 'paid', invoice_separately: true });
  await l.at('2026-01-05T12:00');
  for (const name of settled) await l.change(name, { plan_id: 'pro', proration: 'none' });
  await l.change('shorter', { plan_id: 'week', timing: 'now' });
  for (const name of ['ending', ...settled]) await l.change(name, { ending_at: '2026-01-20T18:00' });
  await l.change('paid', { ending_at: '2026-01-10T18:00' });
  await l.at('2026-01-08T12:00');
  for (const name of ['ending', ...settled, 'paid']) await l.change(name, { ending_at: null });
  await l.at('2026-02-01');

  // Paid up to the known end, 10 of 31 days; moved on to the 20th, the 10 days more; taken away, the 11 days left: 10.00 + 10.00 + 11.00.
  // The second has paid all of January before it had an end. The others pay in arrears, but January was settled ahead by their change of plan,
  // whatever one of them was changed to after it.
  const lines = (await l.list()).flatMap(({ issued_at: at, fees }) => fees.map((fee) => `${at?.slice(0, 10)} ${fee.description} ${fee.amount_cents}`));
  expect(lines.toSorted()).toEqual([
    '2026-01-01 Month (10 of 31 days) 1000',
    '2026-01-01 Month 3100',
    '2026-01-05 Month (10 of 31 days) 1000',
    ...Array.from({ length: 4 }, () => '2026-01-05 basic (10 of 31 days) 1000'),
    '2026-01-08 Month (11 of 31 days) 1100',
    ...settled.map(() => '2026-01-08 basic (11 of 31 days) 1100'),
    '2026-02-01 Month 3100',
    '2026-02-01 Month 3100',
  ]);
});

life('an end that is moved on, or agreed on, while the invoice of its days is a draft', async (l) => {
  await l.customer({ timezone: 'America/New_York', invoice_grace_period: 20 });
  await l.plan({ code: 'month', name: 'Month', amount_cents: 3100, currency: 'USD', pay_in_advance: true });
  await l.at('2026-01-01');
  const on_termination_action = 'generate_credit_note';
  await l.subscribe('month', { external_id: 'moved', ending_at: '2026-01-10T18:00', invoice_separately: true });
  await l.subscribe('month', { external_id: 'known', ending_at: '2026-01-20T18:00', invoice_separately: true });
  await l.subscribe('month', { external_id: 'agreed', invoice_separately: true });
  await l.subscribe('month', { external_id: 'credited', on_termination_action, invoice_separately: true });
  await l.subscribe('month', { external_id: 'deleted', ending_at: '2026-01-10T18:00', invoice_separately: true });
  await l.at('2026-01-05T12:00');
  const { id } = await l.must('GET', '/v1/subscriptions/deleted');
  const draft = (await l.must('GET', '/v1/invoices')).find(({ subscription_id: of }: { subscription_id: string }) => of === id);
  await l.must('DELETE', `/v1/invoices/${draft.id}`);
  for (const name of ['moved', 'deleted']) await l.change(name, { ending_at: null });
  for (const name of ['known', 'agreed', 'credited']) await l.change(name, { ending_at: '2026-01-15T18:00' });
  await l.at('2026-01-26');

  // Computed again when it is finalized, it has the whole month of the one whose end was taken away. Without credit for unused days the others
  // stay what they were: up to the end that was known, 20 of 31 days, and the whole month; with it the 16th to the 31st are left out.
  // Of the one whose draft was deleted the days up to the end it had are not billed, but those that were added.
  const lines = (await l.list()).flatMap(({ fees }) => fees.map((fee) => `${fee.description} ${fee.amount_cents}`));
  expect(lines.toSorted()).toEqual(['Month (15 of 31 days) 1500', 'Month (20 of 31 days) 2000', 'Month (21 of 31 days) 2100', 'Month 3100', 'Month 3100']);
  await l.at('2026-02-01');
});
