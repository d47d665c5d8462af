import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

const price = (amount_cents: number, more: object = {}) => ({ amount_cents, currency: 'USD', ...more });

life('an upgrade paid in advance, undone on the same day', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.plan({ code: 'basic', name: 'Basic', ...price(3100, { pay_in_advance: true }) });
  await l.plan({ code: 'pro', name: 'Pro', ...price(6200, { pay_in_advance: true }) });
  await l.at('2026-01-01');
  await l.subscribe('basic');
  await l.pay('INV-000001');
  await l.at('2026-01-10T12:00');
  const preview = await l.must('POST', '/v1/subscriptions/basic/change_plan_preview', { new_plan_id: 'pro' });
  expect([preview.change_type, preview.timing, preview.invoice.total_cents]).toEqual(['upgrade', 'now', 4400]);
  expect(preview.new_plan).toMatchObject({ code: 'pro', interval: 'monthly', amount_cents: 6200, currency: 'USD' });
  expect(preview.proration).toEqual({
    days_remaining: 22,
    total_days: 31,
    current_plan_credit_cents: 2200,
    new_plan_charge_cents: 4400,
    net_amount_cents: 2200,
  });
  await l.change('basic', { plan_id: 'pro' });
  await l.change('basic', { plan_id: 'basic', timing: 'now' });
  await l.at('2026-02-01');

  // The 10th to the 31st are 22 days: of Basic 3100 × 22 ÷ 31 = 2200 are credited, of Pro 6200 × 22 ÷ 31 = 4400 charged, 22.00 to pay.
  // Back on the same day: all of Pro's 44.00 is credited, 22.00 of it on what is owed for it, the other 22.00 pay Basic's 22 days.
  // 31.00 have been paid, nothing is owed, and no credit is left, as if nothing had happened.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-01-01  for 2026-01-01 to 2026-02-01  USD
      Basic                  2026-01-01 to 2026-02-01  1  3100   31.00
      total                                                      31.00
      paid                                                      -31.00
      due                                                         0.00
    INV-000002  paid  issued 2026-01-10T12:00  for 2026-01-10 to 2026-02-01  USD
      Pro (22 of 31 days)    2026-01-10 to 2026-02-01  1  4400   44.00
      total                                                      44.00
      credit notes                                              -44.00
      due                                                         0.00
    INV-000003  paid  issued 2026-01-10T12:00  for 2026-01-10 to 2026-02-01  USD
      Basic (22 of 31 days)  2026-01-10 to 2026-02-01  1  2200   22.00
      total                                                      22.00
      credit notes                                              -22.00
      due                                                         0.00
    INV-000004  finalized  issued 2026-02-01  for 2026-02-01 to 2026-03-01  USD
      Basic                  2026-02-01 to 2026-03-01  1  3100   31.00
      total                                                      31.00
      due                                                        31.00
  `);
  expect(await l.creditNotes()).toBe(text`
    INV-CN-000001  on INV-000001  Unused days of Basic                total 22.00  credit 22.00  left 0.00
    INV-CN-000002  on INV-000002  Unused days of Pro (22 of 31 days)  total 44.00  credit 22.00  left 0.00
  `);
});

life('upgrades in arrears: each plan its days and its usage, three plans in a month', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.metric({ code: 'calls', name: 'API calls' });
  const calls = (amount: string) => ({ charges: [{ metric: 'calls', properties: { amount } }] });
  await l.plan({ code: 'a', name: 'A', ...price(3100, calls('0.10')) });
  await l.plan({ code: 'b', name: 'B', ...price(6200, calls('0.05')) });
  await l.plan({ code: 'c', name: 'C', ...price(9300) });
  await l.at('2026-01-01');
  await l.subscribe('a');
  await l.at('2026-01-10T11:00');
  await l.use('calls', 10, '2026-01-10T10:59:59');
  await l.at('2026-01-10T12:00');
  await l.change('a', { plan_id: 'b' });
  await l.at('2026-01-15');
  await l.use('calls', 20, '2026-01-10T12:00');
  await l.at('2026-01-20T08:00');
  await l.change('a', { plan_id: 'c' });
  await l.at('2026-02-01');
  const past = await l.must('GET', '/v1/customers/customer/past_usage?external_subscription_id=a&periods_count=5');
  expect(past.map(({ amount_cents: amount }: { amount_cents: number }) => amount)).toEqual([0, 100, 100]);

  // A: 1 to 9 January, 3100 × 9 ÷ 31 = 900, and 10 calls at 0.10. B: 10 to 19 January, 6200 × 10 ÷ 31 = 2000, and 20 calls at 0.05.
  // C: 20 to 31 January, 9300 × 12 ÷ 31 = 3600. Usage changes hands at the instant, the price on the day.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-10T12:00  for 2026-01-01 to 2026-01-10  USD
      A (9 of 31 days)   2026-01-01 to 2026-01-10               1   900   9.00
      API calls          2026-01-01 to 2026-01-10T12:00        10   100   1.00
      total                                                              10.00
      due                                                                10.00
    INV-000002  finalized  issued 2026-01-20T08:00  for 2026-01-10 to 2026-01-20  USD
      B (10 of 31 days)  2026-01-10 to 2026-01-20               1  2000  20.00
      API calls          2026-01-10T12:00 to 2026-01-20T08:00  20   100   1.00
      total                                                              21.00
      due                                                                21.00
    INV-000003  finalized  issued 2026-02-01  for 2026-01-20 to 2026-02-01  USD
      C (12 of 31 days)  2026-01-20 to 2026-02-01               1  3600  36.00
      total                                                              36.00
      due                                                                36.00
  `);
});

