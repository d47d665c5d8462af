import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

async function offer(l: Life, body: Readonly<Record<string, unknown>>): Promise<void> {
  await l.customer({ timezone: 'Europe/Berlin', currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.plan({ code: 'plan', name: 'Plan', currency: 'EUR', charges: [{ metric: 'calls', properties: { amount: '0.10' } }], ...body });
}

life('half a year in advance with usage every month, ended in the next', async (l) => {
  await offer(l, { interval: 'semiannual', amount_cents: 18100, pay_in_advance: true, bill_charges_monthly: true });
  await l.at('2026-04-15T10:00');
  await l.subscribe('plan');
  await l.at('2026-06-02');
  await l.use('calls', 3, '2026-04-30T23:59:59');
  await l.use('calls', 5, '2026-06-01');
  await l.at('2026-07-31T12:00');
  await l.terminate('plan', 'generate_credit_note');

  // January to June has 181 days, of which 15 April to 30 June are 16 + 31 + 30 = 77: 18100 × 77 ÷ 181 = 7700. The three calls of April came
  // when 1 May was billed, so they are on the invoice of 1 July, as late usage. July to December has 184 days, of which August to December,
  // 153, are credited: 18100 × 153 ÷ 184 = 15050.54… -> 150.51.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-04-15T10:00  for 2026-04-15 to 2026-07-01  EUR
      Plan (77 of 181 days)                               2026-04-15 to 2026-07-01        1   7700    77.00
      total                                                                                           77.00
      due                                                                                             77.00
    INV-000002  paid  issued 2026-05-01  for 2026-04-15T10:00 to 2026-05-01  EUR
      total                                                                                            0.00
      due                                                                                              0.00
    INV-000003  paid  issued 2026-06-01  for 2026-05-01 to 2026-06-01  EUR
      total                                                                                            0.00
      due                                                                                              0.00
    INV-000004  finalized  issued 2026-07-01  for 2026-07-01 to 2027-01-01  EUR
      Plan                                                2026-07-01 to 2027-01-01        1  18100   181.00
      API calls                                           2026-06-01 to 2026-07-01        5     50     0.50
      API calls (late usage of 2026-04-15 to 2026-04-30)  2026-04-15T10:00 to 2026-05-01  3     30     0.30
      total                                                                                          181.80
      credit notes                                                                                  -150.51
      due                                                                                             31.29
    INV-000005  paid  issued 2026-07-31T12:00  for 2026-07-01 to 2026-07-31T12:00  EUR
      total                                                                                            0.00
      due                                                                                              0.00
  `);
});

life('three years at a time from 29 February, in advance', async (l) => {
  await offer(l, { interval: 'yearly', interval_count: 3, amount_cents: 109500, pay_in_advance: true });
  await l.at('2024-02-29T08:00');
  await l.subscribe('plan', { billing_time: 'anniversary' });
  await l.at('2025-06-01');
  await l.use('calls', 2, '2025-05-05');
  await l.at('2028-02-29T12:00');
  await l.use('calls', 1, '2027-02-28');
  await l.terminate('plan', 'generate_credit_note');

  // The anchor clamps: 28 February 2027. The first three years have 3 × 365 = 1095 days, the next, to 28 February 2030, with that of 2028 one
  // more. Used to 29 February 2028; from 1 March are left 365 + 364 = 729 of 1096: 109500 × 729 ÷ 1096 = 72833.48… -> 728.33.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2024-02-29T08:00  for 2024-02-29 to 2027-02-28  EUR
      Plan          2024-02-29 to 2027-02-28        1  109500  1095.00
      total                                                    1095.00
      due                                                      1095.00
    INV-000002  finalized  issued 2027-02-28  for 2027-02-28 to 2030-02-28  EUR
      Plan          2027-02-28 to 2030-02-28        1  109500  1095.00
      API calls     2024-02-29T08:00 to 2027-02-28  2      20     0.20
      total                                                    1095.20
      credit notes                                             -728.33
      due                                                       366.87
    INV-000003  finalized  issued 2028-02-29T12:00  for 2027-02-28 to 2028-02-29T12:00  EUR
      API calls     2027-02-28 to 2028-02-29T12:00  1      10     0.10
      total                                                       0.10
      due                                                         0.10
  `);
});

life('two months at a time in arrears with usage every month', async (l) => {
  await offer(l, { interval: 'monthly', interval_count: 2, amount_cents: 5900, bill_charges_monthly: true });
  await l.at('2026-01-15T10:00');
  await l.subscribe('plan');
  await l.at('2026-02-10');
  await l.use('calls', 4, '2026-02-01');
  await l.at('2026-05-01');

  // Counted from the month of the start: January and February have 59 days, of which 15 January to 28 February are 45: 5900 × 45 ÷ 59 = 4500.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-02-01  for 2026-01-15T10:00 to 2026-02-01  EUR
      total                                                     0.00
      due                                                       0.00
    INV-000002  finalized  issued 2026-03-01  for 2026-01-15 to 2026-03-01  EUR
      Plan (45 of 59 days)  2026-01-15 to 2026-03-01  1  4500  45.00
      API calls             2026-02-01 to 2026-03-01  4    40   0.40
      total                                                    45.40
      due                                                      45.40
    INV-000003  paid  issued 2026-04-01  for 2026-03-01 to 2026-04-01  EUR
      total                                                     0.00
      due                                                       0.00
    INV-000004  finalized  issued 2026-05-01  for 2026-03-01 to 2026-05-01  EUR
      Plan                  2026-03-01 to 2026-05-01  1  5900  59.00
      total                                                    59.00
      due                                                      59.00
  `);
});
