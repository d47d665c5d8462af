import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

async function offer(l: Life, pay_in_advance: boolean): Promise<void> {
  await l.customer({ timezone: 'Europe/Berlin', currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'API calls' });
  const charges = [{ metric: 'calls', properties: { amount: '0.10' } }];
  await l.plan({ code: 'basic', name: 'Basic', amount_cents: 3100, currency: 'EUR', pay_in_advance, charges });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 6200, currency: 'EUR', pay_in_advance, charges });
}

life('an anchor moved while a paid period runs, together with a downgrade', async (l) => {
  await offer(l, true);
  await l.at('2026-01-01');
  await l.subscribe('pro', { billing_time: 'anniversary' });
  await l.at('2026-01-10T12:00');
  await l.change('pro', { subscription_at: '2026-01-15' });
  await l.change('pro', { plan_id: 'basic' });
  const pending = await l.must('GET', '/v1/subscriptions/pro');
  expect([pending.subscription_at, pending.pending_subscription_at, pending.anchor_changes_at, pending.pending_plan_at]).toEqual(
    [null, '2026-01-15', '2026-02-01', '2026-02-01'].map((time) => (time === null ? null : l.instant(time).toString())),
  );
  await l.use('calls', 10, '2026-01-10T12:00');
  await l.at('2026-02-10');
  await l.use('calls', 20, '2026-02-01');
  await l.at('2026-03-15');

  // January is paid and stays. From 1 February it is Basic, and 1 to 14 February lie in the period from 15 January to 15 February,
  // which has 31 days: 3100 × 14 ÷ 31 = 1400. From then on whole periods from the 15th.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-01  for 2026-01-01 to 2026-02-01  EUR
      Pro                    2026-01-01 to 2026-02-01   1  6200  62.00
      total                                                      62.00
      due                                                        62.00
    INV-000002  finalized  issued 2026-02-01  for 2026-02-01 to 2026-02-15  EUR
      Basic (14 of 31 days)  2026-02-01 to 2026-02-15   1  1400  14.00
      API calls              2026-01-01 to 2026-02-01  10   100   1.00
      total                                                      15.00
      due                                                        15.00
    INV-000003  finalized  issued 2026-02-15  for 2026-02-15 to 2026-03-15  EUR
      Basic                  2026-02-15 to 2026-03-15   1  3100  31.00
      API calls              2026-02-01 to 2026-02-15  20   200   2.00
      total                                                      33.00
      due                                                        33.00
    INV-000004  finalized  issued 2026-03-15  for 2026-03-15 to 2026-04-15  EUR
      Basic                  2026-03-15 to 2026-04-15   1  3100  31.00
      total                                                      31.00
      due                                                        31.00
  `);
});

life('an anchor moved before anything is billed, and once more after', async (l) => {
  await offer(l, false);
  await l.at('2026-01-01');
  await l.subscribe('basic', { billing_time: 'anniversary' });
  await l.at('2026-01-10T12:00');
  await l.change('basic', { subscription_at: '2026-05-15' });
  await l.use('calls', 10, '2026-01-10T12:00');
  await l.at('2026-02-01');
  await l.change('basic', { subscription_at: null });
  await l.at('2026-03-01');

  // At once: 1 to 14 January lie in the 31 days from 15 December: 3100 × 14 ÷ 31 = 1400; then 15 January to 14 February whole.
  // Back to the start, the 1st: the period begun runs to 15 February, and 15 to 28 February are 14 of 28 days: 3100 × 14 ÷ 28 = 1550.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-15  for 2026-01-01 to 2026-01-15  EUR
      Basic (14 of 31 days)  2026-01-01 to 2026-01-15   1  1400  14.00
      API calls              2026-01-01 to 2026-01-15  10   100   1.00
      total                                                      15.00
      due                                                        15.00
    INV-000002  finalized  issued 2026-02-15  for 2026-01-15 to 2026-02-15  EUR
      Basic                  2026-01-15 to 2026-02-15   1  3100  31.00
      total                                                      31.00
      due                                                        31.00
    INV-000003  finalized  issued 2026-03-01  for 2026-02-15 to 2026-03-01  EUR
      Basic (14 of 28 days)  2026-02-15 to 2026-03-01   1  1550  15.50
      total                                                      15.50
      due                                                        15.50
  `);
});