life('a downgrade at the end of the period, taken back and asked for again', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.metric({ code: 'calls', name: 'API calls' });
  const calls = (amount: string) => ({ pay_in_advance: true, charges: [{ metric: 'calls', properties: { amount } }] });
  await l.plan({ code: 'pro', name: 'Pro', ...price(6200, calls('0.05')) });
  await l.plan({ code: 'basic', name: 'Basic', ...price(3100, calls('0.10')) });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.at('2026-01-10T12:00');
  await l.change('pro', { plan_id: 'basic' });
  const pending = await l.must('GET', '/v1/subscriptions/pro');
  expect([pending.plan_code, pending.pending_plan_at, pending.downgraded_at]).toEqual(['pro', l.instant('2026-02-01').toString(), l.instant('2026-01-10T12:00').toString()]);
  await l.change('pro', { plan_id: 'pro' });
  await l.at('2026-02-10');
  expect(await l.must('GET', '/v1/subscriptions/pro')).toMatchObject({ plan_code: 'pro', pending_plan_id: null, downgraded_at: null });
  await l.change('pro', { plan_id: 'basic' });
  await l.use('calls', 10, '2026-02-05');
  await l.at('2026-03-10');
  await l.use('calls', 10, '2026-03-05');
  await l.at('2026-04-01');

  // Taken back in January, February is Pro's. The usage of February is rated by Pro, 10 × 0.05, on the invoice that charges March by Basic.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-01  for 2026-01-01 to 2026-02-01  USD
      Pro        2026-01-01 to 2026-02-01   1  6200  62.00
      total                                          62.00
      due                                            62.00
    INV-000002  finalized  issued 2026-02-01  for 2026-02-01 to 2026-03-01  USD
      Pro        2026-02-01 to 2026-03-01   1  6200  62.00
      total                                          62.00
      due                                            62.00
    INV-000003  finalized  issued 2026-03-01  for 2026-03-01 to 2026-04-01  USD
      Basic      2026-03-01 to 2026-04-01   1  3100  31.00
      API calls  2026-02-01 to 2026-03-01  10    50   0.50
      total                                          31.50
      due                                            31.50
    INV-000004  finalized  issued 2026-04-01  for 2026-04-01 to 2026-05-01  USD
      Basic      2026-04-01 to 2026-05-01   1  3100  31.00
      API calls  2026-03-01 to 2026-04-01  10   100   1.00
      total                                          32.00
      due                                            32.00
  `);
});

life('from months to years, by the calendar and from an anchor that stays', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.plan({ code: 'month', name: 'Month', ...price(3100, { pay_in_advance: true }) });
  await l.plan({ code: 'year', name: 'Year', ...price(73000, { pay_in_advance: true, interval: 'yearly' }) });
  await l.at('2026-01-05T08:00');
  await l.subscribe('month', { external_id: 'calendar' });
  await l.subscribe('month', { external_id: 'anchored', billing_time: 'anniversary' });
  await l.at('2026-02-10T12:00');
  await l.change('calendar', { plan_id: 'year' });
  await l.change('anchored', { plan_id: 'year' });
  await l.at('2027-01-05');

  // By the calendar: 5 to 31 January are 27 of 31 days, 3100 × 27 ÷ 31 = 2700. On 10 February 19 of 28 days of Month are credited,
  // 3100 × 19 ÷ 28 = 2103.57… -> 21.04, on what is owed for it. Of the year 2026 are left 365 − 40 = 325 days: 73000 × 325 ÷ 365 = 65000.
  // Anchored on the 5th: the period from 5 February to 5 March has 28 days, of which 10 February to 4 March are 23: 3100 × 23 ÷ 28 =
  // 2546.42… -> 25.46. The year from 5 January has 365 days, of which 36 are gone: 73000 × 329 ÷ 365 = 65800.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-05T08:00  for 2026-01-05 to 2026-02-01  USD
      Month (27 of 31 days)   2026-01-05 to 2026-02-01  1   2700   27.00
      total                                                        27.00
      due                                                          27.00
    INV-000002  finalized  issued 2026-01-05T08:00  for 2026-01-05 to 2026-02-05  USD
      Month                   2026-01-05 to 2026-02-05  1   3100   31.00
      total                                                        31.00
      due                                                          31.00
    INV-000003  finalized  issued 2026-02-01  for 2026-02-01 to 2026-03-01  USD
      Month                   2026-02-01 to 2026-03-01  1   3100   31.00
      total                                                        31.00
      credit notes                                                -21.04
      due                                                           9.96
    INV-000004  finalized  issued 2026-02-05  for 2026-02-05 to 2026-03-05  USD
      Month                   2026-02-05 to 2026-03-05  1   3100   31.00
      total                                                        31.00
      credit notes                                                -25.46
      due                                                           5.54
    INV-000005  finalized  issued 2026-02-10T12:00  for 2026-02-10 to 2027-01-01  USD
      Year (325 of 365 days)  2026-02-10 to 2027-01-01  1  65000  650.00
      total                                                       650.00
      due                                                         650.00
    INV-000006  finalized  issued 2026-02-10T12:00  for 2026-02-10 to 2027-01-05  USD
      Year (329 of 365 days)  2026-02-10 to 2027-01-05  1  65800  658.00
      total                                                       658.00
      due                                                         658.00
    INV-000007  finalized  issued 2027-01-01  for 2027-01-01 to 2028-01-01  USD
      Year                    2027-01-01 to 2028-01-01  1  73000  730.00
      total                                                       730.00
      due                                                         730.00
    INV-000008  finalized  issued 2027-01-05  for 2027-01-05 to 2028-01-05  USD
      Year                    2027-01-05 to 2028-01-05  1  73000  730.00
      total                                                       730.00
      due                                                         730.00
  `);
});

