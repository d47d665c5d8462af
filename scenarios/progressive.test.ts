import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

const threshold = (l: Life, plan: string, amount: number, recurring = false) =>
  l.must('POST', `/v1/plans/${plan}/usage_thresholds`, { amount_cents: amount, recurring });

/** What was told of thresholds: the step, and the usage by then. */
async function crossings(l: Life): Promise<string[]> {
  const logs: { changes: Record<string, unknown> }[] = await l.must('GET', '/v1/audit_logs?resource_type=usage_threshold_crossing&limit=1000');
  return logs.map(({ changes }) => `${changes['step_amount_cents']} of ${changes['usage_amount_cents']}`).sort();
}

life('usage that reaches a threshold is invoiced at once and credited at the end of its period, in each period anew', async (l) => {
  await l.customer({ currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'Calls' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 1000, currency: 'EUR', charges: [{ metric: 'calls', properties: { amount: '1' } }] });
  await threshold(l, 'pro', 2000);
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.at('2026-01-10');
  await l.use('calls', 15, '2026-01-10');
  await l.at('2026-01-12');
  await l.use('calls', 10, '2026-01-12');
  await l.invoiced(1);
  await l.at('2026-01-20');
  await l.use('calls', 5, '2026-01-20');
  await l.at('2026-02-03');
  await l.use('calls', 20, '2026-02-03');
  await l.invoiced(3);
  await l.at('2026-03-01');
  // 15 calls are below the threshold of 20.00; 25 are above it, and all 25 are invoiced on the 12th. January has 30: 10.00 + 30.00 − 25.00.
  // February reaches it anew, exactly: 20.00 at once, and 10.00 + 20.00 − 20.00 at its end.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-12  for 2026-01-01 to 2026-01-12  EUR
      Calls               2026-01-01 to 2026-01-12  25  2500   25.00
      total                                                    25.00
      due                                                      25.00
    INV-000002  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
      Pro                 2026-01-01 to 2026-02-01   1  1000   10.00
      Calls               2026-01-01 to 2026-02-01  30  3000   30.00
      subtotal                                                 40.00
      progressive credit                                      -25.00
      total                                                    15.00
      due                                                      15.00
    INV-000003  finalized  issued 2026-02-03  for 2026-02-01 to 2026-02-03  EUR
      Calls               2026-02-01 to 2026-02-03  20  2000   20.00
      total                                                    20.00
      due                                                      20.00
    INV-000004  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  EUR
      Pro                 2026-02-01 to 2026-03-01   1  1000   10.00
      Calls               2026-02-01 to 2026-03-01  20  2000   20.00
      subtotal                                                 30.00
      progressive credit                                      -20.00
      total                                                    10.00
      due                                                      10.00
  `);
  expect(await crossings(l)).toEqual(['2000 of 2000', '2000 of 2500']);
});

life('several thresholds reached at once make one invoice, further ones bill what came since', async (l) => {
  await l.customer({ currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'Calls' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 0, currency: 'EUR', charges: [{ metric: 'calls', properties: { amount: '1' } }] });
  await threshold(l, 'pro', 1000);
  await threshold(l, 'pro', 2000);
  await threshold(l, 'pro', 1500, true);
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.at('2026-01-05');
  await l.use('calls', 40, '2026-01-05');
  await l.invoiced(1);
  await l.use('calls', 10, '2026-01-05');
  await l.invoiced(2);
  await l.at('2026-02-01');
  // 10.00 and 20.00 once, then every further 15.00: 35.00, 50.00. At 40.00 the three below are reached, at 50.00 the next one. The second
  // invoice has all 50 calls less the 40 of the first; the month's has nothing left to bill.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-05  for 2026-01-01 to 2026-01-05  EUR
      Calls               2026-01-01 to 2026-01-05  40  4000   40.00
      total                                                    40.00
      due                                                      40.00
    INV-000002  finalized  issued 2026-01-05  for 2026-01-01 to 2026-01-05  EUR
      Calls               2026-01-01 to 2026-01-05  50  5000   50.00
      subtotal                                                 50.00
      progressive credit                                      -40.00
      total                                                    10.00
      due                                                      10.00
    INV-000003  paid  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
      Pro                 2026-01-01 to 2026-02-01   1     0    0.00
      Calls               2026-01-01 to 2026-02-01  50  5000   50.00
      subtotal                                                 50.00
      progressive credit                                      -50.00
      total                                                     0.00
      due                                                       0.00
  `);
  expect(await crossings(l)).toEqual(['1000 of 4000', '2000 of 4000', '3500 of 4000', '5000 of 5000']);
});

