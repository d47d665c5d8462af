import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';
import type { WireCreditNote } from './wire.ts';

const life = lives();

/** Each note as "number: items − coupons + taxes = total: offset, credit, refund; what is left", in minor units. */
async function notes(l: Life): Promise<string[]> {
  const rows: WireCreditNote[] = await l.must('GET', '/v1/credit_notes?order_by=created_at:asc');
  return rows.map((note) => {
    const items = note.items.map((item) => item.amount_cents).join(' + ');
    const sums = `${items} - ${note.coupons_amount_cents} + ${note.taxes_amount_cents} = ${note.total_amount_cents}`;
    return `${note.number}: ${sums}: ${note.offset_amount_cents}, ${note.credit_amount_cents}, ${note.refund_amount_cents}; ${note.balance_amount_cents} left`;
  });
}

const tax = (l: Life, code: string, rate: number, more: object = { applied_to_organization: true }) => l.must('POST', '/v1/taxes', { code, name: code.toUpperCase(), rate, ...more });

/** Issues a note over so much of each of an invoice's fees, by their descriptions. */
async function credit(l: Life, number: string, amounts: Readonly<Record<string, number>>, more: object = {}) {
  const invoice = (await l.list()).find((one) => one.invoice_number === number);
  const items = Object.entries(amounts).map(([description, amount_cents]) => ({ fee_id: invoice?.fees.find((fee) => fee.description === description)?.id, amount_cents }));
  const body = { invoice_id: invoice?.id, credit_note_type: 'credit', items, ...more };
  const estimate = await l.must('POST', '/v1/credit_notes/estimate', body);
  const { id } = await l.must('POST', '/v1/credit_notes', { ...body, reason: 'other' });
  const note = await l.must('POST', `/v1/credit_notes/${id}/finalize`);
  // The estimate is the same computation.
  for (const sum of ['total_amount_cents', 'taxes_amount_cents', 'coupons_amount_cents', 'offset_amount_cents', 'credit_amount_cents', 'refund_amount_cents'] as const)
    expect(estimate[sum]).toBe(note[sum]);
  return note;
}

life('a plan with a coupon and tax that ends on the tenth', async (l) => {
  await l.customer({ currency: 'EUR' });
  await tax(l, 'vat', 19);
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 6200, currency: 'EUR', pay_in_advance: true });
  await l.at('2026-01-01');
  await l.coupon('Half', { percentage_rate: '50' });
  await l.subscribe('pro');
  await l.at('2026-02-01');
  await l.pay('INV-000002');
  await l.at('2026-02-10T12:00');
  await l.terminate('pro', 'generate_credit_note');

  // 62.00 less 31.00 is 31.00, with 5.89 of tax. 18 of 28 days are 6200 × 18 ÷ 28 = 3985.71…, posted 39.86; of them 3100 × 3986 ÷ 6200 = 19.93
  // were the coupon's; 19 % of the other 19.93 are 3.7867, posted 3.79. Nothing is owed: it is all credit.
  expect(await notes(l)).toEqual(['INV-CN-000001: 3986 - 1993 + 379 = 2372: 0, 2372, 0; 2372 left']);
});

