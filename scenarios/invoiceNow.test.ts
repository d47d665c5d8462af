import { expect } from 'vitest';
import { lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

life('a month of which two invoices are asked for before it ends costs what it would have cost', async (l) => {
  await l.customer({ currency: 'USD' });
  await l.metric({ code: 'calls', name: 'API calls' });
  const tiers = [{ up_to: 100, unit_price: '0.10', flat_amount: '1' }, { up_to: null, unit_price: '0.05' }];
  await l.plan({
    code: 'pro',
    name: 'Pro',
    amount_cents: 3100,
    currency: 'USD',
    charges: [{ metric: 'calls', charge_model: 'graduated', properties: { tiers }, min_amount_cents: 2000 }],
  });
  await l.must('POST', '/v1/plans/pro/commitments', { amount_cents: 10_000 });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.at('2026-01-05');
  await l.use('calls', 80, '2026-01-05');
  await l.at('2026-01-11T12:00');
  await l.ask('pro', 'invoice_now');
  await l.at('2026-01-20T18:00');
  await l.use('calls', 10, '2026-01-08');
  await l.use('calls', 40, '2026-01-20');
  await l.at('2026-01-21');
  await l.ask('pro', 'invoice_now');
  await l.use('calls', 10, '2026-01-21');
  await l.at('2026-02-01');
  await l.use('calls', 20, '2026-01-31');
  await l.at('2026-03-01');

  // A day costs 1.00. On the 11th ten days are over; 80 calls are 8.00 and the flat 1.00. On the 21st ten more days; 130 calls, ten of
  // them late, are 10.00 + 1.00 + 30 × 0.05 = 12.50, less 9.00. At the end eleven days; 140 calls are 13.00, less 12.50, raised to 20.00
  // for the month; the month is 31.00 + 20.00, so 49.00 are missing to 100.00. All three are 100.00.
  // Twenty calls that came later: 160 are 14.00, still raised to 20.00, so nothing. February: a month of 31.00 and two least amounts.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-01-11T12:00  for 2026-01-01 to 2026-01-11  USD
    Pro (10 of 31 days)  2026-01-01 to 2026-01-11         1  1000   10.00
    API calls            2026-01-01 to 2026-01-11T12:00  80   900    9.00
    total                                                           19.00
    due                                                             19.00
  INV-000002  finalized  issued 2026-01-21  for 2026-01-01 to 2026-01-21  USD
    Pro (10 of 31 days)  2026-01-11 to 2026-01-21         1  1000   10.00
    API calls            2026-01-11T12:00 to 2026-01-21  50   350    3.50
    total                                                           13.50
    due                                                             13.50
  INV-000003  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
    Pro (11 of 31 days)  2026-01-21 to 2026-02-01         1  1100   11.00
    API calls            2026-01-21 to 2026-02-01        10    50    0.50
    API calls (minimum)  2026-01-01 to 2026-02-01         1   700    7.00
    Minimum commitment   2026-01-01 to 2026-02-01         1  4900   49.00
    total                                                           67.50
    due                                                             67.50
  INV-000004  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
    Pro                  2026-02-01 to 2026-03-01         1  3100   31.00
    API calls            2026-02-01 to 2026-03-01         0   100    1.00
    API calls (minimum)  2026-02-01 to 2026-03-01         1  1900   19.00
    Minimum commitment   2026-02-01 to 2026-03-01         1  4900   49.00
    total                                                          100.00
    due                                                            100.00
`);
});

life('usage that shrinks after it was invoiced on request is a credit', async (l) => {
  await l.customer({ currency: 'EUR', timezone: 'Europe/Berlin' });
  await l.metric({ code: 'disk', name: 'Disk', aggregation_type: 'latest', field_name: 'gb' });
  await l.plan({ code: 'store', name: 'Store', currency: 'EUR', pay_in_advance: true, amount_cents: 500, charges: [{ metric: 'disk', properties: { amount: '2' } }] });
  await l.at('2026-01-01');
  await l.subscribe('store');
  await l.use('disk', { gb: 50 }, '2026-01-02');
  await l.at('2026-01-10');
  await l.ask('store', 'invoice_now');
  await l.use('disk', { gb: 40 }, '2026-01-10');
  await l.at('2026-02-01');

  // 50 × 2.00 on the 10th; 40 at the end, 80.00, so 20.00 are given back on the invoice of the 10th. The price of the plan was paid ahead.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-01-01  for 2026-01-01 to 2026-02-01  EUR
    Store         2026-01-01 to 2026-02-01   1    500    5.00
    total                                                5.00
    due                                                  5.00
  INV-000002  finalized  issued 2026-01-10  for 2026-01-01 to 2026-01-10  EUR
    Disk          2026-01-01 to 2026-01-10  50  10000  100.00
    total                                              100.00
    credit notes                                       -20.00
    due                                                 80.00
  INV-000003  finalized  issued 2026-02-01  for 2026-02-01 to 2026-03-01  EUR
    Store         2026-02-01 to 2026-03-01   1    500    5.00
    total                                                5.00
    due                                                  5.00
`);
  expect(await l.creditNotes()).toBe(text`
  INV-CN-000001  on INV-000002  Disk (less than was billed)  total 20.00  credit 0.00  left 0.00
`);
});

