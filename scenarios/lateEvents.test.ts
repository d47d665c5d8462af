import { expect } from 'vitest';
import { lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

life('events that come late: into a draft, and after it is final', async (l) => {
  await l.customer({ timezone: 'America/Los_Angeles', invoice_grace_period: 3 });
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.plan({ code: 'basic', name: 'Basic', amount_cents: 1000, currency: 'USD', charges: [{ metric: 'calls', properties: { amount: '0.10' } }] });
  await l.at('2026-01-01');
  await l.subscribe('basic');
  await l.at('2026-01-20');
  await l.use('calls', 100, '2026-01-20');
  await l.at('2026-02-01');

  // 100 × 0.10 = 10.00 beside the 10.00 of the month. A draft has no number yet; three days after the period it becomes final.
  expect(await l.invoices()).toBe(text`
  no number  draft  until 2026-02-04  for 2026-01-01 to 2026-02-01  USD
    Basic      2026-01-01 to 2026-02-01    1  1000  10.00
    API calls  2026-01-01 to 2026-02-01  100  1000  10.00
    total                                           20.00
    due                                             20.00
`);

  await l.at('2026-02-02');
  await l.use('calls', 1, '2026-01-31T23:59:59');
  await l.at('2026-02-04');
  await l.at('2026-02-05');
  await l.use('calls', 1, '2026-01-31T23:59:59');
  await l.at('2026-03-01');

  // The call of 2 February is on the invoice, as it was a draft until the 4th: 101 × 0.10 = 10.10. That of 5 February came when it
  // was final: the next one bills it for January, 102 × 0.10 less 10.10.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-02-04  for 2026-01-01 to 2026-02-01  USD
    Basic                                               2026-01-01 to 2026-02-01    1  1000  10.00
    API calls                                           2026-01-01 to 2026-02-01  101  1010  10.10
    total                                                                                    20.10
    due                                                                                      20.10
  no number  draft  until 2026-03-04  for 2026-02-01 to 2026-03-01  USD
    Basic                                               2026-02-01 to 2026-03-01    1  1000  10.00
    API calls (late usage of 2026-01-01 to 2026-01-31)  2026-01-01 to 2026-02-01    1    10   0.10
    total                                                                                    10.10
    due                                                                                      10.10
`);
  // Usage reads of January show all of it: 102 calls, 10.20.
  const past = await l.must('GET', '/v1/customers/customer/past_usage?external_subscription_id=basic&periods_count=2');
  expect(past).toMatchObject([{ charges: [{ units: '0', amount_cents: 0 }] }, { charges: [{ units: '102', amount_cents: 1020 }] }]);
});

life('usage that comes late again and again, to the end of a period, its tiers and its least amount', async (l) => {
  await l.customer({ timezone: 'Europe/Berlin', currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.metric({ code: 'disk', name: 'Disk', aggregation_type: 'latest', field_name: 'gb' });
  const tiers = [{ up_to: 10, unit_price: '1' }, { up_to: null, unit_price: '0.50' }];
  await l.plan({
    code: 'pro',
    name: 'Pro',
    currency: 'EUR',
    charges: [
      { metric: 'calls', charge_model: 'graduated', properties: { tiers }, min_amount_cents: 500 },
      { metric: 'disk', properties: { amount: '2' } },
    ],
  });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.use('calls', 3, '2026-01-01T12:00');
  await l.use('disk', { gb: 50 }, '2026-01-01T12:00');
  await l.at('2026-02-01');
  // Late by a second, and by weeks: seven more calls of January, and a smaller disk.
  await l.use('calls', 1, '2026-01-31T23:59:59');
  await l.use('calls', 6, '2026-01-10');
  await l.use('disk', { gb: 40 }, '2026-01-20');
  await l.use('calls', 1, '2026-02-01T01:00');
  await l.at('2026-03-01');
  await l.use('calls', 4, '2026-01-15');
  await l.use('calls', 5, '2026-02-28T23:59');
  await l.at('2026-04-01');
  await l.at('2026-05-01');

  // January: 3 calls are 3.00, raised to 5.00; the disk 50 × 2.00. With seven more, ten are 10.00: 5.00 more. The disk was 40 at
  // its end: 80.00, so 20.00 are credited, which lowers what is owed on January's invoice. February: one call, raised to 5.00.
  // Four more calls of January are in the second tier: 14 are 12.00, of which 10.00 are billed. Five more of February are
  // 6.00 instead of 5.00. Nothing came late for April's invoice.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
    Pro                                                 2026-01-01 to 2026-02-01   1      0    0.00
    API calls                                           2026-01-01 to 2026-02-01   3    300    3.00
    Disk                                                2026-01-01 to 2026-02-01  50  10000  100.00
    API calls (minimum)                                 2026-01-01 to 2026-02-01   1    200    2.00
    total                                                                                    105.00
    credit notes                                                                             -20.00
    due                                                                                       85.00
  INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  EUR
    Pro                                                 2026-02-01 to 2026-03-01   1      0    0.00
    API calls                                           2026-02-01 to 2026-03-01   1    100    1.00
    API calls (minimum)                                 2026-02-01 to 2026-03-01   1    400    4.00
    API calls (late usage of 2026-01-01 to 2026-01-31)  2026-01-01 to 2026-02-01   7    500    5.00
    total                                                                                     10.00
    due                                                                                       10.00
  INV-000003  finalized  issued 2026-04-01  for 2026-03-01 to 2026-04-01  EUR
    Pro                                                 2026-03-01 to 2026-04-01   1      0    0.00
    API calls (minimum)                                 2026-03-01 to 2026-04-01   1    500    5.00
    API calls (late usage of 2026-01-01 to 2026-01-31)  2026-01-01 to 2026-02-01   4    200    2.00
    API calls (late usage of 2026-02-01 to 2026-02-28)  2026-02-01 to 2026-03-01   5    100    1.00
    total                                                                                      8.00
    due                                                                                        8.00
  INV-000004  finalized  issued 2026-05-01  for 2026-04-01 to 2026-05-01  EUR
    Pro                                                 2026-04-01 to 2026-05-01   1      0    0.00
    API calls (minimum)                                 2026-04-01 to 2026-05-01   1    500    5.00
    total                                                                                      5.00
    due                                                                                        5.00
`);
  expect(await l.creditNotes()).toBe(text`
  INV-CN-000001  on INV-000001  Disk (late usage of 2026-01-01 to 2026-01-31)  total 20.00  credit 0.00  left 0.00
`);
});

