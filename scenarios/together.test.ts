import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

const plan = (code: string, name: string, amount_cents: number, more: object = {}) => ({ code, name, amount_cents, currency: 'USD', ...more });
const calls = (amount: string) => ({ charges: [{ metric: 'calls', properties: { amount } }] });

/** The numbers of the invoices that a subscription is on. */
async function numbersOf(l: Life, subscription: string): Promise<string[]> {
  const found: { invoice_number: string }[] = await l.must('GET', `/v1/invoices?external_subscription_id=${subscription}&order_by=created_at:asc`);
  return found.map((invoice) => invoice.invoice_number);
}

life('two plans on one anniversary, with a coupon and a tax', async (l) => {
  await l.customer();
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.plan(plan('pro', 'Pro', 4900, calls('0.05')));
  await l.plan(plan('store', 'Store', 2001));
  await l.must('POST', '/v1/taxes', { code: 'vat', name: 'VAT', rate: 19, applied_to_organization: true });
  await l.at('2026-01-15');
  await l.coupon('Ten', { percentage_rate: '10' });
  await l.subscribe('pro', { billing_time: 'anniversary' });
  await l.subscribe('store', { billing_time: 'anniversary' });
  await l.use('calls', 60, '2026-01-15T12:00');
  await l.at('2026-02-15');

  // 49.00, sixty calls at 0.05 and 20.01 are 72.01; 10 % of it are 7.201, 19 % of 64.81 are 12.3139.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-02-15  for 2026-01-15 to 2026-02-15  USD
      Pro         2026-01-15 to 2026-02-15   1  4900  49.00
      API calls   2026-01-15 to 2026-02-15  60   300   3.00
      Store       2026-01-15 to 2026-02-15   1  2001  20.01
      subtotal                                        72.01
      coupon Ten                                      -7.20
      tax                                             12.31
      total                                           77.12
      due                                             77.12
  `);
  const [invoice] = await l.must('GET', '/v1/invoices');
  const subscriptions: { id: string }[] = await l.must('GET', '/v1/subscriptions?order_by=created_at:asc');
  expect([invoice.subscription_id, invoice.subscriptions.map((one: { subscription_id: string }) => one.subscription_id)]).toEqual([null, subscriptions.map(({ id }) => id)]);
  expect(invoice.fees.map((fee: { subscription_id: string }) => fee.subscription_id)).toEqual([0, 0, 1].map((place) => subscriptions[place]?.id));
  const { explanation } = await l.must('GET', `/v1/invoices/${invoice.id}/explain`);
  expect(explanation.children.map((node: { kind: string; label: string; amount_cents: string }) => [node.kind, node.label, node.amount_cents])).toEqual([
    ['subscription', 'Subscription pro', '5200'],
    ['subscription', 'Subscription store', '2001'],
    ['coupon', 'Ten: 10 % of what is left of the fees it covers', '-720'],
    ['tax', 'VAT: 19 % of 6481, in minor units', '1231'],
  ]);
});

life('one of three ends before', async (l) => {
  await l.customer();
  await l.metric({ code: 'calls', name: 'API calls' });
  for (const [code, amount] of [['one', 1000], ['two', 2000], ['three', 3000]] as const) await l.plan(plan(code, code, amount, calls('0.10')));
  await l.at('2026-01-01');
  for (const code of ['one', 'two', 'three']) await l.subscribe(code);
  await l.must('POST', '/v1/add_ons', { code: 'setup', name: 'Set-up', amount_cents: 15_000, amount_currency: 'USD' });
  await l.must('POST', '/v1/add_ons/apply', { add_on_code: 'setup', customer_id: 'customer', billing: 'next_invoice' });
  await l.use('calls', 4, '2026-01-01T12:00', 'three');
  await l.at('2026-01-20T18:00');
  await l.terminate('two');
  await l.at('2026-03-01');

  // Its 20 of 31 days are 2000 × 20 ÷ 31 = 1290.32…, on an invoice of its own, which is the customer's next one and has the set-up.
  // February: 10.00, and 30.00 with four calls at 0.10. March the same without calls.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-01-20T18:00  for 2026-01-01 to 2026-01-20T18:00  USD
      two (20 of 31 days)  2026-01-01 to 2026-01-20T18:00        1  1290.3225…   12.90
      Set-up               2026-01-20T18:00 to 2026-01-20T18:00  1       15000  150.00
      total                                                                     162.90
      due                                                                       162.90
    INV-000002  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      one                  2026-01-01 to 2026-02-01              1        1000   10.00
      three                2026-01-01 to 2026-02-01              1        3000   30.00
      API calls            2026-01-01 to 2026-02-01              4          40    0.40
      total                                                                      40.40
      due                                                                        40.40
    INV-000003  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
      one                  2026-02-01 to 2026-03-01              1        1000   10.00
      three                2026-02-01 to 2026-03-01              1        3000   30.00
      total                                                                      40.00
      due                                                                        40.00
  `);
  expect([await numbersOf(l, 'one'), await numbersOf(l, 'two'), await numbersOf(l, 'three')]).toEqual([
    ['INV-000002', 'INV-000003'],
    ['INV-000001'],
    ['INV-000002', 'INV-000003'],
  ]);
});

