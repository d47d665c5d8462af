import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

life('a month in advance from its middle, to an end known ahead', async (l) => {
  await l.customer({ timezone: 'Australia/Sydney', currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'API calls' });
  const charges = [{ metric: 'calls', properties: { amount: '0.02' } }];
  await l.plan({ code: 'team', name: 'Team', amount_cents: 4900, currency: 'EUR', pay_in_advance: true, charges });

  await l.at('2026-03-01');
  await l.subscribe('team', { started_at: '2026-03-10T09:00' });
  await l.at('2026-03-20');
  await l.use('calls', 150, '2026-03-15');
  await l.at('2026-04-20');
  await l.use('calls', 30, '2026-04-05T02:30');
  await l.change('team', { ending_at: '2026-05-12T18:00' });
  await l.at('2026-05-12T12:00');
  await l.use('calls', 9, '2026-05-01');
  await l.use('calls', 1, '2026-05-12T17:59:59');
  await l.use('calls', 1, '2026-05-12T18:00');
  await l.at('2026-05-13');
  await l.at('2026-07-01');

  // Start: 10 to 31 March are 22 of 31 days: 4900 × 22 ÷ 31 = 107800 ÷ 31 = 3477.4193… -> 34.77, at once.
  // 1 April: the whole of April, whatever its hours (clocks go back on the 5th), and March's usage, 150 × 0.02 = 3.00: 52.00.
  // 1 May: the end is known: 1 to 12 May are 12 of 31 days, 4900 × 12 ÷ 31 = 58800 ÷ 31 = 1896.7741… -> 18.97; April's 30 × 0.02 = 0.60.
  // 12 May, 18:00: what was used since the 1st, without the call at the very instant of the end: 10 × 0.02 = 0.20. Then nothing more.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-03-10T09:00  for 2026-03-10 to 2026-04-01  EUR
    Team (22 of 31 days)  2026-03-10 to 2026-04-01          1  3477.4193…  34.77
    total                                                                  34.77
    due                                                                    34.77
  INV-000002  finalized  issued 2026-04-01  for 2026-04-01 to 2026-05-01  EUR
    Team                  2026-04-01 to 2026-05-01          1        4900  49.00
    API calls             2026-03-10T09:00 to 2026-04-01  150         300   3.00
    total                                                                  52.00
    due                                                                    52.00
  INV-000003  finalized  issued 2026-05-01  for 2026-05-01 to 2026-05-12T18:00  EUR
    Team (12 of 31 days)  2026-05-01 to 2026-05-12T18:00    1  1896.7741…  18.97
    API calls             2026-04-01 to 2026-05-01         30          60   0.60
    total                                                                  19.57
    due                                                                    19.57
  INV-000004  finalized  issued 2026-05-12T18:00  for 2026-05-01 to 2026-05-12T18:00  EUR
    API calls             2026-05-01 to 2026-05-12T18:00   10          20   0.20
    total                                                                   0.20
    due                                                                     0.20
`);
});

/** 30.00 a month in advance after 14 days of trial, calls at 0.05. */
async function offerTrial(l: Life, currency: string): Promise<void> {
  await l.metric({ code: 'calls', name: 'API calls' });
  const charges = [{ metric: 'calls', properties: { amount: '0.05' } }];
  await l.plan({ code: 'team', name: 'Team', amount_cents: 3000, currency, pay_in_advance: true, trial_period_days: 14, charges });
}

life('a trial of 14 days over a change of the clocks, then a month in advance', async (l) => {
  await l.customer({ timezone: 'Europe/Berlin', currency: 'EUR' });
  await offerTrial(l, 'EUR');
  await l.at('2025-03-20T10:00');
  await l.subscribe('team');
  await l.at('2025-03-25');
  await l.use('calls', 100, '2025-03-25');
  await l.at('2025-04-02');
  await l.use('calls', 40, '2025-04-02');
  await l.at('2025-04-03T09:59:59');
  await l.at('2025-04-03T10:00');
  await l.at('2025-05-01');

  // The trial ends 14 local days after the start at the same wall time, 3 April, 10:00, although summer time began on 30 March.
  // 1 April: no fee in the trial, but its usage so far: 100 × 0.05 = 5.00.
  // 3 April, 10:00: the 3rd is the first billed day: 3 to 30 April are 28 of 30 days: 3000 × 28 ÷ 30 = 2800.
  // 1 May: the whole of May, and the usage of April, that in the trial included: 40 × 0.05 = 2.00.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2025-04-01  for 2025-03-20T10:00 to 2025-04-01  EUR
    API calls             2025-03-20T10:00 to 2025-04-01  100   500   5.00
    total                                                             5.00
    due                                                               5.00
  INV-000002  finalized  issued 2025-04-03T10:00  for 2025-04-03 to 2025-05-01  EUR
    Team (28 of 30 days)  2025-04-03 to 2025-05-01          1  2800  28.00
    total                                                            28.00
    due                                                              28.00
  INV-000003  finalized  issued 2025-05-01  for 2025-05-01 to 2025-06-01  EUR
    Team                  2025-05-01 to 2025-06-01          1  3000  30.00
    API calls             2025-04-01 to 2025-05-01         40   200   2.00
    total                                                            32.00
    due                                                              32.00
`);
});