life('the whole of a fee in three parts, to the last cent of its tax', async (l) => {
  await l.customer({ currency: 'EUR' });
  await tax(l, 'vat', 19);
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 1000, currency: 'EUR' });
  await l.at('2026-01-01');
  await l.coupon('Third', { percentage_rate: '33.33' });
  await l.subscribe('pro');
  await l.at('2026-02-01');
  await l.terminate('pro', 'skip');

  // 10.00 less 333.3, posted 3.33, is 6.67 with 126.73, posted 1.27 of tax: 7.94. Of 3.33: 333 × 333 ÷ 1000 = 110.889, so 1.11 stay with the coupon;
  // 2.22 × 19 % = 42.18, posted 0.42. The last 3.34 take what is left: 3.33 − 2.22 = 1.11 of the coupon, 1.27 − 0.84 = 0.43 of the tax.
  for (const amount of [333, 333, 334]) await credit(l, 'INV-000001', { Pro: amount });
  expect(await notes(l)).toEqual([
    'INV-CN-000001: 333 - 111 + 42 = 264: 264, 0, 0; 0 left',
    'INV-CN-000002: 333 - 111 + 42 = 264: 264, 0, 0; 0 left',
    'INV-CN-000003: 334 - 111 + 43 = 266: 266, 0, 0; 0 left',
  ]);
  expect(await l.invoices()).toBe(text`
    INV-000001  paid  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
      Pro           2026-01-01 to 2026-02-01  1  1000  10.00
      subtotal                                         10.00
      coupon Third                                     -3.33
      tax                                               1.27
      total                                             7.94
      credit notes                                     -7.94
      due                                               0.00
  `);
});

life('usage billed within the period and not in it at its end, with the tax in its price', async (l) => {
  await l.customer({ currency: 'EUR' });
  await tax(l, 'vat', 20, { inclusive: true, applied_to_organization: true });
  await l.metric({ code: 'seats', name: 'Seats', aggregation_type: 'latest', field_name: 'n' });
  await l.plan({ code: 'team', name: 'Team', amount_cents: 1000, currency: 'EUR', charges: [{ metric: 'seats', properties: { amount: '1' } }] });
  await l.must('POST', '/v1/plans/team/usage_thresholds', { amount_cents: 1000 });
  await l.at('2026-01-01');
  await l.subscribe('team');
  await l.at('2026-01-05');
  await l.use('seats', { n: 12 }, '2026-01-05');
  await l.invoiced(1);
  await l.pay('INV-000001');
  await l.at('2026-01-20');
  await l.use('seats', { n: 7 }, '2026-01-20');
  await l.at('2026-02-01');

  // Of 12.00, which are 10.00 and 2.00 of tax, 7.00 are the month's. 5.00 are given back, no more: 500 × 20 ÷ 120 = 83.33, so 4.17 and 0.83.
  // The invoice of the month: 10.00 for the plan, 7.00 less 7.00; of the 10.00 the credit pays 5.00. All in all 12.00 + 5.00 = 17.00.
  expect(await notes(l)).toEqual(['INV-CN-000001: 417 - 0 + 83 = 500: 0, 500, 0; 0 left']);
  const [, month] = await l.list();
  expect([month?.total_cents, month?.credit_notes_amount_cents, month?.amount_due_cents]).toEqual([1000, 500, 500]);
});

life('two lines of one invoice that are not used are on one note', async (l) => {
  await l.customer({ currency: 'EUR' });
  await l.must('POST', '/v1/add_ons', { code: 'seats', name: 'Seats', amount_cents: 500, amount_currency: 'EUR' });
  const seats = { add_on_code: 'seats', units: 2, charge_model: 'standard', properties: { amount: '5' }, pay_in_advance: true, prorated: true };
  await l.plan({ code: 'team', name: 'Team', amount_cents: 3100, currency: 'EUR', pay_in_advance: true, fixed_charges: [seats] });
  await l.at('2026-06-01');
  await l.subscribe('team');
  await l.at('2026-07-01');
  await l.at('2026-07-10T12:00');
  await l.terminate('team', 'generate_credit_note');

  // 21 of 31 days of 31.00 are 21.00, of 10.00 they are 677.41…, posted 6.77. The invoice of July was not paid: 27.77 less are owed. The one that
  // closes the subscription is over nothing.
  expect(await notes(l)).toEqual(['INV-CN-000001: 2100 + 677 - 0 + 0 = 2777: 2777, 0, 0; 0 left']);
  expect((await l.list()).map((invoice) => invoice.amount_due_cents)).toEqual([4100, 1323, 0]);
});