async function upgradeEachWay(l: Life, pay_in_advance: boolean): Promise<void> {
  await l.customer({ timezone: 'America/New_York' });
  await l.plan({ code: 'basic', name: 'Basic', ...price(3100, { pay_in_advance }) });
  await l.plan({ code: 'pro', name: 'Pro', ...price(6200, { pay_in_advance }) });
  await l.at('2026-01-01');
  for (const proration of ['none', 'full_price', 'difference']) await l.subscribe('basic', { external_id: proration });
  await l.at('2026-01-10T12:00');
  for (const proration of ['none', 'full_price', 'difference']) await l.change(proration, { plan_id: 'pro', proration });
  await l.at('2026-02-01');
}

/** Amounts by subscription and day, so that the order within an instant is of no account. */
async function billed(l: Life): Promise<string[]> {
  const names = new Map<string, string>();
  for (const { id, external_id: name } of await l.must('GET', '/v1/subscriptions')) names.set(id, name);
  const invoices = await l.list();
  const lines = invoices.flatMap(({ issued_at: at, fees }) =>
    fees.map((fee) => `${names.get(fee.subscription_id ?? '')} ${at?.slice(0, 10)} ${fee.description} ${fee.amount_cents}`),
  );
  return lines.toSorted();
}

life('an upgrade in advance that is not prorated, by each other way', async (l) => {
  await upgradeEachWay(l, true);

  // none: January stays as it was paid. full_price: 62.00 for it, too. difference: 62.00 − 31.00 = 31.00 more. February is Pro's.
  expect(await billed(l)).toEqual([
    'difference 2026-01-01 Basic 3100',
    'difference 2026-01-10 Pro instead of Basic 3100',
    'difference 2026-02-01 Pro 6200',
    'full_price 2026-01-01 Basic 3100',
    'full_price 2026-01-10 Pro 6200',
    'full_price 2026-02-01 Pro 6200',
    'none 2026-01-01 Basic 3100',
    'none 2026-02-01 Pro 6200',
  ]);
  expect(await l.creditNotes()).toBe('');
});

