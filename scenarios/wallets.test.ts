import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

const wallet = (l: Life, credits: number, body: object = {}) => l.must('POST', '/v1/wallets', { customer_id: 'customer', initial_granted_credits: credits, ...body });
const topUp = (l: Life, { id }: { id: string }, body: object) => l.must('POST', `/v1/wallets/${id}/top_up`, body);

interface Movement {
  readonly created_at: string;
  readonly transaction_type: string;
  readonly transaction_status: string;
  readonly status: string;
  readonly source: string;
  readonly amount_cents: number;
}

/** What moved in a wallet, in minor units, oldest first: the day in UTC, what it was, and how much. */
async function story(l: Life, { id }: { id: string }): Promise<string[]> {
  const rows: Movement[] = await l.must('GET', `/v1/wallets/${id}/transactions?order_by=created_at:asc`);
  return rows.map((row) => {
    const status = row.status === 'settled' ? row.transaction_status : `${row.transaction_status} (${row.status})`;
    return `${row.created_at.slice(0, 10)} ${status} ${row.transaction_type === 'inbound' ? '+' : '-'}${row.amount_cents}`;
  });
}

life('credits that were given pay one invoice after the other until they are used up', async (l) => {
  await l.customer({ currency: 'USD' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 2500, currency: 'USD' });
  await l.at('2026-01-01');
  const credits = await wallet(l, 6000);
  await l.subscribe('pro');
  await l.at('2026-04-01');

  // 60.00 pay 25.00 in February and in March, and 10.00 of April's 25.00.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Pro              2026-01-01 to 2026-02-01  1  2500   25.00
      total                                                25.00
      prepaid credits                                     -25.00
      due                                                   0.00
    INV-000002  paid  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
      Pro              2026-02-01 to 2026-03-01  1  2500   25.00
      total                                                25.00
      prepaid credits                                     -25.00
      due                                                   0.00
    INV-000003  finalized  issued 2026-04-01  for 2026-03-01 to 2026-04-01  USD
      Pro              2026-03-01 to 2026-04-01  1  2500   25.00
      total                                                25.00
      prepaid credits                                     -10.00
      due                                                  15.00
  `);
  expect(await story(l, credits)).toEqual(['2026-01-01 granted +6000', '2026-02-01 invoiced -2500', '2026-03-01 invoiced -2500', '2026-04-01 invoiced -1000']);
});

life('credits that were bought come when they are paid, and are spent after those that were given', async (l) => {
  await l.customer({ currency: 'EUR', timezone: 'Europe/Berlin' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 5000, currency: 'EUR' });
  await l.at('2026-01-01');
  const credits = await wallet(l, 500, { name: 'Team' });
  await topUp(l, credits, { credits: 3000, type: 'purchased' });
  await topUp(l, credits, { credits: 1000, expires_at: l.instant('2026-02-15').toString() });
  await l.subscribe('pro');
  await l.at('2026-01-20');
  await l.pay('INV-000001');
  await l.at('2026-02-20');

  // 50.00 of January: the 10.00 that would expire on 15 February, the 5.00 that were given, all 30.00 that were bought; 5.00 stay due.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-01-01  for 2026-01-01 to 2026-01-01  EUR
      Prepaid credits: Team  2026-01-01 to 2026-01-01  3000  3000   30.00
      total                                                         30.00
      paid                                                         -30.00
      due                                                            0.00
    INV-000002  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
      Pro                    2026-01-01 to 2026-02-01     1  5000   50.00
      total                                                         50.00
      prepaid credits                                              -45.00
      due                                                            5.00
  `);
  expect(await story(l, credits)).toEqual(['2025-12-31 granted +500', '2025-12-31 purchased +3000', '2025-12-31 granted +1000', '2026-01-31 invoiced -4500']);
});

