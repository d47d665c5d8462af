import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

const fixed = (amount_cents: number, more: object = {}) => ({ coupon_type: 'fixed_amount', amount_cents, amount_currency: 'USD', ...more });
const plan = (amount_cents: number, more: object = {}) => ({ code: 'pro', name: 'Pro', amount_cents, currency: 'USD', ...more });
const standard = (metric: string, amount: string) => ({ metric, properties: { amount } });

/** Each coupon of the customer: its code, whether it is active, and for how many invoices it still is. */
async function coupons(l: Life): Promise<string[]> {
  const rows: { coupon_code: string; status: string; frequency_duration_remaining: number | null }[] = await l.must('GET', '/v1/customers/customer/applied_coupons?order_by=created_at:asc');
  return rows.map(({ coupon_code: code, status, frequency_duration_remaining: left }) => (left === null ? `${code} ${status}` : `${code} ${status} ${left}`));
}

life('10.00 off each of three invoices', async (l) => {
  await l.customer();
  await l.plan(plan(4900));
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.coupon('Spring', fixed(1000, { frequency: 'recurring', frequency_duration: 3 }));
  await l.at('2026-03-01');
  expect(await coupons(l)).toEqual(['Spring active 1']);
  await l.at('2026-05-01');

  // 49.00 less 10.00 is 39.00, three times; the fourth month is the whole price.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Pro            2026-01-01 to 2026-02-01  1  4900   49.00
      subtotal                                           49.00
      coupon Spring                                     -10.00
      total                                              39.00
      due                                                39.00
    INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
      Pro            2026-02-01 to 2026-03-01  1  4900   49.00
      subtotal                                           49.00
      coupon Spring                                     -10.00
      total                                              39.00
      due                                                39.00
    INV-000003  finalized  issued 2026-04-01  for 2026-03-01 to 2026-04-01  USD
      Pro            2026-03-01 to 2026-04-01  1  4900   49.00
      subtotal                                           49.00
      coupon Spring                                     -10.00
      total                                              39.00
      due                                                39.00
    INV-000004  finalized  issued 2026-05-01  for 2026-04-01 to 2026-05-01  USD
      Pro            2026-04-01 to 2026-05-01  1  4900   49.00
      total                                              49.00
      due                                                49.00
  `);
  expect(await coupons(l)).toEqual(['Spring terminated 0']);
});

life('10.00 once, on an invoice over less: the rest lapses', async (l) => {
  await l.customer();
  await l.plan(plan(600));
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.coupon('Welcome', fixed(1000, { frequency: 'once' }));
  await l.at('2026-03-01');

  // The first invoice is 6.00 less 6.00, paid at once; of the second the 4.00 that were not used take nothing.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Pro             2026-01-01 to 2026-02-01  1  600   6.00
      subtotal                                           6.00
      coupon Welcome                                    -6.00
      total                                              0.00
      due                                                0.00
    INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
      Pro             2026-02-01 to 2026-03-01  1  600   6.00
      total                                              6.00
      due                                                6.00
  `);
});

life('a metric first, then a plan, then the rest', async (l) => {
  await l.customer();
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.metric({ code: 'exports', name: 'Exports' });
  await l.plan(plan(4900, { charges: [standard('calls', '1'), standard('exports', '10')] }));
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.coupon('Loyalty', { percentage_rate: '10' });
  await l.coupon('Pro five', fixed(500, { applies_to: { plan_codes: ['pro'] } }));
  await l.coupon('Half of calls', { percentage_rate: '50', applies_to: { billable_metric_codes: ['calls'] } });
  await l.at('2026-01-25');
  await l.use('calls', 30, '2026-01-10');
  await l.use('exports', 2, '2026-01-20');
  await l.at('2026-02-01');

  // The youngest acts first, because it is limited to a metric: half of 30.00 is 15.00. 84.00 are left of the plan: 49.00, 15.00, 20.00.
  // 5.00 over them: 291.66…, 89.28…, 119.04…, so 2.92, 0.89, 1.19. A tenth of the 79.00 left is 7.90: 460.8, 141.1, 188.1, so 4.61, 1.41, 1.88.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Pro                   2026-01-01 to 2026-02-01   1  4900   49.00
      API calls             2026-01-01 to 2026-02-01  30  3000   30.00
      Exports               2026-01-01 to 2026-02-01   2  2000   20.00
      subtotal                                                   99.00
      coupon Half of calls                                      -15.00
      coupon Pro five                                            -5.00
      coupon Loyalty                                             -7.90
      total                                                      71.10
      due                                                        71.10
  `);
  const [invoice] = await l.list();
  expect(invoice?.fees.map((fee) => fee.coupons_amount_cents)).toEqual([753, 1730, 307]);
});

life('a coupon that comes while the invoice is a draft, and usage that comes late for it', async (l) => {
  await l.customer({ invoice_grace_period: 5 });
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.plan(plan(2000, { charges: [standard('calls', '1')] }));
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.coupon('Welcome', fixed(400, { frequency: 'once' }));
  await l.at('2026-02-01');
  expect(await coupons(l)).toEqual(['Welcome terminated']);
  await l.at('2026-02-03');
  await l.coupon('Quarter', { percentage_rate: '25' });
  await l.use('calls', 10, '2026-01-31');
  await l.at('2026-02-06');

  // As a draft it was 20.00 less 4.00. Finalized it is 30.00 less the same 4.00, which are this invoice's, less a quarter of the 26.00 left.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-02-06  for 2026-01-01 to 2026-02-01  USD
      Pro             2026-01-01 to 2026-02-01   1  2000  20.00
      API calls       2026-01-01 to 2026-02-01  10  1000  10.00
      subtotal                                            30.00
      coupon Welcome                                      -4.00
      coupon Quarter                                      -6.50
      total                                               19.50
      due                                                 19.50
  `);
});

