import { expect } from 'vitest';
import { lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

life('seats paid ahead by the day, support in arrears as a whole: a start, a change of plan, an end', async (l) => {
  await l.customer({ timezone: 'Europe/Berlin', currency: 'EUR' });
  await l.must('POST', '/v1/add_ons', { code: 'seat', name: 'Seats', amount_cents: 1000, amount_currency: 'EUR' });
  await l.must('POST', '/v1/add_ons', { code: 'support', name: 'Support', amount_cents: 0, amount_currency: 'EUR' });
  const support = {
    add_on_code: 'support',
    units: 2,
    charge_model: 'graduated',
    properties: { tiers: [{ up_to: 1, unit_price: '20' }, { up_to: null, unit_price: '15' }] },
  };
  const seats = { add_on_code: 'seat', pay_in_advance: true, prorated: true };
  await l.plan({ code: 'team', name: 'Team', amount_cents: 3100, currency: 'EUR', fixed_charges: [{ ...seats, units: 5 }, support] });
  await l.plan({ code: 'big', name: 'Big', amount_cents: 6200, currency: 'EUR', fixed_charges: [{ ...seats, units: 10, properties: { amount: '8' } }] });
  await l.at('2026-01-15');
  await l.subscribe('team');
  await l.at('2026-02-10T12:00');
  const preview = await l.must('POST', '/v1/subscriptions/team/change_plan_preview', { new_plan_id: 'big' });
  expect(preview.invoice.fees.map(({ amount_cents: amount }: { amount_cents: number }) => amount)).toEqual([996, 5429, 3500]);
  await l.change('team', { plan_id: 'big' });
  await l.at('2026-03-10T18:00');
  await l.terminate('team', 'generate_credit_note');

  // Seats from 15 January: 5 × 1000 × 17 ÷ 31 = 2741.935…. Support costs a period 20 + 15, whatever part of it is billed.
  // 10 February: Team 3100 × 9 ÷ 28 = 996.428…; of Big's seats 19 of 28 days, 10 × 800 × 19 ÷ 28 = 5428.571…; of Team's seats these
  // 19 days are credited, 5000 × 19 ÷ 28 = 3392.857…. Big for 19 days: 6200 × 19 ÷ 28 = 4207.142….
  // 10 March, the end: Big 6200 × 10 ÷ 31 = 2000; 21 days of seats are credited, 8000 × 21 ÷ 31 = 5419.354….
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-15  for 2026-01-15 to 2026-02-01  EUR
      Seats (17 of 31 days)  2026-01-15 to 2026-02-01         5  2741.9354…   27.42
      total                                                                   27.42
      due                                                                     27.42
    INV-000002  finalized  issued 2026-02-01  for 2026-01-15 to 2026-02-01  EUR
      Team (17 of 31 days)   2026-01-15 to 2026-02-01         1        1700   17.00
      Seats                  2026-02-01 to 2026-03-01         5        5000   50.00
      Support                2026-01-15 to 2026-02-01         2        3500   35.00
      total                                                                  102.00
      credit notes                                                           -33.93
      due                                                                     68.07
    INV-000003  finalized  issued 2026-02-10T12:00  for 2026-02-01 to 2026-02-10  EUR
      Team (9 of 28 days)    2026-02-01 to 2026-02-10         1   996.4285…    9.96
      Seats (19 of 28 days)  2026-02-10 to 2026-03-01        10  5428.5714…   54.29
      Support                2026-02-01 to 2026-02-10         2        3500   35.00
      total                                                                   99.25
      due                                                                     99.25
    INV-000004  finalized  issued 2026-03-01  for 2026-02-10 to 2026-03-01  EUR
      Big (19 of 28 days)    2026-02-10 to 2026-03-01         1  4207.1428…   42.07
      Seats                  2026-03-01 to 2026-04-01        10        8000   80.00
      total                                                                  122.07
      credit notes                                                           -54.19
      due                                                                     67.88
    INV-000005  finalized  issued 2026-03-10T18:00  for 2026-03-01 to 2026-03-10T18:00  EUR
      Big (10 of 31 days)    2026-03-01 to 2026-03-10T18:00   1        2000   20.00
      total                                                                   20.00
      due                                                                     20.00
  `);
});

const seat = { code: 'seat', name: 'Seats', amount_cents: 1000, amount_currency: 'USD' };

life('seats paid ahead: more of them, fewer with the next period, fewer at once, an end', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.must('POST', '/v1/add_ons', seat);
  await l.plan({ code: 'team', name: 'Team', amount_cents: 3000, fixed_charges: [{ add_on_code: 'seat', pay_in_advance: true, prorated: true }] });
  await l.at('2026-04-01');
  await l.subscribe('team', { fixed_charges: [{ add_on_code: 'seat', units: 5 }] });
  const seats = (body: object) => l.must('PUT', '/v1/subscriptions/team/fixed_charges/seat', body);
  await l.at('2026-04-11T12:00');
  expect(await seats({ units: 8 })).toMatchObject({ units: '8', plan_units: '1', pending_units: null });
  await l.at('2026-04-21T09:00');
  expect(await seats({ units: 6 })).toMatchObject({ units: '8', pending_units: '6', pending_units_at: '2026-05-01T04:00:00Z' });
  await l.at('2026-05-01');
  await l.pay('INV-000003');
  await l.at('2026-05-22T12:00');
  await seats({ units: 4, timing: 'now' });
  await l.at('2026-06-16T18:00');
  expect(await l.must('GET', '/v1/subscriptions/team/fixed_charges')).toMatchObject([{ add_on_code: 'seat', units: '4', pending_units: null }]);
  await l.terminate('team', 'generate_credit_note');

  // 11 April: three more for 20 of 30 days, 3000 × 20 ÷ 30 = 2000. May has six.
  // 22 May: of six seats 10 of 31 days are credited, 6000 × 10 ÷ 31 = 1935.48… -> 19.35; four are charged for them,
  // 4000 × 10 ÷ 31 = 1290.32… -> 12.90, which the credit pays; the rest of it, 6.45, is taken off the invoice of 1 June.
  // 16 June, the end: Team 3000 × 16 ÷ 30; of four seats 14 of 30 days are credited on what is owed for them, 4000 × 14 ÷ 30 = 1866.67.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-04-01  for 2026-04-01 to 2026-05-01  USD
      Seats                                  2026-04-01 to 2026-05-01        5        5000   50.00
      total                                                                                  50.00
      due                                                                                    50.00
    INV-000002  finalized  issued 2026-04-11T12:00  for 2026-04-11 to 2026-05-01  USD
      Seats: 8 instead of 5 (20 of 30 days)  2026-04-11 to 2026-05-01        3        2000   20.00
      total                                                                                  20.00
      due                                                                                    20.00
    INV-000003  paid  issued 2026-05-01  for 2026-04-01 to 2026-05-01  USD
      Team                                   2026-04-01 to 2026-05-01        1        3000   30.00
      Seats                                  2026-05-01 to 2026-06-01        6        6000   60.00
      total                                                                                  90.00
      paid                                                                                  -90.00
      due                                                                                     0.00
    INV-000004  paid  issued 2026-05-22T12:00  for 2026-05-22 to 2026-06-01  USD
      Seats (10 of 31 days)                  2026-05-22 to 2026-06-01        4  1290.3225…   12.90
      total                                                                                  12.90
      credit notes                                                                          -12.90
      due                                                                                     0.00
    INV-000005  finalized  issued 2026-06-01  for 2026-05-01 to 2026-06-01  USD
      Team                                   2026-05-01 to 2026-06-01        1        3000   30.00
      Seats                                  2026-06-01 to 2026-07-01        4        4000   40.00
      total                                                                                  70.00
      credit notes                                                                          -25.12
      due                                                                                    44.88
    INV-000006  finalized  issued 2026-06-16T18:00  for 2026-06-01 to 2026-06-16T18:00  USD
      Team (16 of 30 days)                   2026-06-01 to 2026-06-16T18:00  1        1600   16.00
      total                                                                                  16.00
      due                                                                                    16.00
  `);
  expect(await l.creditNotes()).toBe(text`
    INV-CN-000001  on INV-000003  Unused days of Seats  total 19.35  credit 19.35  left 0.00
    INV-CN-000002  on INV-000005  Unused days of Seats  total 18.67   credit 0.00  left 0.00
  `);
});