life('an invoice that was paid in part: what is owed first, then the money, then credit', async (l) => {
  await l.customer({ currency: 'EUR' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 10_000, currency: 'EUR' });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.must('POST', '/v1/wallets', { customer_id: 'customer', initial_granted_credits: 3000, currency: 'EUR' });
  await l.at('2026-02-01');
  await l.pay('INV-000001', 5000);

  // 100.00: 30.00 came from the wallet, 50.00 as money, 20.00 are owed. All of it is given back: first the 20.00; 50.00 can be money, and 30.00
  // are credit, because no more money came. Of them February's invoice takes all.
  const note = await credit(l, 'INV-000001', { Pro: 10_000 }, { credit_note_type: 'refund' });
  await l.must('PUT', `/v1/credit_notes/${note.id}`, { refund_status: 'succeeded' });
  expect(await notes(l)).toEqual(['INV-CN-000001: 10000 - 0 + 0 = 10000: 2000, 3000, 5000; 3000 left']);
  await l.at('2026-03-01');
  expect((await l.list()).map((invoice) => [invoice.status, invoice.credit_notes_amount_cents, invoice.amount_due_cents])).toEqual([
    ['paid', 2000, 0],
    ['finalized', 3000, 7000],
  ]);
});

life('a note of which a part was used is voided: the rest may be given back again', async (l) => {
  await l.customer({ currency: 'EUR' });
  await tax(l, 'vat', 20);
  await l.plan({ code: 'small', name: 'Small', amount_cents: 1000, currency: 'EUR' });
  await l.at('2026-01-01');
  await l.subscribe('small');
  await l.must('POST', '/v1/invoices/one_off', { customer_id: 'customer', currency: 'EUR', line_items: [{ description: 'Hours', quantity: 1, unit_price: 30 }] });
  await l.pay('INV-000001');
  const { id } = await credit(l, 'INV-000001', { Hours: 3000 });
  await l.at('2026-02-01');

  // 36.00 of credit, of which January takes its 12.00. The other 24.00 are voided: two thirds, which are 20.00 and 4.00 of tax. They are paid
  // back then.
  expect(await notes(l)).toEqual(['INV-CN-000001: 3000 - 0 + 600 = 3600: 0, 3600, 0; 2400 left']);
  await l.must('POST', `/v1/credit_notes/${id}/void`);
  await credit(l, 'INV-000001', { Hours: 2000 }, { credit_note_type: 'refund' });
  expect(await notes(l)).toEqual([
    'INV-CN-000001: 3000 - 0 + 600 = 3600: 0, 3600, 0; 0 left',
    'INV-CN-000002: 2000 - 0 + 400 = 2400: 0, 0, 2400; 0 left',
  ]);
});

life('events that come late make two charges cheaper: one note', async (l) => {
  await l.customer({ currency: 'EUR' });
  await tax(l, 'vat', 20);
  for (const code of ['seats', 'disks']) await l.metric({ code, name: code, aggregation_type: 'latest', field_name: 'n' });
  const charges = ['seats', 'disks'].map((metric) => ({ metric, properties: { amount: '1' } }));
  await l.plan({ code: 'team', name: 'Team', amount_cents: 0, currency: 'EUR', charges });
  await l.at('2026-01-01');
  await l.subscribe('team');
  await l.at('2026-01-10');
  await l.use('seats', { n: 10 }, '2026-01-10');
  await l.use('disks', { n: 5 }, '2026-01-10');
  await l.at('2026-02-05');
  await l.pay('INV-000001');
  await l.use('seats', { n: 7 }, '2026-01-20');
  await l.use('disks', { n: 3 }, '2026-01-20');
  await l.at('2026-03-01');

  // 10 seats and 5 disks were billed and paid, 15.00 and 3.00 of tax. By January's end there were 7 and 3: 3.00 and 2.00 with 1.00 of tax.
  expect(await notes(l)).toEqual(['INV-CN-000001: 300 + 200 - 0 + 100 = 600: 0, 600, 0; 600 left']);
});