life('wallets pay what they are for', async (l) => {
  await l.customer({ currency: 'USD' });
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.metric({ code: 'jobs', name: 'Jobs' });
  const charges = [{ metric: 'calls', properties: { amount: '0.05' } }, { metric: 'jobs', properties: { amount: '0.10' } }];
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 2000, currency: 'USD', charges });
  await l.at('2026-01-01');
  const rest = await wallet(l, 400, { priority: 3, applies_to: { plan_codes: ['pro'], fee_types: ['charge'] } });
  const plan = await wallet(l, 1500, { priority: 2, applies_to: { fee_types: ['subscription'] } });
  const calls = await wallet(l, 1000, { applies_to: { billable_metric_codes: ['calls'] } });
  await l.subscribe('pro');
  await l.at('2026-01-10');
  await l.use('calls', 100, '2026-01-10');
  await l.use('jobs', 30, '2026-01-10');
  await l.at('2026-02-10');
  await l.use('calls', 300, '2026-02-10');
  // The 6.00 of February's invoice, as worked out below.
  expect(await l.must('POST', '/v1/invoices/preview', { subscription_id: 'pro' })).toMatchObject({ prepaid_credit_amount_cents: 600, total_cents: 3500 });
  await l.at('2026-03-01');

  // January: calls 5.00 by the wallet for calls; 15.00 of the plan's 20.00 by its wallet; jobs 3.00 by the last: 5.00 due.
  // February: of 15.00 of calls 5.00 are left for calls, and 1.00 for usage of the plan: 20.00 + 15.00 − 6.00 = 29.00 due.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Pro              2026-01-01 to 2026-02-01    1  2000   20.00
      API calls        2026-01-01 to 2026-02-01  100   500    5.00
      Jobs             2026-01-01 to 2026-02-01   30   300    3.00
      total                                                  28.00
      prepaid credits                                       -23.00
      due                                                     5.00
    INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
      Pro              2026-02-01 to 2026-03-01    1  2000   20.00
      API calls        2026-02-01 to 2026-03-01  300  1500   15.00
      total                                                  35.00
      prepaid credits                                        -6.00
      due                                                    29.00
  `);
  expect(await Promise.all([calls, plan, rest].map((each) => story(l, each)))).toEqual([
    ['2026-01-01 granted +1000', '2026-02-01 invoiced -500', '2026-03-01 invoiced -500'],
    ['2026-01-01 granted +1500', '2026-02-01 invoiced -1500'],
    ['2026-01-01 granted +400', '2026-02-01 invoiced -300', '2026-03-01 invoiced -100'],
  ]);
});

life('a void gives credits back to where they came from, and what expires at the instant of an invoice does not pay it', async (l) => {
  await l.customer({ currency: 'USD' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 4000, currency: 'USD' });
  await l.at('2026-01-01');
  const credits = await wallet(l, 500);
  await topUp(l, credits, { credits: 1000, expires_at: '2026-03-01T00:00:00Z' });
  await l.subscribe('pro');
  await l.at('2026-02-10');
  const [first] = await l.list();
  await l.must('POST', `/v1/invoices/${first?.id}/void`);
  await l.at('2026-03-05');

  // January takes 15.00 and gives them back. On 1 March 10.00 of them expire with the invoice of February, which takes the other 5.00.
  expect(await l.invoices()).toBe(text`
    INV-000001  voided  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Pro              2026-01-01 to 2026-02-01  1  4000  40.00
      total                                               40.00
      due                                                 40.00
    INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
      Pro              2026-02-01 to 2026-03-01  1  4000  40.00
      total                                               40.00
      prepaid credits                                     -5.00
      due                                                 35.00
  `);
  expect((await story(l, credits)).sort()).toEqual([
    '2026-01-01 granted +1000', '2026-01-01 granted +500', '2026-02-01 invoiced -1500', '2026-02-10 returned +1500', '2026-03-01 expired -1000', '2026-03-01 invoiced -500',
  ]);
});

life('a wallet that expires at the instant of an invoice does not pay it, whatever its credits say', async (l) => {
  await l.customer({ currency: 'USD' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 2500, currency: 'USD' });
  await l.at('2026-01-01');
  const ending = await wallet(l, 1000, { expiration_at: '2026-02-01T00:00:00Z' });
  const other = await wallet(l, 400, { expiration_at: '2026-02-01T00:00:01Z' });
  await l.subscribe('pro');
  await l.at('2026-02-02');

  // The 10.00 expire with January; the other wallet has a second left and pays 4.00 of 25.00.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Pro              2026-01-01 to 2026-02-01  1  2500  25.00
      total                                               25.00
      prepaid credits                                     -4.00
      due                                                 21.00
  `);
  expect(await story(l, ending)).toEqual(['2026-01-01 granted +1000', '2026-02-01 expired -1000']);
  expect(await story(l, other)).toEqual(['2026-01-01 granted +400', '2026-02-01 invoiced -400']);
});

