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