life('late usage of a metric that carries on, and none where it is ignored', async (l) => {
  await l.customer({ currency: 'USD' });
  await l.metric({ code: 'seats', name: 'Seats', aggregation_type: 'sum', field_name: 'seats', recurring: true });
  await l.plan({ code: 'team', name: 'Team', currency: 'USD', charges: [{ metric: 'seats', properties: { amount: '10' } }] });
  await l.at('2026-01-01');
  await l.subscribe('team');
  await l.use('seats', { seats: 5 }, '2026-01-01T12:00');
  await l.at('2026-03-01');
  await l.use('seats', { seats: 2 }, '2026-01-31T12:00');
  await l.at('2026-04-01');
  await l.must('PUT', '/v1/organizations/current', { ignore_late_usage: true });
  await l.use('seats', { seats: 100 }, '2026-03-31T12:00');
  await l.at('2026-05-01');

  // Two seats more since January make 20.00 more in January and in February; March has all seven. The hundred of March
  // come late and are ignored for it, but from April on they are there.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
    Team                                            2026-01-01 to 2026-02-01    1       0     0.00
    Seats                                           2026-01-01 to 2026-02-01    5    5000    50.00
    total                                                                                    50.00
    due                                                                                      50.00
  INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
    Team                                            2026-02-01 to 2026-03-01    1       0     0.00
    Seats                                           2026-02-01 to 2026-03-01    5    5000    50.00
    total                                                                                    50.00
    due                                                                                      50.00
  INV-000003  finalized  issued 2026-04-01  for 2026-03-01 to 2026-04-01  USD
    Team                                            2026-03-01 to 2026-04-01    1       0     0.00
    Seats                                           2026-03-01 to 2026-04-01    7    7000    70.00
    Seats (late usage of 2026-01-01 to 2026-01-31)  2026-01-01 to 2026-02-01    2    2000    20.00
    Seats (late usage of 2026-02-01 to 2026-02-28)  2026-02-01 to 2026-03-01    2    2000    20.00
    total                                                                                   110.00
    due                                                                                     110.00
  INV-000004  finalized  issued 2026-05-01  for 2026-04-01 to 2026-05-01  USD
    Team                                            2026-04-01 to 2026-05-01    1       0     0.00
    Seats                                           2026-04-01 to 2026-05-01  107  107000  1070.00
    total                                                                                  1070.00
    due                                                                                    1070.00
`);
});