life('credit notes are taken before wallets', async (l) => {
  await l.customer({ currency: 'USD' });
  await l.plan({ code: 'team', name: 'Team', amount_cents: 3100, currency: 'USD', pay_in_advance: true });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 3000, currency: 'USD', pay_in_advance: true });
  await l.at('2026-01-01');
  await l.subscribe('team');
  await l.pay('INV-000001');
  await l.at('2026-01-10T12:00');
  await l.terminate('team', 'generate_credit_note');
  const credits = await wallet(l, 500);
  await l.at('2026-02-01');
  await l.subscribe('pro');
  await l.at('2026-03-01');

  // 21 of January's 31 days are credited, 21.00. February: 30.00 less 21.00, less 5.00 of the wallet. March finds neither.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-01-01  for 2026-01-01 to 2026-02-01  USD
      Team             2026-01-01 to 2026-02-01  1  3100   31.00
      total                                                31.00
      paid                                                -31.00
      due                                                   0.00
    INV-000002  paid  issued 2026-01-10T12:00  for 2026-01-01 to 2026-01-10T12:00  USD
      total                                                 0.00
      due                                                   0.00
    INV-000003  finalized  issued 2026-02-01  for 2026-02-01 to 2026-03-01  USD
      Pro              2026-02-01 to 2026-03-01  1  3000   30.00
      total                                                30.00
      credit notes                                        -21.00
      prepaid credits                                      -5.00
      due                                                   4.00
    INV-000004  finalized  issued 2026-03-01  for 2026-03-01 to 2026-04-01  USD
      Pro              2026-03-01 to 2026-04-01  1  3000   30.00
      total                                                30.00
      due                                                  30.00
  `);
  expect(await story(l, credits)).toEqual(['2026-01-10 granted +500', '2026-02-01 invoiced -500']);
});

life('a gift each month, from its last day', async (l) => {
  await l.customer({ currency: 'EUR', timezone: 'Europe/Paris' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 1200, currency: 'EUR' });
  await l.at('2026-01-10');
  const rule = { trigger: 'interval', interval: 'monthly', started_at: l.instant('2026-01-31T09:00').toString(), credits: 1000, type: 'granted' };
  const credits = await wallet(l, 0, { top_up_rules: [rule] });
  await l.subscribe('pro', { started_at: '2026-01-01' });
  await l.at('2026-04-01');

  // 10.00 at the instant it starts, then on 28 February and 31 March at midnight in Paris, which is the day before in UTC.
  expect(await story(l, credits)).toEqual([
    '2026-01-31 granted +1000', '2026-01-31 invoiced -1000', '2026-02-27 granted +1000', '2026-02-28 invoiced -1000', '2026-03-30 granted +1000', '2026-03-31 invoiced -1000',
  ]);
  expect((await l.list()).map((invoice) => [invoice.total_cents, invoice.prepaid_credit_amount_cents, invoice.amount_due_cents])).toEqual([[1200, 1000, 200], [1200, 1000, 200], [1200, 1000, 200]]);
});

life('a wallet that is filled up to a target each month', async (l) => {
  await l.customer({ currency: 'USD' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 1200, currency: 'USD' });
  await l.at('2026-01-01');
  const rule = { trigger: 'interval', interval: 'monthly', method: 'target', target_credits: 2000, min_credits: 500, type: 'granted' };
  const credits = await wallet(l, 500, { top_up_rules: [rule] });
  await l.subscribe('pro');
  await l.at('2026-03-15');

  // The invoice of a midnight comes before the top-up of that midnight: 5.00 of 12.00, then 20.00; 12.00 of 12.00, then 12.00 to be at 20.00.
  expect(await story(l, credits)).toEqual(['2026-01-01 granted +500', '2026-02-01 invoiced -500', '2026-02-01 granted +2000', '2026-03-01 invoiced -1200', '2026-03-01 granted +1200']);
});

life('a wallet that fills itself up whenever it falls low, in one jump of the clock', async (l) => {
  await l.customer({ currency: 'USD' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 1000, currency: 'USD' });
  await l.at('2026-01-01');
  const rule = { trigger: 'threshold', threshold_credits: 500, credits: 1500, type: 'granted' };
  const credits = await wallet(l, 2200, { top_up_rules: [rule] });
  await l.subscribe('pro');
  await l.at('2026-02-15');
  await l.must('POST', '/v1/test_clock/advance', { to: '2026-05-15T00:00:00Z' });
  await l.arrived();

  // 22.00 - 10.00 - 10.00 = 2.00, below 5.00: 15.00 come at that instant, so that 17.00 are there for March; 7.00 are left of it, which is
  // not below; April takes these and leaves 3.00 due, and 15.00 come once more.
  expect(await story(l, credits)).toEqual([
    '2026-01-01 granted +2200', '2026-02-01 invoiced -1000', '2026-03-01 invoiced -1000', '2026-03-01 granted +1500', '2026-04-01 invoiced -1000', '2026-05-01 invoiced -700', '2026-05-01 granted +1500',
  ]);
  expect((await l.list()).map((invoice) => invoice.amount_due_cents)).toEqual([0, 0, 0, 300]);
});

life('credits at half a yen each', async (l) => {
  await l.customer({ currency: 'JPY', timezone: 'Asia/Tokyo' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 1000, currency: 'JPY' });
  await l.at('2026-01-01');
  const credits = await wallet(l, 3000, { rate_amount: '0.5' });
  await l.subscribe('pro');
  await l.at('2026-03-01');

  // 3000 credits are 1500 yen: 1000 for January, 500 for February.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-02-01  for 2026-01-01 to 2026-02-01  JPY
      Pro              2026-01-01 to 2026-02-01  1  1000   1000
      total                                                1000
      prepaid credits                                     -1000
      due                                                     0
    INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  JPY
      Pro              2026-02-01 to 2026-03-01  1  1000   1000
      total                                                1000
      prepaid credits                                      -500
      due                                                   500
  `);
  expect(await l.must('GET', `/v1/wallets/${credits.id}`)).toMatchObject({ balance_cents: 0, credits_balance: '0', consumed_amount_cents: 1500, consumed_credits: '3000' });
});