life('what was billed within a period and is not in it at its end is given back', async (l) => {
  await l.customer({ currency: 'USD' });
  await l.metric({ code: 'seats', name: 'Seats', aggregation_type: 'latest', field_name: 'n' });
  await l.metric({ code: 'calls', name: 'Calls' });
  const charges = [{ metric: 'seats', properties: { amount: '1' } }, { metric: 'calls', properties: { amount: '1' } }];
  await l.plan({ code: 'team', name: 'Team', amount_cents: 1000, currency: 'USD', charges });
  await threshold(l, 'team', 1000);
  await l.at('2026-01-01');
  await l.subscribe('team');
  await l.at('2026-01-05');
  await l.use('seats', { n: 12 }, '2026-01-05');
  await l.invoiced(1);
  await l.pay('INV-000001');
  await l.at('2026-01-20');
  await l.use('seats', { n: 7 }, '2026-01-20');
  await l.use('calls', 4, '2026-01-20');
  await l.at('2026-02-01');
  // 12 seats were billed and paid; the month has 7. Their 7.00 are credited, charge by charge: the 5.00 left are not taken from the calls,
  // but become a credit note, which this invoice is the first to take: 10.00 + 7.00 + 4.00 − 7.00 = 14.00, less 5.00.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-01-05  for 2026-01-01 to 2026-01-05  USD
      Seats               2026-01-01 to 2026-01-05  12  1200   12.00
      total                                                    12.00
      paid                                                    -12.00
      due                                                       0.00
    INV-000002  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Team                2026-01-01 to 2026-02-01   1  1000   10.00
      Seats               2026-01-01 to 2026-02-01   7   700    7.00
      Calls               2026-01-01 to 2026-02-01   4   400    4.00
      subtotal                                                 21.00
      progressive credit                                       -7.00
      total                                                    14.00
      credit notes                                             -5.00
      due                                                       9.00
  `);
  expect(await l.creditNotes()).toBe(text`
    INV-CN-000001  on INV-000001  Usage billed within the period and not in it at its end  total 5.00  credit 5.00  left 0.00
  `);
});

life('a fixed coupon is taken of each invoice, those within the period too', async (l) => {
  await l.customer({ currency: 'USD' });
  await l.metric({ code: 'calls', name: 'Calls' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 0, currency: 'USD', charges: [{ metric: 'calls', properties: { amount: '1' } }] });
  await threshold(l, 'pro', 1000);
  await l.at('2026-01-01');
  await l.coupon('Ten', { coupon_type: 'fixed_amount', amount_cents: 1000, amount_currency: 'USD', frequency: 'recurring', frequency_duration: 2 });
  await l.subscribe('pro');
  await l.at('2026-01-05');
  await l.use('calls', 12, '2026-01-05');
  await l.invoiced(1);
  await l.at('2026-01-20');
  await l.use('calls', 18, '2026-01-20');
  await l.at('2026-02-05');
  await l.use('calls', 9, '2026-02-05');
  await l.at('2026-03-01');
  // 12.00 less 10.00; 30.00 less the 12.00 that were billed, less 10.00 once more. That was the second of two: February, below the
  // threshold, is paid whole.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-05  for 2026-01-01 to 2026-01-05  USD
      Calls               2026-01-01 to 2026-01-05  12  1200   12.00
      subtotal                                                 12.00
      coupon Ten                                              -10.00
      total                                                     2.00
      due                                                       2.00
    INV-000002  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Pro                 2026-01-01 to 2026-02-01   1     0    0.00
      Calls               2026-01-01 to 2026-02-01  30  3000   30.00
      subtotal                                                 30.00
      progressive credit                                      -12.00
      coupon Ten                                              -10.00
      total                                                     8.00
      due                                                       8.00
    INV-000003  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
      Pro                 2026-02-01 to 2026-03-01   1     0    0.00
      Calls               2026-02-01 to 2026-03-01   9   900    9.00
      total                                                     9.00
      due                                                       9.00
  `);
});