life('an upgrade in arrears that is not prorated, by each other way', async (l) => {
  await upgradeEachWay(l, false);

  // none: January is Basic's and billed with the change. full_price and difference: January is Pro's as a whole.
  expect(await billed(l)).toEqual(['difference 2026-02-01 Pro 6200', 'full_price 2026-02-01 Pro 6200', 'none 2026-01-10 Basic 3100']);
});

life('what was settled for a whole month, followed by a pause and by other changes', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  const advance = { pay_in_advance: true };
  await l.plan({ code: 'basic', name: 'Basic', ...price(3100, advance) });
  await l.plan({ code: 'pro', name: 'Pro', ...price(6200, advance) });
  await l.plan({ code: 'max', name: 'Max', ...price(9300, advance) });
  await l.plan({ code: 'year', name: 'Year', ...price(73000, { ...advance, interval: 'yearly' }) });
  await l.plan({ code: 'later', name: 'Later', ...price(3100) });
  await l.plan({ code: 'latest', name: 'Latest', ...price(6200) });
  await l.at('2026-01-01');
  for (const external_id of ['paused', 'twice', 'day', 'yearly', 'longer']) await l.subscribe('basic', { external_id });
  await l.subscribe('later');
  await l.at('2026-01-10T12:00');
  for (const name of ['paused', 'yearly', 'longer']) await l.change(name, { plan_id: 'pro', proration: 'none' });
  await l.change('longer', { plan_id: 'year', timing: 'now' });
  await l.ask('later', 'invoice_now');
  await l.change('later', { plan_id: 'latest', proration: 'none' });
  for (const name of ['twice', 'day']) await l.change(name, { plan_id: 'pro', proration: 'difference' });
  await l.at('2026-01-15T12:00');
  for (const name of ['paused', 'later', 'longer']) await l.ask(name, 'pause');
  await l.at('2026-01-20T09:00');
  for (const name of ['paused', 'later', 'longer']) await l.ask(name, 'resume');
  await l.change('twice', { plan_id: 'max', proration: 'difference' });
  await l.change('day', { plan_id: 'max' });
  await l.change('yearly', { plan_id: 'year', timing: 'now' });
  await l.at('2026-02-01');

  // January is Basic's to its end: the 16th to the 31st are credited, 3100 × 16 ÷ 31 = 1600, the 20th to the 31st charged, 3100 × 12 ÷ 31 =
  // 1200; so is what was settled ahead of a plan in arrears, of which the nine days that were over had been billed on request. Of the year, February to December, 73000 × 334 ÷ 365 = 66800,
  // which a pause in January credits and the resumption charges again. Pro's difference
  // makes January Pro's: of Max another 93.00 − 62.00; by the day 12 days of both 31.00 are credited, and charged of Max, 9300 × 12 ÷ 31.
  expect(await billed(l)).toEqual([
    'day 2026-01-01 Basic 3100',
    'day 2026-01-10 Pro instead of Basic 3100',
    'day 2026-01-20 Max (12 of 31 days) 3600',
    'day 2026-02-01 Max 9300',
    'later 2026-01-10 Later (22 of 31 days) 2200',
    'later 2026-01-10 Later (9 of 31 days) 900',
    'later 2026-01-20 Later (12 of 31 days) 1200',
    'longer 2026-01-01 Basic 3100',
    'longer 2026-01-10 Year (334 of 365 days) 66800',
    'longer 2026-01-20 Basic (12 of 31 days) 1200',
    'longer 2026-01-20 Year (334 of 365 days) 66800',
    'paused 2026-01-01 Basic 3100',
    'paused 2026-01-20 Basic (12 of 31 days) 1200',
    'paused 2026-02-01 Pro 6200',
    'twice 2026-01-01 Basic 3100',
    'twice 2026-01-10 Pro instead of Basic 3100',
    'twice 2026-01-20 Max instead of Pro 3100',
    'twice 2026-02-01 Max 9300',
    'yearly 2026-01-01 Basic 3100',
    'yearly 2026-01-20 Year (334 of 365 days) 66800',
  ]);
  const credited = (await l.creditNotes()).split('\n').map((line) => line.replace(/.*(Unused days.*?) +total +(\S+) .*/, '$1 $2'));
  expect(credited.toSorted()).toEqual([
    'Unused days of Basic 12.00',
    'Unused days of Basic 16.00',
    'Unused days of Basic 16.00',
    'Unused days of Later (22 of 31 days) 16.00',
    'Unused days of Pro instead of Basic 12.00',
    'Unused days of Year (334 of 365 days) 668.00',
  ]);
});

