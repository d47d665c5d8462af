import { expect } from 'vitest';
import { lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

life('a pause within a month, in arrears', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.plan({ code: 'month', name: 'Month', amount_cents: 3100, currency: 'USD', charges: [{ metric: 'calls', properties: { amount: '0.10' } }] });
  await l.at('2026-01-01');
  await l.subscribe('month');
  await l.at('2026-01-10T15:00');
  await l.ask('month', 'pause');
  await l.at('2026-01-15');
  await l.use('calls', 7, '2026-01-15');
  await l.at('2026-01-20T09:00');
  await l.ask('month', 'resume');
  await l.at('2026-03-01');

  // The 10th and the 20th are billed, the 11th to the 19th are 9 paused days: 31 − 9 = 22 days, 3100 × 22 ÷ 31 = 2200.
  // Usage in the pause is billed: 7 × 0.10. February is whole again and begins where it always would have.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Month (22 of 31 days)  2026-01-01 to 2026-02-01  1  2200  22.00
      API calls              2026-01-01 to 2026-02-01  7    70   0.70
      total                                                     22.70
      due                                                       22.70
    INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
      Month                  2026-02-01 to 2026-03-01  1  3100  31.00
      total                                                     31.00
      due                                                       31.00
  `);
});

life('a pause within a month, paid in advance', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.plan({ code: 'month', name: 'Month', amount_cents: 3100, currency: 'USD', pay_in_advance: true });
  await l.at('2026-01-01');
  await l.subscribe('month');
  await l.pay('INV-000001');
  await l.at('2026-01-10T15:00');
  await l.ask('month', 'pause');
  await l.at('2026-01-20T09:00');
  await l.ask('month', 'resume');
  await l.at('2026-02-01');

  // Paused on the 10th: the 11th to the 31st are 21 days, 3100 × 21 ÷ 31 = 2100 of credit.
  // Resumed on the 20th: to the 31st are 12 days, 3100 × 12 ÷ 31 = 1200, which the credit pays; 900 are left for February: 31.00 − 9.00.
  // In all 31.00 − 21.00 + 12.00 = 22.00, as in arrears.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-01-01  for 2026-01-01 to 2026-02-01  USD
      Month                  2026-01-01 to 2026-02-01  1  3100   31.00
      total                                                      31.00
      paid                                                      -31.00
      due                                                         0.00
    INV-000002  paid  issued 2026-01-20T09:00  for 2026-01-20 to 2026-02-01  USD
      Month (12 of 31 days)  2026-01-20 to 2026-02-01  1  1200   12.00
      total                                                      12.00
      credit notes                                              -12.00
      due                                                         0.00
    INV-000003  finalized  issued 2026-02-01  for 2026-02-01 to 2026-03-01  USD
      Month                  2026-02-01 to 2026-03-01  1  3100   31.00
      total                                                      31.00
      credit notes                                               -9.00
      due                                                        22.00
  `);
  expect(await l.creditNotes()).toBe('INV-CN-000001  on INV-000001  Unused days of Month  total 21.00  credit 21.00  left 0.00');
});