life('dinars that are moved, and a wallet that ends', async (l) => {
  await l.customer({ currency: 'KWD', timezone: 'Asia/Kuwait' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 4500, currency: 'KWD' });
  await l.at('2026-01-01');
  const [from, to] = [await wallet(l, 10_000, { priority: 2 }), await wallet(l, 0, { rate_amount: '1000' })];
  await l.must('POST', '/v1/wallets/transfer', { source_wallet_id: from.id, target_wallet_id: to.id, credits: 2500 });
  await l.subscribe('pro');
  await l.at('2026-02-02');
  await l.must('DELETE', `/v1/wallets/${from.id}`);
  await l.at('2026-03-02');

  // 2.500 moved are 2.5 credits of a dinar. January: 2.500 of them and 2.000 of the rest; 5.500 are voided; February finds nothing.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-02-01  for 2026-01-01 to 2026-02-01  KWD
      Pro              2026-01-01 to 2026-02-01  1  4500   4.500
      total                                                4.500
      prepaid credits                                     -4.500
      due                                                  0.000
    INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  KWD
      Pro              2026-02-01 to 2026-03-01  1  4500   4.500
      total                                                4.500
      due                                                  4.500
  `);
  expect(await story(l, from)).toEqual(['2025-12-31 granted +10000', '2025-12-31 transferred -2500', '2026-01-31 invoiced -2000', '2026-02-01 voided -5500']);
  expect(await story(l, to)).toEqual(['2025-12-31 transferred +2500', '2026-01-31 invoiced -2500']);
});

life('a customer who pays afterwards spends beyond what is there, and is sold that with its next invoice', async (l) => {
  await l.customer({ currency: 'USD', mode: 'POSTPAID', billing_model: 'postpaid', default_credit_limit: 5000 });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 2500, currency: 'USD' });
  await l.at('2026-01-01');
  const credits = await wallet(l, 1000);
  await l.subscribe('pro');
  await l.at('2026-01-10');
  // 10.00 are there and 50.00 may be owed: 60.00.
  const hold = await l.must('POST', `/v1/wallets/${credits.id}/holds`, { amount_cents: 4000 });
  expect(await l.must('GET', `/v1/wallets/${credits.id}`)).toMatchObject({ balance_cents: -3000, available_amount_cents: 2000 });
  await l.at('2026-01-12');
  await l.must('POST', `/v1/wallets/${credits.id}/holds/${hold.id}/capture`, { amount_cents: 3500 });
  await l.at('2026-02-01');
  await l.pay('INV-000001');
  await l.pay('INV-000002');
  await l.at('2026-03-01');

  // Of 35.00 spent 10.00 were there: 25.00 are sold with January's invoice, and nothing with February's.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Pro              2026-01-01 to 2026-02-01     1  2500   25.00
      total                                                   25.00
      paid                                                   -25.00
      due                                                      0.00
    INV-000002  paid  issued 2026-02-01  for 2026-02-01 to 2026-02-01  USD
      Prepaid credits  2026-02-01 to 2026-02-01  2500  2500   25.00
      total                                                   25.00
      paid                                                   -25.00
      due                                                      0.00
    INV-000003  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
      Pro              2026-02-01 to 2026-03-01     1  2500   25.00
      total                                                   25.00
      due                                                     25.00
  `);
  expect((await story(l, credits)).toSorted()).toEqual([
    '2026-01-01 granted +1000', '2026-01-10 drawn +3000', '2026-01-12 captured -3500', '2026-01-12 repaid -500', '2026-02-01 purchased +2500', '2026-02-01 repaid -2500',
  ]);
});