life('the difference for a month and a change by the day in it, while both invoices are drafts', async (l) => {
  await l.customer({ timezone: 'America/New_York', invoice_grace_period: 30 });
  for (const [code, cents] of [['basic', 3100], ['pro', 6200], ['max', 9300]] as const) await l.plan({ code, name: code, ...price(cents, { pay_in_advance: true }) });
  await l.at('2026-01-01');
  await l.must('POST', '/v1/wallets', { customer_id: 'customer', initial_granted_credits: 10000, applies_to: { plan_codes: ['pro'] } });
  await l.subscribe('basic');
  await l.at('2026-01-10T12:00');
  await l.change('basic', { plan_id: 'pro', proration: 'difference' });
  await l.at('2026-01-20T12:00');
  await l.change('basic', { plan_id: 'max' });
  await l.must('PUT', '/v1/plans/pro', { amount_cents: 1000 });
  await l.at('2026-02-20');

  // 19 of 31 days are left of both when they are finalized: 3100 × 19 ÷ 31 = 1900. Max has the other 12: 9300 × 12 ÷ 31 = 3600.
  // The difference is the one that was agreed on, 31.00, though Pro costs less than Basic by then. February's invoice is a draft yet.
  expect(await billed(l)).toEqual([
    'basic 2026-01-31 basic (19 of 31 days) 1900',
    'basic 2026-02-09 pro instead of basic (19 of 31 days) 1900',
    'basic 2026-02-19 max (12 of 31 days) 3600',
    'basic undefined max 9300',
  ]);
  expect(await l.creditNotes()).toBe('');
  // The wallet is for what Pro costs, the difference to it too.
  expect((await l.list()).map(({ prepaid_credit_amount_cents: paid }) => paid).toSorted()).toEqual([0, 0, 0, 1900]);
});

