import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

async function offer(l: Life, body: Readonly<Record<string, unknown>>): Promise<void> {
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.plan({ code: 'plan', name: 'Plan', currency: 'USD', charges: [{ metric: 'calls', properties: { amount: '0.10' } }], ...body });
}

life('months from the 31st over the February of a leap year, in arrears', async (l) => {
  await l.customer({ timezone: 'America/Sao_Paulo' });
  await offer(l, { amount_cents: 2900 });
  await l.at('2024-01-31T10:00');
  await l.subscribe('plan', { billing_time: 'anniversary' });
  await l.at('2024-02-28T12:00');
  await l.use('calls', 3, '2024-02-28T23:59:59');
  await l.use('calls', 5, '2024-02-29');
  await l.at('2024-03-10T12:00');
  await l.terminate('plan');

  // 31 January to 28 February is the whole first period; the 29th opens the second, which would run to the 30th of March.
  // First: 29.00 and 3 × 0.10. The call at the midnight of the 29th is the second period's, 5 × 0.10.
  // Ended on 10 March: 29 February and 1 to 10 March are 11 of the 31 days from 29 February to 30 March: 2900 × 11 ÷ 31 = 31900 ÷ 31 = 1029.0322…
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2024-02-29  for 2024-01-31 to 2024-02-29  USD
    Plan                  2024-01-31 to 2024-02-29        1        2900  29.00
    API calls             2024-01-31T10:00 to 2024-02-29  3          30   0.30
    total                                                                29.30
    due                                                                  29.30
  INV-000002  finalized  issued 2024-03-10T12:00  for 2024-02-29 to 2024-03-10T12:00  USD
    Plan (11 of 31 days)  2024-02-29 to 2024-03-10T12:00  1  1029.0322…  10.29
    API calls             2024-02-29 to 2024-03-10T12:00  5          50   0.50
    total                                                                10.79
    due                                                                  10.79
`);
});

life('months from the 31st over the February of a common year, in advance', async (l) => {
  await l.customer({ timezone: 'America/Sao_Paulo' });
  await offer(l, { amount_cents: 2900, pay_in_advance: true });
  await l.at('2025-01-31T10:00');
  await l.subscribe('plan', { billing_time: 'anniversary' });
  await l.at('2025-02-27');
  await l.use('calls', 2, '2025-02-27T23:59:59');
  await l.at('2025-05-15');

  // Always counted from the 31st: it clamps to 28 February, comes back on 31 March, clamps to 30 April. Every period is whole: 29.00.
  // The usage of the first period comes with the second invoice: 2 × 0.10 = 0.20.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2025-01-31T10:00  for 2025-01-31 to 2025-02-28  USD
    Plan       2025-01-31 to 2025-02-28        1  2900  29.00
    total                                               29.00
    due                                                 29.00
  INV-000002  finalized  issued 2025-02-28  for 2025-02-28 to 2025-03-31  USD
    Plan       2025-02-28 to 2025-03-31        1  2900  29.00
    API calls  2025-01-31T10:00 to 2025-02-28  2    20   0.20
    total                                               29.20
    due                                                 29.20
  INV-000003  finalized  issued 2025-03-31  for 2025-03-31 to 2025-04-30  USD
    Plan       2025-03-31 to 2025-04-30        1  2900  29.00
    total                                               29.00
    due                                                 29.00
  INV-000004  finalized  issued 2025-04-30  for 2025-04-30 to 2025-05-31  USD
    Plan       2025-04-30 to 2025-05-31        1  2900  29.00
    total                                               29.00
    due                                                 29.00
`);
});