life('half of one plan, through an upgrade to it', async (l) => {
  await l.customer();
  await l.plan({ code: 'basic', name: 'Basic', amount_cents: 3100, currency: 'USD', pay_in_advance: true });
  await l.plan(plan(6200, { pay_in_advance: true }));
  await l.at('2026-01-01');
  await l.coupon('Half of Pro', { percentage_rate: '50', applies_to: { plan_codes: ['pro'] } });
  await l.subscribe('basic');
  await l.at('2026-01-10T12:00');
  const preview = await l.must('POST', '/v1/subscriptions/basic/change_plan_preview', { new_plan_id: 'pro' });
  expect([preview.invoice.coupons_amount_cents, preview.invoice.total_cents]).toEqual([2200, 2200]);
  await l.change('basic', { plan_id: 'pro' });
  await l.at('2026-02-01');

  // Basic is not discounted. Pro from the 10th: 6200 × 22 ÷ 31 = 4400, of which half. The credit for Basic's 22 days, 22.00, lowers what is
  // owed on its invoice.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-01  for 2026-01-01 to 2026-02-01  USD
      Basic                2026-01-01 to 2026-02-01  1  3100   31.00
      total                                                    31.00
      credit notes                                            -22.00
      due                                                       9.00
    INV-000002  finalized  issued 2026-01-10T12:00  for 2026-01-10 to 2026-02-01  USD
      Pro (22 of 31 days)  2026-01-10 to 2026-02-01  1  4400   44.00
      subtotal                                                 44.00
      coupon Half of Pro                                      -22.00
      total                                                    22.00
      due                                                      22.00
    INV-000003  finalized  issued 2026-02-01  for 2026-02-01 to 2026-03-01  USD
      Pro                  2026-02-01 to 2026-03-01  1  6200   62.00
      subtotal                                                 62.00
      coupon Half of Pro                                      -31.00
      total                                                    31.00
      due                                                      31.00
  `);
});

life('an invoice out of force gives its coupon back to the next', async (l) => {
  await l.customer();
  await l.plan(plan(4900));
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.coupon('Welcome', fixed(1000, { frequency: 'once' }));
  await l.at('2026-02-01');
  const [first] = await l.list();
  await l.must('POST', `/v1/invoices/${first?.id}/void`);
  expect(await coupons(l)).toEqual(['Welcome active']);
  await l.at('2026-03-01');

  // The first shows what it was; the second takes the 10.00 that are free again.
  expect(await l.invoices()).toBe(text`
    INV-000001  voided  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Pro             2026-01-01 to 2026-02-01  1  4900   49.00
      subtotal                                            49.00
      coupon Welcome                                     -10.00
      total                                               39.00
      due                                                 39.00
    INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
      Pro             2026-02-01 to 2026-03-01  1  4900   49.00
      subtotal                                            49.00
      coupon Welcome                                     -10.00
      total                                               39.00
      due                                                 39.00
  `);
});

life('a third off an amount without minor units', async (l) => {
  await l.customer({ currency: 'JPY' });
  await l.plan(plan(1001, { currency: 'JPY' }));
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.coupon('Third', { percentage_rate: '33.35' });
  await l.coupon('Hundred', { coupon_type: 'fixed_amount', amount_cents: 100, amount_currency: 'JPY', frequency: 'once' });
  await l.at('2026-02-01');

  // 33.35 % of 1001 are 333.8335, so 334; 100 of the 667 left.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  JPY
      Pro             2026-01-01 to 2026-02-01  1  1001  1001
      subtotal                                           1001
      coupon Third                                       -334
      coupon Hundred                                     -100
      total                                               567
      due                                                 567
  `);
});