life('money for credits is given back as far as they are left', async (l) => {
  await l.customer({ currency: 'EUR' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 1250, currency: 'EUR' });
  await l.at('2026-01-01');
  const credits = await wallet(l, 500);
  await topUp(l, credits, { credits: 3000, type: 'purchased' });
  await l.pay('INV-000001');
  await l.subscribe('pro');
  await l.at('2026-02-05');
  const [sale] = await l.list();
  const note = (amount_cents: number) => ({ invoice_id: sale?.id, credit_note_type: 'refund', reason: 'other', items: [{ fee_id: sale?.fees[0]?.id, amount_cents }] });
  // January's 12.50 took the 5.00 that were given and 7.50 of the 30.00 that were bought: 22.50 are left of these.
  expect(await l.must('POST', '/v1/credit_notes/estimate', { ...note(1), reason: undefined })).toMatchObject({ max_amounts: [{ amount_cents: 2250 }] });
  const { id } = await l.must('POST', '/v1/credit_notes', note(2000));
  await l.must('POST', `/v1/credit_notes/${id}/finalize`);
  await l.must('PUT', `/v1/credit_notes/${id}`, { refund_status: 'succeeded' });
  await l.at('2026-03-05');

  // 20.00 are paid back, and 2.50 of credits stay: they pay of February's 12.50, and 10.00 are due.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-01-01  for 2026-01-01 to 2026-01-01  EUR
      Prepaid credits  2026-01-01 to 2026-01-01  3000  3000   30.00
      total                                                   30.00
      paid                                                   -30.00
      due                                                      0.00
    INV-000002  paid  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
      Pro              2026-01-01 to 2026-02-01     1  1250   12.50
      total                                                   12.50
      prepaid credits                                        -12.50
      due                                                      0.00
    INV-000003  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  EUR
      Pro              2026-02-01 to 2026-03-01     1  1250   12.50
      total                                                   12.50
      prepaid credits                                         -2.50
      due                                                     10.00
  `);
  expect((await story(l, credits)).toSorted()).toEqual([
    '2026-01-01 granted +500', '2026-01-01 purchased +3000', '2026-02-01 invoiced -1250', '2026-02-05 voided -2000', '2026-03-01 invoiced -250',
  ]);
});