life('a charge that is taken off the plan after it was invoiced is given back, on request as at a threshold', async (l) => {
  await l.customer({ currency: 'USD' });
  await l.metric({ code: 'calls', name: 'API calls' });
  const charges = [{ metric: 'calls', properties: { amount: '1' } }];
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 0, currency: 'USD', charges });
  await l.plan({ code: 'max', name: 'Max', amount_cents: 0, currency: 'USD', charges });
  await l.must('POST', '/v1/plans/max/usage_thresholds', { amount_cents: 500 });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.subscribe('max');
  await l.at('2026-01-09');
  await l.use('calls', 12, '2026-01-09', 'pro');
  await l.use('calls', 7, '2026-01-09', 'max');
  await l.invoiced(1);
  await l.at('2026-01-10');
  await l.ask('pro', 'invoice_now');
  for (const plan of ['pro', 'max']) await l.must('PUT', `/v1/plans/${plan}`, { charges: [] });
  await l.at('2026-02-01');

  // Priced as they stand at the end, the plans bill no calls: neither the 12 that were billed on request nor the 7 billed at the threshold.
  expect(await l.invoices()).toBe(text`
  INV-000001  paid  issued 2026-01-09  for 2026-01-01 to 2026-01-09  USD
    API calls            2026-01-01 to 2026-01-09   7   700    7.00
    total                                                      7.00
    credit notes                                              -7.00
    due                                                        0.00
  INV-000002  paid  issued 2026-01-10  for 2026-01-01 to 2026-01-10  USD
    Pro (9 of 31 days)   2026-01-01 to 2026-01-10   1     0    0.00
    API calls            2026-01-01 to 2026-01-10  12  1200   12.00
    total                                                     12.00
    credit notes                                             -12.00
    due                                                        0.00
  INV-000003  paid  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
    Pro (22 of 31 days)  2026-01-10 to 2026-02-01   1     0    0.00
    Max                  2026-01-01 to 2026-02-01   1     0    0.00
    total                                                      0.00
    due                                                        0.00
`);
});

life('the end of a subscription bills the rest, and what comes late after it is invoiced on request', async (l) => {
  await l.customer({ currency: 'USD' });
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 3100, currency: 'USD', charges: [{ metric: 'calls', properties: { amount: '0.10' } }] });
  await l.at('2025-12-31');
  await l.subscribe('pro');
  await l.at('2026-01-02');
  await l.use('calls', 10, '2026-01-02');
  await l.at('2026-01-05T06:00');
  await l.ask('pro', 'invoice_now');
  await l.use('calls', 5, '2026-01-05T06:00');
  await l.at('2026-01-05T18:00');
  await l.terminate('pro');
  await l.at('2026-01-20');
  await l.use('calls', 3, '2026-01-05T12:00');
  await l.ask('pro', 'invoice_now');

  // Four days are over on the 5th, and ten calls. The 5th is billed with the end, as are five calls. Three more came late: 18 × 0.10
  // less 1.50. Asked once more, nothing is owed.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-01-01  for 2025-12-31 to 2026-01-01  USD
    Pro (1 of 31 days)                                  2025-12-31 to 2026-01-01               1  100  1.00
    total                                                                                              1.00
    due                                                                                                1.00
  INV-000002  finalized  issued 2026-01-05T06:00  for 2026-01-01 to 2026-01-05  USD
    Pro (4 of 31 days)                                  2026-01-01 to 2026-01-05               1  400  4.00
    API calls                                           2026-01-01 to 2026-01-05T06:00        10  100  1.00
    total                                                                                              5.00
    due                                                                                                5.00
  INV-000003  finalized  issued 2026-01-05T18:00  for 2026-01-01 to 2026-01-05T18:00  USD
    Pro (1 of 31 days)                                  2026-01-05 to 2026-01-05T18:00         1  100  1.00
    API calls                                           2026-01-05T06:00 to 2026-01-05T18:00   5   50  0.50
    total                                                                                              1.50
    due                                                                                                1.50
  INV-000004  finalized  issued 2026-01-20  for 2026-01-20 to 2026-01-20  USD
    API calls (late usage of 2026-01-01 to 2026-01-05)  2026-01-01 to 2026-01-05T18:00         3   30  0.30
    total                                                                                              0.30
    due                                                                                                0.30