life('a pause over three boundaries, in both ways to pay, with drafts that stay open', async (l) => {
  await l.customer({ timezone: 'Europe/Berlin', currency: 'EUR', invoice_grace_period: 20 });
  await l.metric({ code: 'calls', name: 'API calls' });
  const both = { amount_cents: 3000, currency: 'EUR', charges: [{ metric: 'calls', properties: { amount: '0.10' } }] };
  await l.plan({ ...both, code: 'arrears', name: 'Arrears' });
  await l.plan({ ...both, code: 'advance', name: 'Advance', pay_in_advance: true });
  await l.at('2026-04-01');
  await l.subscribe('arrears', { invoice_separately: true });
  await l.subscribe('advance', { invoice_separately: true });
  await l.at('2026-04-06T23:00');
  await l.ask('arrears', 'pause');
  await l.ask('advance', 'pause');
  await l.at('2026-05-10');
  await l.use('calls', 5, '2026-05-10', 'arrears');
  await l.at('2026-06-13T01:00');
  await l.ask('arrears', 'resume');
  await l.ask('advance', 'resume');
  await l.at('2026-07-22');

  // Paused after 6 April: 6 of 30 days, 3000 × 6 ÷ 30 = 600. In advance the invoice of the start was still a draft then: nothing is
  // credited, it becomes right by itself when it is finalized on 21 April. May has usage alone: 5 × 0.10, and no line in advance.
  // Resumed on 13 June: to the 30th are 18 of 30 days, 3000 × 18 ÷ 30 = 1800; in arrears on 1 July, in advance at once.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-04-21  for 2026-04-01 to 2026-05-01  EUR
      Advance (6 of 30 days)   2026-04-01 to 2026-04-07  1   600   6.00
      total                                                        6.00
      due                                                          6.00
    INV-000002  finalized  issued 2026-05-21  for 2026-04-01 to 2026-04-07  EUR
      Arrears (6 of 30 days)   2026-04-01 to 2026-04-07  1   600   6.00
      total                                                        6.00
      due                                                          6.00
    INV-000003  paid  issued 2026-05-21  for 2026-04-01 to 2026-05-01  EUR
      total                                                        0.00
      due                                                          0.00
    INV-000004  finalized  issued 2026-06-21  for 2026-05-01 to 2026-06-01  EUR
      API calls                2026-05-01 to 2026-06-01  5    50   0.50
      total                                                        0.50
      due                                                          0.50
    INV-000005  paid  issued 2026-06-21  for 2026-05-01 to 2026-06-01  EUR
      total                                                        0.00
      due                                                          0.00
    INV-000006  finalized  issued 2026-07-03T01:00  for 2026-06-13 to 2026-07-01  EUR
      Advance (18 of 30 days)  2026-06-13 to 2026-07-01  1  1800  18.00
      total                                                       18.00
      due                                                         18.00
    INV-000007  finalized  issued 2026-07-21  for 2026-06-13 to 2026-07-01  EUR
      Arrears (18 of 30 days)  2026-06-13 to 2026-07-01  1  1800  18.00
      total                                                       18.00
      due                                                         18.00
    INV-000008  finalized  issued 2026-07-21  for 2026-07-01 to 2026-08-01  EUR
      Advance                  2026-07-01 to 2026-08-01  1  3000  30.00
      total                                                       30.00
      due                                                         30.00
  `);
});

life('paused and resumed on one day, and again, with nothing lost or paid twice', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.plan({ code: 'month', name: 'Month', amount_cents: 3000, currency: 'USD', pay_in_advance: true });
  await l.at('2026-04-01');
  await l.subscribe('month');
  await l.at('2026-04-10T10:00');
  for (const action of ['pause', 'resume', 'pause', 'resume']) await l.ask('month', action);
  await l.at('2026-04-20');
  await l.ask('month', 'pause');
  await l.ask('month', 'resume');
  await l.at('2026-05-01');

  // The 10th is billed once and for all. Each pause credits the 11th to the 30th, 20 of 30 days, 3000 × 20 ÷ 30 = 2000, of the fee that
  // covers them; each resumption charges them again. The credit lowers what is owed for that fee: 3000 − 2000 = 1000, then 2000 − 2000.
  // At the midnight that opens the 20th a pause takes that day too: 11 days of the last fee, 3000 × 11 ÷ 30 = 1100, 900 stay; charged again.
  // 10.00 + 0 + 9.00 + 11.00 = 30.00.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-04-01  for 2026-04-01 to 2026-05-01  USD
      Month                  2026-04-01 to 2026-05-01  1  3000   30.00
      total                                                      30.00
      credit notes                                              -20.00
      due                                                        10.00
    INV-000002  paid  issued 2026-04-10T10:00  for 2026-04-11 to 2026-05-01  USD
      Month (20 of 30 days)  2026-04-11 to 2026-05-01  1  2000   20.00
      total                                                      20.00
      credit notes                                              -20.00
      due                                                         0.00
    INV-000003  finalized  issued 2026-04-10T10:00  for 2026-04-11 to 2026-05-01  USD
      Month (20 of 30 days)  2026-04-11 to 2026-05-01  1  2000   20.00
      total                                                      20.00
      credit notes                                              -11.00
      due                                                         9.00
    INV-000004  finalized  issued 2026-04-20  for 2026-04-20 to 2026-05-01  USD
      Month (11 of 30 days)  2026-04-20 to 2026-05-01  1  1100   11.00
      total                                                      11.00
      due                                                        11.00
    INV-000005  finalized  issued 2026-05-01  for 2026-05-01 to 2026-06-01  USD
      Month                  2026-05-01 to 2026-06-01  1  3000   30.00
      total                                                      30.00
      due                                                        30.00
  `);
});