life('years from 29 February', async (l) => {
  await l.customer();
  await offer(l, { interval: 'yearly', amount_cents: 36500 });
  await l.at('2024-02-29T08:00');
  await l.subscribe('plan', { billing_time: 'anniversary' });
  await l.at('2028-03-01');
  await l.terminate('plan');

  // 28 February in common years, the 29th again in 2028. Four whole years of 365.00, though the first has 365 days and the last 366.
  // Ended at the midnight before 1 March 2028: the 29th alone, 1 of the 365 days to 28 February 2029: 36500 × 1 ÷ 365 = 100.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2025-02-28  for 2024-02-29 to 2025-02-28  USD
    Plan                  2024-02-29 to 2025-02-28  1  36500  365.00
    total                                                     365.00
    due                                                       365.00
  INV-000002  finalized  issued 2026-02-28  for 2025-02-28 to 2026-02-28  USD
    Plan                  2025-02-28 to 2026-02-28  1  36500  365.00
    total                                                     365.00
    due                                                       365.00
  INV-000003  finalized  issued 2027-02-28  for 2026-02-28 to 2027-02-28  USD
    Plan                  2026-02-28 to 2027-02-28  1  36500  365.00
    total                                                     365.00
    due                                                       365.00
  INV-000004  finalized  issued 2028-02-29  for 2027-02-28 to 2028-02-29  USD
    Plan                  2027-02-28 to 2028-02-29  1  36500  365.00
    total                                                     365.00
    due                                                       365.00
  INV-000005  finalized  issued 2028-03-01  for 2028-02-29 to 2028-03-01  USD
    Plan (1 of 365 days)  2028-02-29 to 2028-03-01  1    100    1.00
    total                                                       1.00
    due                                                         1.00
`);
});

/** 79.00 a quarter with usage every month: 100 calls a month are free, the others cost 0.10. */
async function offerQuarter(l: Life, body: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await l.metric({ code: 'calls', name: 'API calls' });
  const ranges = [
    { from_value: 0, to_value: 100, per_unit_amount: '0', flat_amount: '0' },
    { from_value: 101, to_value: null, per_unit_amount: '0.10', flat_amount: '0' },
  ];
  const charges = [{ metric: 'calls', charge_model: 'graduated', properties: { graduated_ranges: ranges } }];
  await l.plan({ code: 'quarter', name: 'Quarter', interval: 'quarterly', amount_cents: 7900, currency: 'USD', bill_charges_monthly: true, charges, ...body });
}

life('calendar quarters in arrears with usage every month', async (l) => {
  await l.customer({ timezone: 'Asia/Tokyo' });
  await offerQuarter(l);
  await l.at('2026-02-10T08:00');
  await l.subscribe('quarter');
  await l.use('calls', 150, '2026-02-11');
  await l.at('2026-03-15');
  await l.use('calls', 90, '2026-03-15');
  await l.at('2026-04-15');
  await l.use('calls', 200, '2026-04-15');
  await l.at('2026-06-15');
  await l.use('calls', 101, '2026-06-15');
  await l.at('2026-07-01');

  // Each month has its own 100 free calls: 50 × 0.10 = 5.00 in February, nothing in March, 100 × 0.10 = 10.00 in April, 1 × 0.10 in June.
  // The quarter's fee comes with its last month: 10 February to 31 March are 19 + 31 = 50 of 31 + 28 + 31 = 90 days:
  // 7900 × 50 ÷ 90 = 4388.8888… -> 43.89; then 79.00. Nothing was used in May: its invoice of nothing is paid at once.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-03-01  for 2026-02-10T08:00 to 2026-03-01  USD
    API calls                2026-02-10T08:00 to 2026-03-01  150         500   5.00
    total                                                                      5.00
    due                                                                        5.00
  INV-000002  finalized  issued 2026-04-01  for 2026-02-10 to 2026-04-01  USD
    Quarter (50 of 90 days)  2026-02-10 to 2026-04-01          1  4388.8888…  43.89
    API calls                2026-03-01 to 2026-04-01         90           0   0.00
    total                                                                     43.89
    due                                                                       43.89
  INV-000003  finalized  issued 2026-05-01  for 2026-04-01 to 2026-05-01  USD
    API calls                2026-04-01 to 2026-05-01        200        1000  10.00
    total                                                                     10.00
    due                                                                       10.00
  INV-000004  paid  issued 2026-06-01  for 2026-05-01 to 2026-06-01  USD
    total                                                                      0.00
    due                                                                        0.00
  INV-000005  finalized  issued 2026-07-01  for 2026-04-01 to 2026-07-01  USD
    Quarter                  2026-04-01 to 2026-07-01          1        7900  79.00
    API calls                2026-06-01 to 2026-07-01        101          10   0.10
    total                                                                     79.10
    due                                                                       79.10
`);
});