life('an end closes the period as its boundary would', async (l) => {
  await l.customer({ currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'Calls' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 3100, currency: 'EUR', charges: [{ metric: 'calls', properties: { amount: '1' } }] });
  await threshold(l, 'pro', 1000);
  await l.at('2025-12-01');
  await l.subscribe('pro');
  await l.at('2026-01-01');
  await l.use('calls', 12, '2026-01-01');
  await l.invoiced(2);
  await l.use('calls', 3, '2026-01-01');
  await l.at('2026-01-10T12:00');
  await l.terminate('pro', 'generate_invoice');
  // Billed at the very first instant of January: 12.00. To the 10th: 10 of 31 days of 31.00 and 15 calls, less the 12.00.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-01  for 2025-12-01 to 2026-01-01  EUR
      Pro                  2025-12-01 to 2026-01-01         1  3100   31.00
      total                                                           31.00
      due                                                             31.00
    INV-000002  finalized  issued 2026-01-01  for 2026-01-01 to 2026-01-01  EUR
      Calls                2026-01-01 to 2026-01-01        12  1200   12.00
      total                                                           12.00
      due                                                             12.00
    INV-000003  finalized  issued 2026-01-10T12:00  for 2026-01-01 to 2026-01-10T12:00  EUR
      Pro (10 of 31 days)  2026-01-01 to 2026-01-10T12:00   1  1000   10.00
      Calls                2026-01-01 to 2026-01-10T12:00  15  1500   15.00
      subtotal                                                        25.00
      progressive credit                                             -12.00
      total                                                           13.00
      due                                                             13.00
  `);
});

life('a change of plan closes the usage of the old one, and the new one has thresholds of its own', async (l) => {
  await l.customer({ currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'Calls' });
  await l.plan({ code: 'basic', name: 'Basic', amount_cents: 0, currency: 'EUR', charges: [{ metric: 'calls', properties: { amount: '1' } }] });
  await l.plan({ code: 'max', name: 'Max', amount_cents: 3100, currency: 'EUR', charges: [{ metric: 'calls', properties: { amount: '0.50' } }] });
  await threshold(l, 'basic', 1000);
  await threshold(l, 'max', 500);
  await l.at('2026-01-01');
  await l.subscribe('basic');
  await l.at('2026-01-05');
  await l.use('calls', 11, '2026-01-05');
  await l.invoiced(1);
  await l.at('2026-01-16');
  await l.use('calls', 2, '2026-01-15');
  await l.change('basic', { plan_id: 'max', timing: 'now' });
  await l.use('calls', 10, '2026-01-16');
  await l.invoiced(3);
  await l.at('2026-02-01');
  // By Basic 13 calls, of which 11 were billed. By Max 10 calls at 0.50 reach its 5.00 on the day of the change; 16 of 31 days of 31.00.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-05  for 2026-01-01 to 2026-01-05  EUR
      Calls                  2026-01-01 to 2026-01-05  11  1100   11.00
      total                                                       11.00
      due                                                         11.00
    INV-000002  finalized  issued 2026-01-16  for 2026-01-01 to 2026-01-16  EUR
      Basic (15 of 31 days)  2026-01-01 to 2026-01-16   1     0    0.00
      Calls                  2026-01-01 to 2026-01-16  13  1300   13.00
      subtotal                                                    13.00
      progressive credit                                         -11.00
      total                                                        2.00
      due                                                          2.00
    INV-000003  finalized  issued 2026-01-16  for 2026-01-16 to 2026-01-16  EUR
      Calls                  2026-01-16 to 2026-01-16  10   500    5.00
      total                                                        5.00
      due                                                          5.00
    INV-000004  finalized  issued 2026-02-01  for 2026-01-16 to 2026-02-01  EUR
      Max (16 of 31 days)    2026-01-16 to 2026-02-01   1  1600   16.00
      Calls                  2026-01-16 to 2026-02-01  10   500    5.00
      subtotal                                                    21.00
      progressive credit                                          -5.00
      total                                                       16.00
      due                                                         16.00
  `);
});