life('a trial before anniversary periods, which are counted from the day it ends', async (l) => {
  await l.customer();
  await offerTrial(l, 'USD');
  await l.at('2026-01-15T10:00');
  await l.subscribe('team', { billing_time: 'anniversary' });
  await l.use('calls', 20, '2026-01-15T12:00');
  await l.at('2026-01-29T09:00');
  await l.use('calls', 10, '2026-01-29T09:00');
  await l.at('2026-02-28');

  // The trial ends on 29 January, 10:00, so the anchor is 29 January and the midnight before it closes the first usage: 20 × 0.05 = 1.00.
  // At 10:00 the fee of the first whole period is due, 29 January to 27 February: the next boundary is 28 February, as there is no 29th.
  // 28 February: the fee up to 28 March (the 29th opens the next), and the usage since 29 January, 00:00, ten hours of it in the trial: 10 × 0.05 = 0.50.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-01-29  for 2026-01-15T10:00 to 2026-01-29  USD
    API calls  2026-01-15T10:00 to 2026-01-29  20   100   1.00
    total                                                 1.00
    due                                                   1.00
  INV-000002  finalized  issued 2026-01-29T10:00  for 2026-01-29 to 2026-02-28  USD
    Team       2026-01-29 to 2026-02-28         1  3000  30.00
    total                                                30.00
    due                                                  30.00
  INV-000003  finalized  issued 2026-02-28  for 2026-02-28 to 2026-03-29  USD
    Team       2026-02-28 to 2026-03-29         1  3000  30.00
    API calls  2026-01-29 to 2026-02-28        10    50   0.50
    total                                                30.50
    due                                                  30.50
`);
});

life('a trial that is ended in its last minute', async (l) => {
  await l.customer();
  await offerTrial(l, 'USD');
  await l.at('2026-01-25T10:00');
  await l.subscribe('team');
  await l.use('calls', 4, '2026-01-26');
  await l.at('2026-02-07');
  await l.use('calls', 6, '2026-02-07');
  await l.at('2026-02-08T09:59');
  await l.terminate('team', 'generate_credit_note');
  await l.at('2026-04-01');

  // No day of the plan is billed, only what was used: 4 × 0.05 = 0.20 in January, 6 × 0.05 = 0.30 in February. Nothing was paid ahead, so nothing is credited.
  expect(await l.creditNotes()).toBe('');
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-02-01  for 2026-01-25T10:00 to 2026-02-01  USD
    API calls  2026-01-25T10:00 to 2026-02-01  4  20  0.20
    total                                             0.20
    due                                               0.20
  INV-000002  finalized  issued 2026-02-08T09:59  for 2026-02-01 to 2026-02-08T09:59  USD
    API calls  2026-02-01 to 2026-02-08T09:59  6  30  0.30
    total                                             0.30
    due                                               0.30
`);
});