life('an upgrade while the first invoice is a draft, with seats that are kept', async (l) => {
  await l.customer({ timezone: 'America/New_York', invoice_grace_period: 20 });
  await l.metric({ code: 'seats', name: 'Seats', aggregation_type: 'sum', field_name: 'change', recurring: true });
  const seats = (amount: string) => ({ pay_in_advance: true, charges: [{ metric: 'seats', prorated: true, properties: { amount } }] });
  await l.plan({ code: 'basic', name: 'Basic', ...price(3100, seats('31')) });
  await l.plan({ code: 'pro', name: 'Pro', ...price(6200, seats('62')) });
  await l.at('2026-01-01');
  await l.subscribe('basic');
  await l.at('2026-01-05');
  await l.use('seats', { change: 5 }, '2026-01-03');
  await l.at('2026-01-10T12:00');
  await l.change('basic', { plan_id: 'pro' });
  await l.at('2026-02-25');

  // The draft of 1 January has Basic's 9 days when it is finalized: 3100 × 9 ÷ 31 = 900. Nothing had to be credited.
  // Five seats from the 3rd to the 9th are 5 × 7 ÷ 31 units at 31.00: 35.00, billed with the change, and Pro's 22 days: 44.00.
  // From the 10th to the 31st they are 5 × 22 ÷ 31 units at 62.00: 220.00, billed on 1 February.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-21  for 2026-01-01 to 2026-02-01  USD
      Basic (9 of 31 days)  2026-01-01 to 2026-01-10        1    900    9.00
      total                                                             9.00
      due                                                               9.00
    INV-000002  finalized  issued 2026-01-30T12:00  for 2026-01-10 to 2026-02-01  USD
      Pro (22 of 31 days)   2026-01-10 to 2026-02-01        1   4400   44.00
      Seats                 2026-01-01 to 2026-01-10T12:00  5   3500   35.00
      total                                                            79.00
      due                                                              79.00
    INV-000003  finalized  issued 2026-02-21  for 2026-02-01 to 2026-03-01  USD
      Pro                   2026-02-01 to 2026-03-01        1   6200   62.00
      Seats                 2026-01-10T12:00 to 2026-02-01  5  22000  220.00
      total                                                           282.00
      due                                                             282.00
  `);
});

life('in a trial the new plan’s length counts from the first start', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  const trial = (days: number) => ({ pay_in_advance: true, trial_period_days: days });
  await l.plan({ code: 'basic', name: 'Basic', ...price(3100, trial(14)) });
  await l.plan({ code: 'pro', name: 'Pro', ...price(6200, trial(20)) });
  await l.plan({ code: 'max', name: 'Max', ...price(9300, trial(0)) });
  await l.at('2026-01-01T10:00');
  await l.subscribe('basic');
  await l.subscribe('basic', { external_id: 'short' });
  await l.at('2026-01-10T12:00');
  await l.change('basic', { plan_id: 'pro' });
  await l.change('short', { plan_id: 'max' });
  await l.at('2026-02-01');

  // Max has no trial: 10 to 31 January are due at once, 9300 × 22 ÷ 31 = 6600. Pro's 20 days end on 21 January: 11 days, 2200.
  // The invoice over nothing is the usage of the trial on Basic, which there was none of.
  expect((await billed(l)).filter((line) => !line.includes('2026-02-01'))).toEqual([
    'basic 2026-01-21 Pro (11 of 31 days) 2200',
    'short 2026-01-10 Max (22 of 31 days) 6600',
  ]);
});

life('changes that credits and a wallet pay, as previewed: an upgrade by the day, then a lower price for all of the rest', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.plan({ code: 'basic', name: 'Basic', ...price(3100, { pay_in_advance: true }) });
  await l.plan({ code: 'pro', name: 'Pro', ...price(6200, { pay_in_advance: true }) });
  await l.at('2026-01-01');
  await l.must('POST', '/v1/wallets', { customer_id: 'customer', initial_granted_credits: 5000 });
  await l.subscribe('basic');
  await l.at('2026-01-10T12:00');
  const preview = async (body: object) => {
    const { proration, invoice } = await l.must('POST', '/v1/subscriptions/basic/change_plan_preview', body);
    return [proration.new_plan_charge_cents, proration.current_plan_credit_cents, invoice.total_cents, invoice.prepaid_credit_amount_cents];
  };
  expect(await preview({ new_plan_id: 'pro' })).toEqual([4400, 2200, 4400, 1900]);
  await l.change('basic', { plan_id: 'pro' });
  await l.at('2026-01-20T12:00');
  const lower = { timing: 'now', proration: 'full_price' };
  expect(await preview({ new_plan_id: 'basic', ...lower })).toEqual([2200, 4400, 2200, 0]);
  await l.change('basic', { plan_id: 'basic', ...lower });
  await l.at('2026-02-01');

  // The wallet's 50.00 pay 31.00 of January. 10 January: Pro 6200 × 22 ÷ 31 = 44.00; of Basic 22.00 are credited, the wallet's last 19.00 pay
  // of the rest, 3.00 are due. 20 January: of Pro all is credited, 3.00 of it on what is due, and Basic charged from the 10th, 3100 × 22 ÷ 31
  // = 22.00; of the other 41.00 these are paid, and 19.00 of February's 31.00.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-01-01  for 2026-01-01 to 2026-02-01  USD
      Basic                  2026-01-01 to 2026-02-01  1  3100   31.00
      total                                                      31.00
      prepaid credits                                           -31.00
      due                                                         0.00
    INV-000002  paid  issued 2026-01-10T12:00  for 2026-01-10 to 2026-02-01  USD
      Pro (22 of 31 days)    2026-01-10 to 2026-02-01  1  4400   44.00
      total                                                      44.00
      credit notes                                              -25.00
      prepaid credits                                           -19.00
      due                                                         0.00
    INV-000003  paid  issued 2026-01-20T12:00  for 2026-01-10 to 2026-02-01  USD
      Basic (22 of 31 days)  2026-01-10 to 2026-02-01  1  2200   22.00
      total                                                      22.00
      credit notes                                              -22.00
      due                                                         0.00
    INV-000004  finalized  issued 2026-02-01  for 2026-02-01 to 2026-03-01  USD
      Basic                  2026-02-01 to 2026-03-01  1  3100   31.00
      total                                                      31.00
      credit notes                                              -19.00
      due                                                        12.00
  `);
});
