import { expect } from 'vitest';
import { lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

life('a price, a minimum and a unit price of one’s own, changed while it runs', async (l) => {
  await l.customer({ timezone: 'Europe/Berlin', currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'API calls', filters: { region: ['us'] } });
  const charges = [{ metric: 'calls', properties: { amount: '0.05' }, filters: [{ where: { region: ['us'] }, properties: { amount: '0.10' }, invoice_display_name: 'Calls, US' }] }];
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 4900, currency: 'EUR', charges });
  await l.must('POST', '/v1/plans/pro/commitments', { amount_cents: 10_000, invoice_display_name: 'Minimum' });
  await l.at('2026-01-15');
  await l.subscribe('pro', { overrides: { amount_cents: 3100, minimum_cents: 4000, charges: [{ charge_code: 'calls', properties: { amount: '0.03' } }] } });
  await l.use('calls', 100, '2026-01-15T12:00');
  await l.use('calls', { region: 'us' }, '2026-01-15T12:00');
  const usage = await l.must('GET', '/v1/customers/customer/current_usage?external_subscription_id=pro');
  expect(usage.amount_cents).toBe(310);
  const estimate = await l.must('POST', '/v1/events/estimate_fees', { subscription_id: 'pro', code: 'calls' });
  expect(estimate.amount_cents).toBe(3);
  await l.at('2026-02-10');
  await l.change('pro', { overrides: { amount_cents: 3100 } });
  await l.use('calls', 10, '2026-01-25');
  await l.use('calls', 20, '2026-02-05');
  await l.at('2026-03-01');

  // January from the 15th: 3100 × 17 ÷ 31 = 1700; 100 calls at 0.03 and one in the US, whose filter keeps its price; the minimum
  // 4000 × 17 ÷ 31 = 2193.548…, less 17.00, 3.00 and 0.10: 183.548…, posted 1.84.
  // February: calls are the plan's 0.05 again, and so is the minimum: 100.00 − 31.00 − 1.00 = 68.00. What came late for January
  // costs what January's calls did, 10 × 0.03.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-02-01  for 2026-01-15 to 2026-02-01  EUR
      Pro (17 of 31 days)                                 2026-01-15 to 2026-02-01    1       1700   17.00
      Calls, US                                           2026-01-15 to 2026-02-01    1         10    0.10
      API calls                                           2026-01-15 to 2026-02-01  100        300    3.00
      Minimum (17 of 31 days)                             2026-01-15 to 2026-02-01    1  183.5483…    1.84
      total                                                                                          21.94
      due                                                                                            21.94
    INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  EUR
      Pro                                                 2026-02-01 to 2026-03-01    1       3100   31.00
      API calls                                           2026-02-01 to 2026-03-01   20        100    1.00
      API calls (late usage of 2026-01-15 to 2026-01-31)  2026-01-15 to 2026-02-01   10         30    0.30
      Minimum                                             2026-02-01 to 2026-03-01    1       6800   68.00
      total                                                                                         100.30
      due                                                                                           100.30
  `);
});

life('with a change of plan: what one pays decides which way it goes, and the next plan has overrides of its own', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  const price = (amount_cents: number) => ({ amount_cents, currency: 'USD', pay_in_advance: true });
  await l.plan({ code: 'pro', name: 'Pro', ...price(6200) });
  await l.plan({ code: 'basic', name: 'Basic', ...price(3100) });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.at('2026-01-10T12:00');
  const preview = await l.must('POST', '/v1/subscriptions/pro/change_plan_preview', { new_plan_id: 'basic', overrides: { amount_cents: 9300 } });
  expect([preview.change_type, preview.timing, preview.new_plan.amount_cents, preview.invoice.total_cents]).toEqual(['upgrade', 'now', 9300, 6600]);
  await l.change('pro', { plan_id: 'basic', overrides: { amount_cents: 9300 } });
  await l.change('pro', { plan_id: 'pro', overrides: { amount_cents: 7000 } });
  const pending = await l.must('GET', '/v1/subscriptions/pro');
  expect([pending.plan_code, pending.overrides.amount_cents, pending.pending_overrides.amount_cents]).toEqual(['basic', 9300, 7000]);
  await l.at('2026-02-10');
  await l.change('pro', { plan_id: 'basic' });
  await l.at('2026-03-01');

  // Basic at 93.00 is more than Pro at 62.00: now, 22 of 31 days. 6200 × 22 ÷ 31 = 4400 are credited, 9300 × 22 ÷ 31 = 6600 charged.
  // Pro at 70.00 is less: from February on. Then Basic without a price of one's own: 31.00 from March on.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-01  for 2026-01-01 to 2026-02-01  USD
      Pro                    2026-01-01 to 2026-02-01  1  6200   62.00
      total                                                      62.00
      credit notes                                              -44.00
      due                                                        18.00
    INV-000002  finalized  issued 2026-01-10T12:00  for 2026-01-10 to 2026-02-01  USD
      Basic (22 of 31 days)  2026-01-10 to 2026-02-01  1  6600   66.00
      total                                                      66.00
      due                                                        66.00
    INV-000003  finalized  issued 2026-02-01  for 2026-02-01 to 2026-03-01  USD
      Pro                    2026-02-01 to 2026-03-01  1  7000   70.00
      total                                                      70.00
      due                                                        70.00
    INV-000004  finalized  issued 2026-03-01  for 2026-03-01 to 2026-04-01  USD
      Basic                  2026-03-01 to 2026-04-01  1  3100   31.00
      total                                                      31.00
      due                                                        31.00
  `);
});
