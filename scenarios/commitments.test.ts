import { expect } from 'vitest';
import { lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

life('a minimum of a plan paid in advance: the month of the start, a month, the end', async (l) => {
  await l.customer({ timezone: 'Europe/Berlin', currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.plan({
    code: 'pro',
    name: 'Pro',
    amount_cents: 4900,
    currency: 'EUR',
    pay_in_advance: true,
    charges: [{ metric: 'calls', properties: { amount: '1' } }],
  });
  await l.must('POST', '/v1/plans/pro/commitments', { amount_cents: 10_000, invoice_display_name: 'Minimum' });
  await l.at('2026-01-15');
  await l.subscribe('pro');
  await l.use('calls', 10, '2026-01-15T12:00');
  await l.at('2026-02-01');
  await l.use('calls', 60, '2026-02-01T12:00');
  await l.at('2026-03-01');
  await l.at('2026-03-10T18:00');
  await l.terminate('pro', 'generate_credit_note');

  // January from the 15th: 10000 × 17 ÷ 31 = 5483.870…, less the 26.87 paid at the start and ten calls: 1796.870…, posted 17.97.
  // February: 49.00 and 60.00 are more than 100.00. March to the 10th: 10000 × 10 ÷ 31 = 3225.806…; of the 49.00 paid, 21 unused days
  // are credited, 4900 × 21 ÷ 31 = 3319.354…, so 15.81 were paid for them: 1644.806…, posted 16.45.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-01-15  for 2026-01-15 to 2026-02-01  EUR
    Pro (17 of 31 days)      2026-01-15 to 2026-02-01         1  2687.0967…   26.87
    total                                                                     26.87
    due                                                                       26.87
  INV-000002  finalized  issued 2026-02-01  for 2026-02-01 to 2026-03-01  EUR
    Pro                      2026-02-01 to 2026-03-01         1        4900   49.00
    API calls                2026-01-15 to 2026-02-01        10        1000   10.00
    Minimum (17 of 31 days)  2026-01-15 to 2026-02-01         1  1796.8709…   17.97
    total                                                                     76.97
    due                                                                       76.97
  INV-000003  finalized  issued 2026-03-01  for 2026-03-01 to 2026-04-01  EUR
    Pro                      2026-03-01 to 2026-04-01         1        4900   49.00
    API calls                2026-02-01 to 2026-03-01        60        6000   60.00
    total                                                                    109.00
    credit notes                                                             -33.19
    due                                                                       75.81
  INV-000004  finalized  issued 2026-03-10T18:00  for 2026-03-01 to 2026-03-10T18:00  EUR
    Minimum (10 of 31 days)  2026-03-01 to 2026-03-10T18:00   1  1644.8064…   16.45
    total                                                                     16.45
    due                                                                       16.45
`);
});

life('a minimum of a plan that is changed: at the end of a month, and within one', async (l) => {
  await l.customer({ timezone: 'Europe/Berlin', currency: 'EUR' });
  const price = (amount_cents: number) => ({ amount_cents, currency: 'EUR' });
  await l.plan({ code: 'pro', name: 'Pro', ...price(4900) });
  await l.plan({ code: 'small', name: 'Small', ...price(1000) });
  await l.must('POST', '/v1/plans/pro/commitments', { amount_cents: 10_000, invoice_display_name: 'Minimum' });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.at('2026-01-10');
  await l.change('pro', { plan_id: 'small' });
  await l.at('2026-02-01');
  await l.change('pro', { plan_id: 'pro' });
  await l.at('2026-02-11T12:00');
  await l.change('pro', { plan_id: 'small', timing: 'now' });
  await l.at('2026-03-01');

  // The downgrade waits for the end of January: 100.00 less 49.00. Small is undone on the day it began, so that Pro has February from
  // its first day to the 10th: 4900 × 10 ÷ 28 = 1750 and 10000 × 10 ÷ 28 = 3571.428… less those 17.50, 1821.428…, posted 18.21. Small
  // has the other 18 days, 1000 × 18 ÷ 28 = 642.857…, and no minimum.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
      Pro                      2026-01-01 to 2026-02-01  1        4900   49.00
      Minimum                  2026-01-01 to 2026-02-01  1        5100   51.00
      total                                                             100.00
      due                                                               100.00
    INV-000002  finalized  issued 2026-02-11T12:00  for 2026-02-01 to 2026-02-11  EUR
      Pro (10 of 28 days)      2026-02-01 to 2026-02-11  1        1750   17.50
      Minimum (10 of 28 days)  2026-02-01 to 2026-02-11  1  1821.4285…   18.21
      total                                                              35.71
      due                                                                35.71
    INV-000003  finalized  issued 2026-03-01  for 2026-02-11 to 2026-03-01  EUR
      Small (18 of 28 days)    2026-02-11 to 2026-03-01  1   642.8571…    6.43
      total                                                               6.43
      due                                                                 6.43
  `);
});

life('a minimum of a plan with tax in its price, of which days are credited', async (l) => {
  await l.customer({ timezone: 'Europe/Berlin', currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'Calls' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 999, currency: 'EUR', pay_in_advance: true, charges: [{ metric: 'calls', properties: { amount: '1' } }] });
  await l.must('POST', '/v1/plans/pro/commitments', { amount_cents: 2000, invoice_display_name: 'Minimum' });
  await l.must('POST', '/v1/taxes', { code: 'vat', name: 'VAT', rate: 20, inclusive: true, applied_to_organization: true });
  await l.at('2026-05-01');
  await l.subscribe('pro');
  await l.use('calls', 12, '2026-05-01T12:00');
  await l.at('2026-06-01');
  await l.at('2026-06-15T18:00');
  await l.terminate('pro', 'generate_credit_note');

  // 999 × 20 ÷ 120 = 166.5, posted 1.67; with twelve calls 2199 × 20 ÷ 120 = 366.5, 3.67, of which 2.00 are the calls'. May has 21.99, more than
  // 20.00. Of June 15 days are credited: 999 × 15 ÷ 30 = 499.5, posted 5.00, in which 83.33 are tax: 4.17 and 0.83. So 4.99 of June's price stay, and half of
  // the minimum is 10.00: 5.01, with 83.5, posted 0.84, in it. In proportion 417 × 999 ÷ 832 = 500.70 would have been credited, a cent too much.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-05-01  for 2026-05-01 to 2026-06-01  EUR
      Pro                      2026-05-01 to 2026-06-01         1   832   8.32
      subtotal                                                            8.32
      tax                                                                 1.67
      total                                                               9.99
      due                                                                 9.99
    INV-000002  finalized  issued 2026-06-01  for 2026-06-01 to 2026-07-01  EUR
      Pro                      2026-06-01 to 2026-07-01         1   832   8.32
      Calls                    2026-05-01 to 2026-06-01        12  1000  10.00
      subtotal                                                           18.32
      tax                                                                 3.67
      total                                                              21.99
      credit notes                                                       -5.00
      due                                                                16.99
    INV-000003  finalized  issued 2026-06-15T18:00  for 2026-06-01 to 2026-06-15T18:00  EUR
      Minimum (15 of 30 days)  2026-06-01 to 2026-06-15T18:00   1   417   4.17
      subtotal                                                            4.17
      tax                                                                 0.84
      total                                                               5.01
      due                                                                 5.01
  `);
});

life('a minimum of a month in which the customer moves to the west, and of one that is over when the plan changes', async (l) => {
  await l.customer({ timezone: 'UTC', currency: 'USD' });
  await l.metric({ code: 'calls', name: 'API calls' });
  const charges = [{ metric: 'calls', properties: { amount: '1' } }];
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 4900, currency: 'USD', charges });
  await l.plan({ code: 'large', name: 'Large', amount_cents: 6200, currency: 'USD', charges });
  await l.must('POST', '/v1/plans/pro/commitments', { amount_cents: 10_000, invoice_display_name: 'Minimum' });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.at('2026-02-10');
  await l.use('calls', 60, '2026-02-05');
  await l.must('PUT', '/v1/customers/customer', { timezone: 'America/New_York' });
  await l.at('2026-03-01T12:00');
  await l.use('calls', 3, '2026-03-01T08:00');
  await l.change('pro', { plan_id: 'large' });
  await l.at('2026-04-02');

  // January: 100.00 less 49.00. February is what begins on 1 February, 00:00 UTC, where January closed: 49.00 and 60.00 are more than
  // 100.00. It ends on 1 March, 05:00 UTC, midnight in New York. The change of that day at 12:00 UTC finds it billed and leaves no day of
  // March to Pro, whose three calls of that morning are all there is.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
    Pro        2026-01-01 to 2026-02-01               1  4900   49.00
    Minimum    2026-01-01 to 2026-02-01               1  5100   51.00
    total                                                      100.00
    due                                                        100.00
  INV-000002  finalized  issued 2026-03-01T05:00  for 2026-02-01 to 2026-03-01T05:00  USD
    Pro        2026-02-01 to 2026-03-01T05:00         1  4900   49.00
    API calls  2026-02-01 to 2026-03-01T05:00        60  6000   60.00
    total                                                      109.00
    due                                                        109.00
  INV-000003  finalized  issued 2026-03-01T12:00  for 2026-03-01T05:00 to 2026-03-01T12:00  USD
    API calls  2026-03-01T05:00 to 2026-03-01T12:00   3   300    3.00
    total                                                        3.00
    due                                                          3.00
  INV-000004  finalized  issued 2026-04-01T04:00  for 2026-03-01T05:00 to 2026-04-01T04:00  USD
    Large      2026-03-01T05:00 to 2026-04-01T04:00   1  6200   62.00
    total                                                       62.00
    due                                                         62.00
`);
});

life('minimums of a plan that is changed on a day on which an invoice was asked for, and paused later', async (l) => {
  await l.customer({ timezone: 'Europe/Berlin', currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'Calls' });
  const charges = [{ metric: 'calls', properties: { amount: '1' } }];
  await l.plan({ code: 'basic', name: 'Basic', amount_cents: 930, currency: 'EUR', charges });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 3100, currency: 'EUR', charges });
  await l.must('POST', '/v1/plans/basic/commitments', { amount_cents: 6200, invoice_display_name: 'Minimum' });
  await l.must('POST', '/v1/plans/pro/commitments', { amount_cents: 10_000, invoice_display_name: 'Minimum' });
  await l.at('2026-01-01');
  await l.subscribe('basic');
  await l.use('calls', 5, '2026-01-01');
  await l.at('2026-01-10T08:00');
  await l.ask('basic', 'invoice_now');
  await l.at('2026-01-10T12:00');
  await l.use('calls', 4, '2026-01-10T09:00');
  const preview = await l.must('POST', '/v1/subscriptions/basic/change_plan_preview', { new_plan_id: 'pro' });
  await l.change('basic', { plan_id: 'pro' });
  await l.use('calls', 10, '2026-01-10T12:00');
  await l.at('2026-02-20T15:00');
  await l.ask('basic', 'pause');
  await l.at('2026-03-10T09:00');
  await l.use('calls', 80, '2026-03-05');
  await l.ask('basic', 'resume');
  await l.at('2026-04-01');

  // Basic to 9 January, 0.30 a day: 2.70, five calls, and with the change four more; 6200 × 9 ÷ 31 = 1800 less 270 − 500 − 400 = 6.30.
  // Pro has the other 22 days, 22.00, and ten calls; 10000 × 22 ÷ 31 = 7096.774… less those 32.00 is 38.97. February to the 20th:
  // 3100 × 20 ÷ 28 = 2214.285…, and 10000 × 20 ÷ 28 = 7142.857… less 2214 is 49.29. March from the 10th has 22 days, 70.97 at least: 22.00
  // and the 80.00 used in the pause and after are more.
  expect(preview.invoice.total_cents).toBe(1030);
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-01-10T08:00  for 2026-01-01 to 2026-01-10  EUR
    Basic (9 of 31 days)     2026-01-01 to 2026-01-10               1         270    2.70
    Calls                    2026-01-01 to 2026-01-10T08:00         5         500    5.00
    total                                                                            7.70
    due                                                                              7.70
  INV-000002  finalized  issued 2026-01-10T12:00  for 2026-01-01 to 2026-01-10  EUR
    Calls                    2026-01-10T08:00 to 2026-01-10T12:00   4         400    4.00
    Minimum (9 of 31 days)   2026-01-01 to 2026-01-10               1         630    6.30
    total                                                                           10.30
    due                                                                             10.30
  INV-000003  finalized  issued 2026-02-01  for 2026-01-10 to 2026-02-01  EUR
    Pro (22 of 31 days)      2026-01-10 to 2026-02-01               1        2200   22.00
    Calls                    2026-01-10T12:00 to 2026-02-01        10        1000   10.00
    Minimum (22 of 31 days)  2026-01-10 to 2026-02-01               1  3896.7741…   38.97
    total                                                                           70.97
    due                                                                             70.97
  INV-000004  finalized  issued 2026-03-01  for 2026-02-01 to 2026-02-21  EUR
    Pro (20 of 28 days)      2026-02-01 to 2026-02-21               1  2214.2857…   22.14
    Minimum (20 of 28 days)  2026-02-01 to 2026-02-21               1  4928.8571…   49.29
    total                                                                           71.43
    due                                                                             71.43
  INV-000005  finalized  issued 2026-04-01  for 2026-03-10 to 2026-04-01  EUR
    Pro (22 of 31 days)      2026-03-10 to 2026-04-01               1        2200   22.00
    Calls                    2026-03-01 to 2026-04-01              80        8000   80.00
    total                                                                          102.00
    due                                                                            102.00
`);
});