async function pauseAndBeginAnew(l: Life, pay_in_advance: boolean): Promise<void> {
  await offer(l, pay_in_advance);
  await l.at('2026-01-01');
  await l.subscribe('basic', { billing_time: 'anniversary' });
  await l.at('2026-01-10T15:00');
  await l.ask('basic', 'pause');
  await l.use('calls', 10, '2026-01-11T12:00');
  await l.at('2026-01-20T09:00');
  await l.must('POST', '/v1/subscriptions/basic/resume', { reset_anchor: true });
  await l.at('2026-02-20');
}

life('resumed with a new period, in advance', async (l) => {
  await pauseAndBeginAnew(l, true);

  // Paused, 11 to 31 January are credited: 3100 × 21 ÷ 31 = 2100. Resumed, the period from 20 January is whole: 31.00.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-01  for 2026-01-01 to 2026-02-01  EUR
      Basic         2026-01-01 to 2026-02-01         1  3100   31.00
      total                                                    31.00
      credit notes                                            -21.00
      due                                                      10.00
    INV-000002  finalized  issued 2026-01-20T09:00  for 2026-01-20 to 2026-02-20  EUR
      Basic         2026-01-20 to 2026-02-20         1  3100   31.00
      API calls     2026-01-01 to 2026-01-20T09:00  10   100    1.00
      total                                                    32.00
      due                                                      32.00
    INV-000003  finalized  issued 2026-02-20  for 2026-02-20 to 2026-03-20  EUR
      Basic         2026-02-20 to 2026-03-20         1  3100   31.00
      total                                                    31.00
      due                                                      31.00
  `);
});

life('resumed with a new period, in arrears', async (l) => {
  await pauseAndBeginAnew(l, false);

  // The old period closes with the day before: 1 to 10 January, 3100 × 10 ÷ 31 = 1000. Then a whole one from 20 January.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-20T09:00  for 2026-01-01 to 2026-01-11  EUR
      Basic (10 of 31 days)  2026-01-01 to 2026-01-11         1  1000  10.00
      API calls              2026-01-01 to 2026-01-20T09:00  10   100   1.00
      total                                                            11.00
      due                                                              11.00
    INV-000002  finalized  issued 2026-02-20  for 2026-01-20 to 2026-02-20  EUR
      Basic                  2026-01-20 to 2026-02-20         1  3100  31.00
      total                                                            31.00
      due                                                              31.00
  `);
});

life('resumed with a new period in a month that was settled to its end', async (l) => {
  await l.customer();
  for (const [code, amount_cents] of [['small', 3100], ['large', 6200]] as const) await l.plan({ code, name: code, amount_cents, currency: 'USD', pay_in_advance: true });
  await l.plan({ code: 'year', name: 'year', amount_cents: 73000, currency: 'USD', pay_in_advance: true, interval: 'yearly' });
  await l.at('2026-01-01');
  const names = ['team', 'longer'];
  for (const external_id of names) await l.subscribe('small', { external_id, billing_time: 'anniversary', invoice_separately: true });
  await l.at('2026-01-10T12:00');
  for (const name of names) await l.change(name, { plan_id: 'large', proration: 'none' });
  await l.change('longer', { plan_id: 'year', timing: 'now' });
  await l.at('2026-01-15T12:00');
  for (const name of names) await l.ask(name, 'pause');
  await l.at('2026-01-20T09:00');
  for (const name of names) await l.must('POST', `/v1/subscriptions/${name}/resume`, { reset_anchor: true });
  await l.at('2026-02-01');

  // January is the small plan's: of it the 16th to the 31st are credited, and the 20th to the 31st charged again. The new period begins after it,
  // also where a year had followed that was billed with the change to it: a whole one takes its place.
  const lines = (await l.list()).flatMap(({ issued_at: at, fees }) => fees.map((fee) => `${at?.slice(0, 10)} ${fee.description} ${fee.amount_cents}`));
  const small = ['2026-01-01 small 3100', '2026-01-20 small (12 of 31 days) 1200'];
  expect(lines.toSorted()).toEqual([...small, ...small, '2026-01-10 year (334 of 365 days) 66800', '2026-02-01 large 6200', '2026-02-01 year 73000'].toSorted());
  const credits = (await l.creditNotes()).split('\n').map((line) => line.replace(/.*total +(\S+) .*/, '$1'));
  expect(credits.toSorted()).toEqual(['16.00', '16.00', '668.00']);
});