life('a draft of two that is refreshed, finalized, voided and issued again', async (l) => {
  await l.customer({ invoice_grace_period: 3 });
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.plan(plan('pro', 'Pro', 1000, calls('0.10')));
  await l.plan(plan('store', 'Store', 2000));
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.subscribe('store');
  await l.use('calls', 100, '2026-01-01T12:00');
  await l.at('2026-02-02');
  await l.use('calls', 1, '2026-01-31T12:00');
  const [draft] = await l.list();
  const refreshed = await l.must('POST', `/v1/invoices/${draft?.id}/refresh`);
  expect([refreshed.version, refreshed.total_cents]).toEqual([2, 4010]);
  expect((await l.must('GET', `/v1/invoices/${draft?.id}/diff?against=1`)).summary).toBe('Lines: 1 changed; the total goes from 40.00 to 40.10 USD (+0.10).');

  // Without the draft both months are free again, and the replacement has what came since.
  await l.at('2026-02-05');
  await l.must('POST', `/v1/invoices/${draft?.id}/void`);
  await l.use('calls', 9, '2026-01-31T13:00');
  const again = await l.must('POST', `/v1/invoices/${draft?.id}/regenerate`);
  expect([again.subscriptions.length, again.subscription_id, again.replaces_invoice_id]).toEqual([2, null, draft?.id]);
  await l.at('2026-03-04');

  // January: 10.00, 101 calls at 0.10 and 20.00; then 110 calls. February: without usage, and nothing late.
  expect(await l.invoices()).toBe(text`
    INV-000001  voided  issued 2026-02-04  for 2026-01-01 to 2026-02-01  USD
      Pro        2026-01-01 to 2026-02-01    1  1000  10.00
      API calls  2026-01-01 to 2026-02-01  101  1010  10.10
      Store      2026-01-01 to 2026-02-01    1  2000  20.00
      total                                           40.10
      due                                             40.10
    INV-000002  finalized  issued 2026-02-05  for 2026-01-01 to 2026-02-01  USD
      Pro        2026-01-01 to 2026-02-01    1  1000  10.00
      API calls  2026-01-01 to 2026-02-01  110  1100  11.00
      Store      2026-01-01 to 2026-02-01    1  2000  20.00
      total                                           41.00
      due                                             41.00
    INV-000003  finalized  issued 2026-03-04  for 2026-02-01 to 2026-03-01  USD
      Pro        2026-02-01 to 2026-03-01    1  1000  10.00
      Store      2026-02-01 to 2026-03-01    1  2000  20.00
      total                                           30.00
      due                                             30.00
  `);
});