life('quarters from 30 November in advance with usage every month', async (l) => {
  await l.customer();
  await offerQuarter(l, { pay_in_advance: true });
  await l.at('2025-11-30T12:00');
  await l.subscribe('quarter', { billing_time: 'anniversary' });
  for (const [day, calls] of [['2025-12-29', 110], ['2026-01-29', 120], ['2026-02-27', 130]] as const) {
    await l.at(day);
    await l.use('calls', calls, `${day}T23:59:59`);
  }
  await l.at('2026-02-28');

  // The quarter runs to 28 February, as there is no 30th; its months open on 30 December and 30 January. From 28 February the next runs to 30 May.
  // Above 100 calls: 10, 20 and 30 at 0.10, the last with the next quarter's 79.00.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2025-11-30T12:00  for 2025-11-30 to 2026-02-28  USD
    Quarter    2025-11-30 to 2026-02-28          1  7900  79.00
    total                                                 79.00
    due                                                   79.00
  INV-000002  finalized  issued 2025-12-30  for 2025-11-30T12:00 to 2025-12-30  USD
    API calls  2025-11-30T12:00 to 2025-12-30  110   100   1.00
    total                                                  1.00
    due                                                    1.00
  INV-000003  finalized  issued 2026-01-30  for 2025-12-30 to 2026-01-30  USD
    API calls  2025-12-30 to 2026-01-30        120   200   2.00
    total                                                  2.00
    due                                                    2.00
  INV-000004  finalized  issued 2026-02-28  for 2026-02-28 to 2026-05-30  USD
    Quarter    2026-02-28 to 2026-05-30          1  7900  79.00
    API calls  2026-01-30 to 2026-02-28        130   300   3.00
    total                                                 82.00
    due                                                   82.00
`);
});

life('weeks in Kolkata', async (l) => {
  await l.customer({ timezone: 'Asia/Kolkata', currency: 'INR' });
  await l.metric({ code: 'calls', name: 'API calls' });
  const charges = [{ metric: 'calls', properties: { amount: '0.25' } }];
  await l.plan({ code: 'week', name: 'Week', interval: 'weekly', amount_cents: 99900, currency: 'INR', charges });
  await l.at('2026-01-07T18:45');
  await l.subscribe('week');
  await l.use('calls', 2, '2026-01-07T18:45');
  await l.at('2026-01-11T12:00');
  // India is 5 h 30 min ahead: Monday begins at 18:30 UTC on Sunday.
  await l.use('calls', 1, '2026-01-11T18:29:59Z');
  await l.use('calls', 2, '2026-01-11T18:30:00Z');
  await l.at('2026-01-19');

  // The 7th is a Wednesday; to Sunday the 11th are 5 of 7 days: 99900 × 5 ÷ 7 = 499500 ÷ 7 = 71357.1428… -> 713.57; 3 × 0.25 = 0.75.
  // Then a whole week from Monday, with the two calls of its first instant: 2 × 0.25 = 0.50.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-01-12  for 2026-01-07 to 2026-01-12  INR
    Week (5 of 7 days)  2026-01-07 to 2026-01-12        1  71357.1428…  713.57
    API calls           2026-01-07T18:45 to 2026-01-12  3           75    0.75
    total                                                               714.32
    due                                                                 714.32
  INV-000002  finalized  issued 2026-01-19  for 2026-01-12 to 2026-01-19  INR
    Week                2026-01-12 to 2026-01-19        1        99900  999.00
    API calls           2026-01-12 to 2026-01-19        2           50    0.50
    total                                                               999.50
    due                                                                 999.50
`);
});

life('two weeks at a time in Kolkata', async (l) => {
  await l.customer({ timezone: 'Asia/Kolkata', currency: 'INR' });
  await l.plan({ code: 'fortnight', name: 'Fortnight', interval: 'weekly', interval_count: 2, amount_cents: 99900, currency: 'INR' });
  await l.at('2026-01-07T18:45');
  await l.subscribe('fortnight');
  await l.at('2026-02-02');

  // Counted from the week that holds the start, Monday 5 January: Wednesday the 7th to Sunday the 18th are 12 of 14 days:
  // 99900 × 12 ÷ 14 = 85628.5714… -> 856.29.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-01-19  for 2026-01-07 to 2026-01-19  INR
    Fortnight (12 of 14 days)  2026-01-07 to 2026-01-19  1  85628.5714…  856.29
    total                                                                856.29
    due                                                                  856.29
  INV-000002  finalized  issued 2026-02-02  for 2026-01-19 to 2026-02-02  INR
    Fortnight                  2026-01-19 to 2026-02-02  1        99900  999.00
    total                                                                999.00
    due                                                                  999.00
`);
});