life('seats in arrears, by the day and as a whole, that a change of plan keeps', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.must('POST', '/v1/add_ons', seat);
  await l.must('POST', '/v1/add_ons', { ...seat, code: 'desk', name: 'Desks' });
  const fixed_charges = [{ add_on_code: 'seat', units: 5, prorated: true }, { add_on_code: 'desk', units: 1 }];
  await l.plan({ code: 'small', name: 'Small', amount_cents: 3000, fixed_charges });
  await l.plan({ code: 'large', name: 'Large', amount_cents: 6000, fixed_charges });
  await l.at('2026-04-01');
  await l.subscribe('small');
  const units = (addOn: string, body: object) => l.must('PUT', `/v1/subscriptions/small/fixed_charges/${addOn}`, body);
  await l.at('2026-04-11T12:00');
  await units('seat', { units: 8 });
  await units('desk', { units: 3 });
  await l.at('2026-04-21T12:00');
  await units('desk', { units: 2, timing: 'now' });
  await l.at('2026-05-16T12:00');
  await l.change('small', { plan_id: 'large' });
  await l.at('2026-06-01');

  // April: 5 seats for 10 days, 8 for 20: 5000 × 10 ÷ 30, 8000 × 20 ÷ 30. Desks are whole, at most three. In May both plans have eight
  // seats and two desks: of Small 15 of 31 days, 3000 × 15 ÷ 31, 8000 × 15 ÷ 31; of Large 16, 6000 × 16 ÷ 31, 8000 × 16 ÷ 31.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-05-01  for 2026-04-01 to 2026-05-01  USD
      Small                  2026-04-01 to 2026-05-01  1        3000   30.00
      Seats (10 of 30 days)  2026-04-01 to 2026-04-11  5  1666.6666…   16.67
      Seats (20 of 30 days)  2026-04-11 to 2026-05-01  8  5333.3333…   53.33
      Desks                  2026-04-01 to 2026-05-01  3        3000   30.00
      total                                                           130.00
      due                                                             130.00
    INV-000002  finalized  issued 2026-05-16T12:00  for 2026-05-01 to 2026-05-16  USD
      Small (15 of 31 days)  2026-05-01 to 2026-05-16  1  1451.6129…   14.52
      Seats (15 of 31 days)  2026-05-01 to 2026-05-16  8  3870.9677…   38.71
      Desks                  2026-05-01 to 2026-05-16  2        2000   20.00
      total                                                            73.23
      due                                                              73.23
    INV-000003  finalized  issued 2026-06-01  for 2026-05-16 to 2026-06-01  USD
      Large (16 of 31 days)  2026-05-16 to 2026-06-01  1  3096.7741…   30.97
      Seats (16 of 31 days)  2026-05-16 to 2026-06-01  8  4129.0322…   41.29
      Desks                  2026-05-16 to 2026-06-01  2        2000   20.00
      total                                                            92.26
      due                                                              92.26
  `);
});

life('what differs on a draft once a fixed charge is off the plan and another is paid ahead', async (l) => {
  await l.customer({ currency: 'USD', invoice_grace_period: 3 });
  for (const [code, name, amount] of [['seat', 'Seats', 1000], ['support', 'Support', 500], ['backup', 'Backup', 300]] as const)
    await l.must('POST', '/v1/add_ons', { code, name, amount_cents: amount, amount_currency: 'USD' });
  const [support, backup] = [{ add_on_code: 'support' }, { add_on_code: 'backup' }];
  await l.plan({ code: 'team', name: 'Team', amount_cents: 1000, currency: 'USD', fixed_charges: [{ add_on_code: 'seat', units: 2 }, support, backup] });
  await l.at('2026-01-01');
  await l.subscribe('team');
  await l.at('2026-02-02');
  await l.must('PUT', '/v1/plans/team', { fixed_charges: [support, { ...backup, pay_in_advance: true }] });
  const [draft] = await l.list();
  await l.must('POST', `/v1/invoices/${draft?.id}/refresh`);
  const { lines, summary } = await l.must('GET', `/v1/invoices/${draft?.id}/diff?against=1`);

  // 10.00 + 20.00 + 5.00 + 3.00 for January; then 10.00 + 5.00 for it, and 3.00 for February.
  expect([...lines.map(({ words }: { words: string }) => words), summary]).toEqual([
    'Team: 10.00 USD, unchanged',
    'Backup: 3.00 USD, new',
    'Support: 5.00 USD, unchanged',
    'Seats: 20.00 USD, no longer there',
    'Backup: 3.00 USD, no longer there',
    'Lines: 1 added, 2 removed; the total goes from 38.00 to 18.00 USD (-20.00).',
  ]);
});

life('seats in a month that was settled by the difference of two prices', async (l) => {
  await l.customer();
  await l.must('POST', '/v1/add_ons', { code: 'seat', name: 'Seat', amount_cents: 1000, amount_currency: 'USD' });
  for (const [code, amount_cents] of [['small', 3100], ['large', 6200]] as const)
    await l.plan({ code, name: code, amount_cents, pay_in_advance: true, fixed_charges: [{ add_on_code: 'seat', units: 5, pay_in_advance: true, prorated: true }] });
  await l.at('2026-01-01');
  await l.subscribe('small', { external_id: 'team' });
  await l.at('2026-01-10T12:00');
  await l.change('team', { plan_id: 'large', proration: 'difference' });
  await l.at('2026-01-20T12:00');
  const seats = (units: number) => ({ units: String(units), timing: 'now' });
  expect(await l.must('POST', '/v1/subscriptions/team/fixed_charges/seat/preview', seats(3))).toMatchObject({ credit_cents: 0, charge_cents: 0, invoice: null });
  await l.must('PUT', '/v1/subscriptions/team/fixed_charges/seat', seats(3));
  await l.at('2026-02-01');

  // The seats of January are the small plan's and paid; those of the large one begin with February, three of them.
  const lines = (await l.list()).flatMap(({ issued_at: at, fees }) => fees.map((fee) => `${at?.slice(0, 10)} ${fee.description} ${fee.amount_cents}`));
  expect(lines).toEqual(['2026-01-01 small 3100', '2026-01-01 Seat 5000', '2026-01-10 large instead of small 3100', '2026-02-01 large 6200', '2026-02-01 Seat 3000']);
});