life('what is given back of a subscription that is left out', async (l) => {
  await l.must('PUT', '/v1/organizations/current', { skip_zero_invoices: true });
  await l.customer();
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.plan(plan('free', 'Free', 0, calls('5')));
  await l.plan(plan('pro', 'Pro', 1000));
  await l.at('2026-01-01');
  await l.subscribe('free');
  await l.subscribe('pro');
  await l.use('calls', 1, '2026-01-01T12:00', 'free');
  await l.at('2026-01-10');
  await l.ask('free', 'invoice_now');
  const [event] = await l.must('GET', '/v1/events');
  await l.must('POST', `/v1/events/${event.id}/amend`, { kind: 'cancel' });
  await l.at('2026-02-01');

  // One call at 5.00 was billed on request and then canceled: January of the free plan comes to nothing, so that Pro is billed without it,
  // and the 5.00 are given back all the same.
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-01-10  for 2026-01-01 to 2026-01-10  USD
      Free (9 of 31 days)  2026-01-01 to 2026-01-10  1     0   0.00
      API calls            2026-01-01 to 2026-01-10  1   500   5.00
      total                                                    5.00
      credit notes                                            -5.00
      due                                                      0.00
    INV-000002  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Pro                  2026-01-01 to 2026-02-01  1  1000  10.00
      total                                                   10.00
      due                                                     10.00
  `);
  expect(await l.creditNotes()).toBe(text`
    INV-CN-000001  on INV-000001  API calls (less than was billed)  total 5.00  credit 0.00  left 0.00
  `);
  expect([await numbersOf(l, 'free'), await numbersOf(l, 'pro')]).toEqual([['INV-000001'], ['INV-000002']]);
});

life('one plan twice, a longer one, and one over nothing that is left out', async (l) => {
  await l.must('PUT', '/v1/organizations/current', { skip_zero_invoices: true });
  await l.customer();
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.plan(plan('pro', 'Pro', 1000, { charges: [{ metric: 'calls', properties: { amount: '0.10' }, min_amount_cents: 500 }] }));
  await l.plan(plan('year', 'Year', 12_000, { interval: 'yearly', pay_in_advance: true }));
  await l.plan(plan('free', 'Free', 0));
  await l.at('2026-12-01');
  await l.subscribe('pro', { external_id: 'first' });
  await l.subscribe('pro', { external_id: 'second' });
  await l.subscribe('free');
  await l.subscribe('year');
  await l.use('calls', 70, '2026-12-01T12:00', 'first');
  await l.use('calls', 20, '2026-12-01T12:00', 'second');
  await l.at('2027-01-01');

  // The year's first month is billed when it starts: 12000 × 31 ÷ 365 = 1019.17…. On 1 January the next year is due ahead with December of
  // the others. The first used 7.00 and the second 2.00, of which 3.00 are missing to the least amount: what one used makes up for nothing
  // of the other. The free plan has no line.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-12-01  for 2026-12-01 to 2027-01-01  USD
      Year (31 of 365 days)  2026-12-01 to 2027-01-01   1  1019.1780…   10.19
      total                                                             10.19
      due                                                               10.19
    INV-000002  finalized  issued 2027-01-01  for 2026-12-01 to 2028-01-01  USD
      Pro                    2026-12-01 to 2027-01-01   1        1000   10.00
      API calls              2026-12-01 to 2027-01-01  70         700    7.00
      Pro                    2026-12-01 to 2027-01-01   1        1000   10.00
      API calls              2026-12-01 to 2027-01-01  20         200    2.00
      API calls (minimum)    2026-12-01 to 2027-01-01   1         300    3.00
      Year                   2027-01-01 to 2028-01-01   1       12000  120.00
      total                                                            152.00
      due                                                              152.00
  `);
  expect([await numbersOf(l, 'second'), await numbersOf(l, 'free')]).toEqual([['INV-000002'], []]);
});

life('add-ons beside subscriptions that are left out: one that a wallet pays, then one that a coupon pays', async (l) => {
  await l.must('PUT', '/v1/organizations/current', { skip_zero_invoices: true });
  await l.customer();
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.plan(plan('free', 'Free', 0, calls('5')));
  await l.plan(plan('pro', 'Pro', 0, calls('0.10')));
  for (const [code, amount_cents] of [['setup', 1500], ['training', 2500]] as const) await l.must('POST', '/v1/add_ons', { code, name: code, amount_cents, amount_currency: 'USD' });
  const apply = (code: string) => l.must('POST', '/v1/add_ons/apply', { add_on_code: code, customer_id: 'customer', billing: 'next_invoice' });
  await l.at('2026-01-01');
  await l.subscribe('free');
  await l.subscribe('pro');
  await l.use('calls', 10, '2026-01-01T12:00', 'pro');
  await apply('setup');
  await l.must('POST', '/v1/wallets', { customer_id: 'customer', initial_granted_credits: 2000, applies_to: { plan_codes: ['pro'] } });
  const paid: number[] = [];
  for (const subscription_id of ['free', 'pro']) paid.push((await l.must('POST', '/v1/invoices/preview', { subscription_id })).prepaid_credit_amount_cents);
  await l.at('2026-02-01');
  await apply('training');
  await l.coupon('Gift', { percentage_rate: '100', frequency: 'once' });
  await l.at('2026-03-01');
  await l.at('2026-04-01');

  // January is Pro's alone, so that the set-up counts as of Pro's plan and its wallet pays it with the calls. In February both come to nothing, but
  // the training does not: it is on the invoice of both, and uses the coupon up. March has nothing at all.
  expect(paid).toEqual([0, 1600]);
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      Pro              2026-01-01 to 2026-02-01   1     0    0.00
      API calls        2026-01-01 to 2026-02-01  10   100    1.00
      setup            2026-02-01 to 2026-02-01   1  1500   15.00
      total                                                 16.00
      prepaid credits                                      -16.00
      due                                                    0.00
    INV-000002  paid  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
      Free             2026-02-01 to 2026-03-01   1     0    0.00
      Pro              2026-02-01 to 2026-03-01   1     0    0.00
      training         2026-03-01 to 2026-03-01   1  2500   25.00
      subtotal                                              25.00
      coupon Gift                                          -25.00
      total                                                  0.00
      due                                                    0.00
  `);
});