life('ended while paused: the paused days are not billed, the usage is', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.plan({ code: 'month', name: 'Month', amount_cents: 3100, currency: 'USD', charges: [{ metric: 'calls', properties: { amount: '0.10' } }] });
  await l.at('2026-01-01');
  await l.subscribe('month');
  await l.subscribe('month', { external_id: 'earlier' });
  await l.at('2026-01-10T15:00');
  await l.ask('month', 'pause');
  await l.at('2026-01-15');
  await l.use('calls', 2, '2026-01-14T12:00');
  await l.at('2026-01-25T18:00');
  await l.terminate('month');
  await l.must('DELETE', `/v1/subscriptions/earlier?ended_at=${encodeURIComponent(l.instant('2026-01-14T11:00').toString())}`);
  const late = l.must('POST', '/v1/subscriptions/month/resume');
  await expect(late).rejects.toThrow('subscription_terminated');

  // 1 to 10 January: 3100 × 10 ÷ 31 = 1000. The two calls of the 14th are 0.20 for the one that was paused then.
  // The other ended on the 14th at 11:00, said eleven days later: 3100 × 14 ÷ 31 = 1400, and the calls of noon are not its own.
  await l.at('2026-03-01');
  await l.subscribe('month', { external_id: 'next' });
  await l.at('2026-04-01');
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-25T18:00  for 2026-01-01 to 2026-01-11  USD
      Month (10 of 31 days)  2026-01-01 to 2026-01-11        1  1000  10.00
      API calls              2026-01-01 to 2026-01-25T18:00  2    20   0.20
      total                                                           10.20
      due                                                             10.20
    INV-000002  finalized  issued 2026-01-25T18:00  for 2026-01-01 to 2026-01-14T11:00  USD
      Month (14 of 31 days)  2026-01-01 to 2026-01-14T11:00  1  1400  14.00
      total                                                           14.00
      due                                                             14.00
    INV-000003  finalized  issued 2026-04-01  for 2026-03-01 to 2026-04-01  USD
      Month                  2026-03-01 to 2026-04-01        1  3100  31.00
      total                                                           31.00
      due                                                             31.00
  `);
});

life('canceled, and the cancellation taken back; canceled for good; canceled in a trial', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.plan({ code: 'month', name: 'Month', amount_cents: 3100, currency: 'USD', pay_in_advance: true });
  await l.at('2026-01-01');
  await l.subscribe('month');
  await l.subscribe('month', { external_id: 'trial', trial_period_days: 14 });
  await l.at('2026-01-10');
  await l.ask('trial', 'cancel');
  await l.ask('month', 'cancel');
  expect((await l.must('GET', '/v1/subscriptions/month')).cancels_at).toBe(l.instant('2026-02-01').toString());
  await l.at('2026-01-20');
  await l.ask('month', 'uncancel');
  await l.at('2026-02-10');
  await l.ask('month', 'cancel?on_termination_action=skip');
  await l.at('2026-04-01');
  const ended = await l.must('GET', '/v1/subscriptions/month');
  expect([ended.status, ended.canceled_at, ended.terminated_at]).toEqual(
    ['terminated', ...['2026-02-10', '2026-03-01'].map((day) => l.instant(day).toString())],
  );
  // The trial of 14 days from 1 January ends on the 15th, and the subscription with it: nothing was ever due.
  const trial = await l.must('GET', '/v1/subscriptions/trial');
  expect([trial.status, trial.terminated_at]).toEqual(['terminated', l.instant('2026-01-15').toString()]);

  // Taken back before the end of January, it goes on; the second time it ends with February, and nothing is due for March.
  // The one in its trial has a last invoice of its usage, of which there is none.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-01  for 2026-01-01 to 2026-02-01  USD
      Month  2026-01-01 to 2026-02-01  1  3100  31.00
      total                                     31.00
      due                                       31.00
    INV-000002  paid  issued 2026-01-15  for 2026-01-01 to 2026-01-15  USD
      total                                      0.00
      due                                        0.00
    INV-000003  finalized  issued 2026-02-01  for 2026-02-01 to 2026-03-01  USD
      Month  2026-02-01 to 2026-03-01  1  3100  31.00
      total                                     31.00
      due                                       31.00
  `);
});