`);
  await expect(l.ask('pro', 'invoice_now')).rejects.toThrow('nothing_to_invoice');
});

life('a plan that changes after its month was invoiced so far', async (l) => {
  await l.customer({ currency: 'USD' });
  await l.metric({ code: 'calls', name: 'API calls' });
  const charges = [{ metric: 'calls', properties: { amount: '0.10' } }];
  await l.plan({ code: 'small', name: 'Small', amount_cents: 3100, currency: 'USD', charges });
  await l.plan({ code: 'large', name: 'Large', amount_cents: 6200, currency: 'USD', charges });
  await l.at('2026-01-01');
  await l.subscribe('small', { external_id: 'by-days', invoice_separately: true });
  await l.subscribe('small', { external_id: 'whole', invoice_separately: true });
  await l.at('2026-01-10T12:00');
  await l.use('calls', 10, '2026-01-10T06:00', 'by-days');
  await l.ask('by-days', 'invoice_now');
  await l.ask('whole', 'invoice_now');
  await l.at('2026-01-10T18:00');
  await l.use('calls', 4, '2026-01-10T17:00', 'by-days');
  await l.change('by-days', { plan_id: 'large', timing: 'now', proration: 'day' });
  await l.change('whole', { plan_id: 'large', timing: 'now', proration: 'full_price' });
  await l.at('2026-01-20');
  await l.ask('by-days', 'invoice_now');
  await l.at('2026-02-01');

  // By days: nine days of 1.00 and ten calls; with the change four calls more, and no day, as the 10th is the new plan's. On the 20th
  // ten days of 2.00, at the end the other twelve. At the full price: nine days of 1.00, then the month of 62.00 less those.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-01-10T12:00  for 2026-01-01 to 2026-01-10  USD
    Small (9 of 31 days)   2026-01-01 to 2026-01-10               1   900   9.00
    API calls              2026-01-01 to 2026-01-10T12:00        10   100   1.00
    total                                                                  10.00
    due                                                                    10.00
  INV-000002  finalized  issued 2026-01-10T12:00  for 2026-01-01 to 2026-01-10  USD
    Small (9 of 31 days)   2026-01-01 to 2026-01-10               1   900   9.00
    total                                                                   9.00
    due                                                                     9.00
  INV-000003  finalized  issued 2026-01-10T18:00  for 2026-01-01 to 2026-01-10  USD
    API calls              2026-01-10T12:00 to 2026-01-10T18:00   4    40   0.40
    total                                                                   0.40
    due                                                                     0.40
  INV-000004  paid  issued 2026-01-10T18:00  for 2026-01-01 to 2026-01-10T18:00  USD
    total                                                                   0.00
    due                                                                     0.00
  INV-000005  finalized  issued 2026-01-20  for 2026-01-10 to 2026-01-20  USD
    Large (10 of 31 days)  2026-01-10 to 2026-01-20               1  2000  20.00
    total                                                                  20.00
    due                                                                    20.00
  INV-000006  finalized  issued 2026-02-01  for 2026-01-10 to 2026-02-01  USD
    Large (12 of 31 days)  2026-01-20 to 2026-02-01               1  2400  24.00
    total                                                                  24.00
    due                                                                    24.00
  INV-000007  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
    Large (22 of 31 days)  2026-01-10 to 2026-02-01               1  5300  53.00
    total                                                                  53.00
    due                                                                    53.00
`);
});

life('usage that shrinks after it was invoiced on request, under a minimum of the plan', async (l) => {
  await l.customer({ currency: 'EUR', timezone: 'Europe/Berlin' });
  await l.metric({ code: 'disk', name: 'Disk', aggregation_type: 'latest', field_name: 'gb' });
  await l.plan({ code: 'store', name: 'Store', currency: 'EUR', amount_cents: 0, charges: [{ metric: 'disk', properties: { amount: '2' } }] });
  await l.must('POST', '/v1/plans/store/commitments', { amount_cents: 10_000, invoice_display_name: 'Minimum' });
  await l.at('2026-01-01');
  await l.subscribe('store');
  await l.use('disk', { gb: 50 }, '2026-01-02');
  await l.at('2026-01-10');
  await l.ask('store', 'invoice_now');
  await l.use('disk', { gb: 30 }, '2026-01-10');
  await l.at('2026-01-15');
  await l.ask('store', 'invoice_now');
  await l.use('disk', { gb: 20 }, '2026-01-15');
  await l.at('2026-02-01');

  // 50 × 2.00 on the 10th; 30 on the 15th, so 40.00 are given back; 20 at the end, so 20.00 more. Of the minimum 40.00 are there: 60.00
  // are missing, and the customer pays 100.00 − 40.00 − 20.00 + 60.00 = 100.00.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-01-10  for 2026-01-01 to 2026-01-10  EUR
    Store (9 of 31 days)   2026-01-01 to 2026-01-10   1      0    0.00
    Disk                   2026-01-01 to 2026-01-10  50  10000  100.00
    total                                                       100.00
    credit notes                                                -60.00
    due                                                          40.00
  INV-000002  paid  issued 2026-01-15  for 2026-01-01 to 2026-01-15  EUR
    Store (5 of 31 days)   2026-01-10 to 2026-01-15   1      0    0.00
    total                                                         0.00
    due                                                           0.00
  INV-000003  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
    Store (17 of 31 days)  2026-01-15 to 2026-02-01   1      0    0.00
    Minimum                2026-01-01 to 2026-02-01   1   6000   60.00
    total                                                        60.00
    due                                                          60.00
`);
});