life('a subscription has its own threshold; one that was voided does not fire again, and its usage is billed at the end', async (l) => {
  await l.customer({ currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'Calls' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 1000, currency: 'EUR', charges: [{ metric: 'calls', properties: { amount: '1' } }] });
  await threshold(l, 'pro', 100);
  await l.at('2026-01-01');
  await l.subscribe('pro');
  for (const amount of [1000, 3000]) await l.must('POST', '/v1/subscriptions/pro/usage_thresholds', { amount_cents: amount });
  await l.at('2026-01-05');
  // Not at 1.00, which is the plan's.
  await l.use('calls', 12, '2026-01-05');
  await l.invoiced(1);
  const [first] = await l.list();
  await l.must('POST', `/v1/invoices/${first?.id}/void`);
  await l.use('calls', 20, '2026-01-05');
  await l.invoiced(2);
  await l.at('2026-02-01');
  const [, second] = await l.list();
  await expect(l.must('POST', `/v1/invoices/${second?.id}/void`)).rejects.toThrow('is_credited');
  // 12 calls are billed on the 5th; that is voided. 32 calls reach 30.00 and are all billed then; 10.00 is not reached again.
  expect(await l.invoices()).toBe(text`
    INV-000001  voided  issued 2026-01-05  for 2026-01-01 to 2026-01-05  EUR
      Calls               2026-01-01 to 2026-01-05  12  1200   12.00
      total                                                    12.00
      due                                                      12.00
    INV-000002  finalized  issued 2026-01-05  for 2026-01-01 to 2026-01-05  EUR
      Calls               2026-01-01 to 2026-01-05  32  3200   32.00
      total                                                    32.00
      due                                                      32.00
    INV-000003  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
      Pro                 2026-01-01 to 2026-02-01   1  1000   10.00
      Calls               2026-01-01 to 2026-02-01  32  3200   32.00
      subtotal                                                 42.00
      progressive credit                                      -32.00
      total                                                    10.00
      due                                                      10.00
  `);
  expect(await crossings(l)).toEqual(['1000 of 1200', '3000 of 3200']);
});