life('an invoice that a coupon pays is made, though the organization wants none over nothing', async (l) => {
  await l.must('PUT', '/v1/organizations/current', { skip_zero_invoices: true });
  await l.customer();
  await l.plan(plan(4900));
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.coupon('First month free', { percentage_rate: '100', frequency: 'once' });
  await l.at('2026-03-01');

  // 49.00 less 49.00 uses the coupon up, and its invoice says so; the second month is not free.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Pro                      2026-01-01 to 2026-02-01  1  4900   49.00
      subtotal                                                     49.00
      coupon First month free                                     -49.00
      total                                                         0.00
      due                                                           0.00
    INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
      Pro                      2026-02-01 to 2026-03-01  1  4900   49.00
      total                                                        49.00
      due                                                          49.00
  `);
});

life('a tenth of usage that is invoiced before its period ends, and of the rest', async (l) => {
  await l.customer();
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.plan(plan(1000, { charges: [standard('calls', '1')] }));
  await l.must('POST', '/v1/plans/pro/usage_thresholds', { amount_cents: 2000 });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.coupon('Tenth', { percentage_rate: '10' });
  await l.at('2026-01-12');
  await l.use('calls', 25, '2026-01-12');
  await l.invoiced(1);
  await l.at('2026-01-20');
  await l.use('calls', 5, '2026-01-20');
  await l.at('2026-02-01');

  // A tenth of 25.00 on the 12th. At the end 10.00 and 30.00 less the 25.00 that were billed are 15.00, of which a tenth is 1.50: together
  // 4.00, a tenth of the 40.00 that the month costs.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-12  for 2026-01-01 to 2026-01-12  USD
      API calls           2026-01-01 to 2026-01-12  25  2500   25.00
      subtotal                                                 25.00
      coupon Tenth                                             -2.50
      total                                                    22.50
      due                                                      22.50
    INV-000002  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Pro                 2026-01-01 to 2026-02-01   1  1000   10.00
      API calls           2026-01-01 to 2026-02-01  30  3000   30.00
      subtotal                                                 40.00
      progressive credit                                      -25.00
      coupon Tenth                                             -1.50
      total                                                    13.50
      due                                                      13.50
  `);
});

life('messages that are paid one by one take a coupon one by one', async (l) => {
  await l.customer();
  await l.metric({ code: 'messages', name: 'Messages' });
  await l.plan(plan(1000, { charges: [{ ...standard('messages', '1.50'), pay_in_advance: true }] }));
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.coupon('Two', fixed(100, { frequency: 'recurring', frequency_duration: 2 }));
  await l.use('messages', 1, '2026-01-01');
  await l.invoiced(1);
  await l.at('2026-01-20');
  await l.use('messages', 1, '2026-01-20');
  await l.invoiced(2);
  await l.at('2026-02-01');

  // Each message is an invoice of its own over 1.50 less 1.00; the plan's fee comes after both.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-01  for 2026-01-01 to 2026-02-01  USD
      Messages    2026-01-01 to 2026-02-01  1   150   1.50
      subtotal                                        1.50
      coupon Two                                     -1.00
      total                                           0.50
      due                                             0.50
    INV-000002  finalized  issued 2026-01-20  for 2026-01-01 to 2026-02-01  USD
      Messages    2026-01-01 to 2026-02-01  1   150   1.50
      subtotal                                        1.50
      coupon Two                                     -1.00
      total                                           0.50
      due                                             0.50
    INV-000003  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Pro         2026-01-01 to 2026-02-01  1  1000  10.00
      total                                          10.00
      due                                            10.00
  `);
  expect(await coupons(l)).toEqual(['Two terminated 0']);
});

life('what a coupon had paid is not given back with unused days', async (l) => {
  await l.customer();
  await l.plan(plan(6200, { pay_in_advance: true }));
  await l.at('2026-01-01');
  await l.coupon('Half', { percentage_rate: '50' });
  await l.subscribe('pro');
  await l.at('2026-02-01');
  await l.pay('INV-000002');
  await l.at('2026-02-10T12:00');
  await l.terminate('pro', 'generate_credit_note');

  // From the 11th 18 of 28 days are not used: 6200 × 18 ÷ 28 = 3985.714…, so 39.86, of which the coupon had paid 3100 × 3986 ÷ 6200 = 19.93.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-01  for 2026-01-01 to 2026-02-01  USD
      Pro          2026-01-01 to 2026-02-01  1  6200   62.00
      subtotal                                         62.00
      coupon Half                                     -31.00
      total                                            31.00
      due                                              31.00
    INV-000002  paid  issued 2026-02-01  for 2026-02-01 to 2026-03-01  USD
      Pro          2026-02-01 to 2026-03-01  1  6200   62.00
      subtotal                                         62.00
      coupon Half                                     -31.00
      total                                            31.00
      paid                                            -31.00
      due                                               0.00
    INV-000003  paid  issued 2026-02-10T12:00  for 2026-02-01 to 2026-02-10T12:00  USD
      total                                             0.00
      due                                               0.00
  `);
  expect(await l.creditNotes()).toBe(text`
    INV-CN-000001  on INV-000002  Unused days of Pro  total 19.93  credit 19.93  left 19.93
  `);
});
