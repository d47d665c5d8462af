import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

/** 49.00 a month in arrears, and so much for a server that runs the whole month. */
async function offerServers(l: Life, currency: string, amount: string): Promise<void> {
  await l.metric({ code: 'servers', name: 'Servers', aggregation_type: 'weighted_sum', field_name: 'change' });
  await l.plan({ code: 'cluster', name: 'Cluster', amount_cents: 4900, currency, charges: [{ metric: 'servers', properties: { amount } }] });
}

life('March in New York, which has an hour less', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await offerServers(l, 'USD', '7.43');
  await l.at('2026-03-08');
  await l.subscribe('cluster', { started_at: '2026-03-08T12:00' });
  await l.at('2026-03-30T12:00');
  await l.use('servers', { change: 1 }, '2026-03-08T12:00');
  await l.use('servers', { change: 1 }, '2026-03-31');
  await l.at('2026-04-01');

  // The 8th has 23 hours and counts as one day: 24 of 31 days, 4900 × 24 ÷ 31 = 117600 ÷ 31 = 3793.5483… -> 37.94.
  // March has 31 × 24 − 1 = 743 hours. One server from the 8th, 12:00, to the end: 23 days and 12 hours, 564 hours; the other all of
  // the 31st, 24 hours. 588 ÷ 743 = 0.7913… servers at 7.43: 588 ÷ 743 × 743 = 588 cents exactly.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-04-01  for 2026-03-08 to 2026-04-01  USD
    Cluster (24 of 31 days)  2026-03-08 to 2026-04-01              1  3793.5483…  37.94
    Servers                  2026-03-08T12:00 to 2026-04-01  0.7913…         588   5.88
    total                                                                         43.82
    due                                                                           43.82
`);
});

life('October in Berlin, which has an hour more', async (l) => {
  await l.customer({ timezone: 'Europe/Berlin', currency: 'EUR' });
  await offerServers(l, 'EUR', '7.45');
  await l.at('2026-10-24');
  await l.subscribe('cluster');
  await l.at('2026-10-26T12:00');
  await l.use('servers', { change: 1 }, '2026-10-25');
  await l.use('servers', { change: -1 }, '2026-10-26');
  await l.use('servers', { change: 2 }, '2026-10-25T02:00+02:00');
  await l.use('servers', { change: -2 }, '2026-10-25T02:00+01:00');
  await l.at('2026-11-01');

  // 24 to 31 October are 8 of 31 days: 4900 × 8 ÷ 31 = 39200 ÷ 31 = 1264.5161… -> 12.65.
  // October has 31 × 24 + 1 = 745 hours. One server all of the 25th, 25 hours; two from the first 02:00 of that night to the second, one hour.
  // 25 + 2 × 1 = 27 of 745 hours at 7.45: 27 cents exactly.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-11-01  for 2026-10-24 to 2026-11-01  EUR
    Cluster (8 of 31 days)  2026-10-24 to 2026-11-01        1  1264.5161…  12.65
    Servers                 2026-10-24 to 2026-11-01  0.0362…          27   0.27
    total                                                                  12.92
    due                                                                    12.92
`);
});

life('days in New York, one of them with 23 hours', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.plan({ code: 'day', name: 'Day', interval: 'daily', amount_cents: 100, currency: 'USD', charges: [{ metric: 'calls', properties: { amount: '0.10' } }] });
  await l.at('2026-03-07');
  await l.subscribe('day');
  await l.at('2026-03-08T12:00');
  await l.use('calls', 1, '2026-03-08T01:59:59-05:00');
  await l.use('calls', 1, '2026-03-08T03:00:00-04:00');
  await l.use('calls', 1, '2026-03-09T03:59:59Z');
  await l.use('calls', 1, '2026-03-09T04:00:00Z');
  await l.at('2026-03-10');

  // Each day costs 1.00. The 8th runs from 05:00 UTC to 04:00 UTC: its last second is 03:59:59 UTC, so three calls are its own.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-03-08  for 2026-03-07 to 2026-03-08  USD
    Day        2026-03-07 to 2026-03-08  1  100  1.00
    total                                        1.00
    due                                          1.00
  INV-000002  finalized  issued 2026-03-09  for 2026-03-08 to 2026-03-09  USD
    Day        2026-03-08 to 2026-03-09  1  100  1.00
    API calls  2026-03-08 to 2026-03-09  3   30  0.30
    total                                        1.30
    due                                          1.30
  INV-000003  finalized  issued 2026-03-10  for 2026-03-09 to 2026-03-10  USD
    Day        2026-03-09 to 2026-03-10  1  100  1.00
    API calls  2026-03-09 to 2026-03-10  1   10  0.10
    total                                        1.10
    due                                          1.10
`);
});