life('usage that comes late is billed above, or given back of, all that its period was billed', async (l) => {
  await l.customer({ currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'Calls' });
  await l.metric({ code: 'seats', name: 'Seats', aggregation_type: 'latest', field_name: 'n' });
  const charges = [{ metric: 'calls', properties: { amount: '1' } }, { metric: 'seats', properties: { amount: '1' } }];
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 1000, currency: 'EUR', charges });
  await threshold(l, 'pro', 2000);
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.at('2026-01-05');
  await l.use('calls', 12, '2026-01-05');
  await l.use('seats', { n: 9 }, '2026-01-05');
  await l.invoiced(1);
  await l.at('2026-02-02');
  await l.use('calls', 3, '2026-01-31');
  await l.use('seats', { n: 4 }, '2026-01-31');
  await l.at('2026-03-02');
  await l.at('2026-04-02');
  // January was billed 12.00 and 9.00, all before its end. Late: 3 calls, 3.00; 4 seats instead of 9, 5.00 of what the first invoice billed.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-05  for 2026-01-01 to 2026-01-05  EUR
      Calls                                           2026-01-01 to 2026-01-05  12  1200   12.00
      Seats                                           2026-01-01 to 2026-01-05   9   900    9.00
      total                                                                                21.00
      credit notes                                                                         -5.00
      due                                                                                  16.00
    INV-000002  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
      Pro                                             2026-01-01 to 2026-02-01   1  1000   10.00
      Calls                                           2026-01-01 to 2026-02-01  12  1200   12.00
      Seats                                           2026-01-01 to 2026-02-01   9   900    9.00
      subtotal                                                                             31.00
      progressive credit                                                                  -21.00
      total                                                                                10.00
      due                                                                                  10.00
    INV-000003  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  EUR
      Pro                                             2026-02-01 to 2026-03-01   1  1000   10.00
      Calls (late usage of 2026-01-01 to 2026-01-31)  2026-01-01 to 2026-02-01   3   300    3.00
      total                                                                                13.00
      due                                                                                  13.00
    INV-000004  finalized  issued 2026-04-01  for 2026-03-01 to 2026-04-01  EUR
      Pro                                             2026-03-01 to 2026-04-01   1  1000   10.00
      total                                                                                10.00
      due                                                                                  10.00
  `);
});

life('what is asked for within a period, and what thresholds invoice, are credited once', async (l) => {
  await l.customer({ currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'Calls' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 0, currency: 'EUR', pay_in_advance: true, charges: [{ metric: 'calls', properties: { amount: '1' } }] });
  await threshold(l, 'pro', 1000, true);
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.at('2026-01-05');
  await l.use('calls', 12, '2026-01-05');
  await l.invoiced(2);
  await l.at('2026-01-10');
  await l.use('calls', 3, '2026-01-06');
  await l.must('POST', '/v1/subscriptions/pro/invoice_now');
  await l.use('calls', 15, '2026-01-06');
  await l.invoiced(4);
  await l.at('2026-01-20');
  await l.use('calls', 9, '2026-01-20');
  await l.at('2026-02-01');
  // 12 at the threshold of 10.00. On request 15, less those 12. At 30.00 the 15 since the request. At the end 39: 24 since the request, less
  // the 15. Together 12 + 3 + 15 + 9 = 39.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-01-01  for 2026-01-01 to 2026-02-01  EUR
      Pro                 2026-01-01 to 2026-02-01   1     0    0.00
      total                                                     0.00
      due                                                       0.00
    INV-000002  finalized  issued 2026-01-05  for 2026-01-01 to 2026-01-05  EUR
      Calls               2026-01-01 to 2026-01-05  12  1200   12.00
      total                                                    12.00
      due                                                      12.00
    INV-000003  finalized  issued 2026-01-10  for 2026-01-01 to 2026-01-10  EUR
      Calls               2026-01-01 to 2026-01-10  15  1500   15.00
      subtotal                                                 15.00
      progressive credit                                      -12.00
      total                                                     3.00
      due                                                       3.00
    INV-000004  finalized  issued 2026-01-10  for 2026-01-01 to 2026-01-10  EUR
      Calls               2026-01-10 to 2026-01-10  15  1500   15.00
      total                                                    15.00
      due                                                      15.00
    INV-000005  finalized  issued 2026-02-01  for 2026-02-01 to 2026-03-01  EUR
      Pro                 2026-02-01 to 2026-03-01   1     0    0.00
      Calls               2026-01-10 to 2026-02-01  24  2400   24.00
      subtotal                                                 24.00
      progressive credit                                      -15.00
      total                                                     9.00
      due                                                       9.00
  `);
});
