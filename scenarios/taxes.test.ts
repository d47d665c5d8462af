import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

/** A tax, and what it applies to. */
async function tax(l: Life, body: { readonly code: string; readonly [field: string]: unknown }, type: string, id: string): Promise<void> {
  await l.must('POST', '/v1/taxes', { name: body.code.toUpperCase(), ...body });
  await l.must('POST', '/v1/taxes/apply', { tax_code: body.code, taxable_type: type, taxable_id: id });
}

/** The breakdown of an invoice: "VAT 19 S on 9600 = 1824". */
async function breakdown(l: Life, place: number): Promise<string[]> {
  const { id } = (await l.list())[place] ?? expect.fail('there is such an invoice');
  const { taxes } = await l.must('GET', `/v1/invoices/${id}`);
  return taxes.map((group: Record<string, unknown>) => `${group['tax_name']} ${group['tax_rate']} ${group['tax_category']} on ${group['base_amount_cents']} = ${group['amount_cents']}`);
}

life('the standard rate of the billing entity, a reduced one of a charge, and a minimum taxed like the plan', async (l) => {
  await l.customer({ timezone: 'Europe/Berlin', currency: 'EUR' });
  await l.metric({ code: 'books', name: 'Books' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 4900, currency: 'EUR', charges: [{ metric: 'books', properties: { amount: '0.5' } }] });
  await l.must('POST', '/v1/plans/pro/commitments', { amount_cents: 10_000, invoice_display_name: 'Minimum' });
  const [entity] = await l.must('GET', '/v1/billing_entities');
  const { charges } = await l.must('GET', '/v1/plans/pro');
  await tax(l, { code: 'vat', rate: 19, jurisdiction: 'DE' }, 'billing_entity', entity.id);
  await tax(l, { code: 'reduced', rate: 7, jurisdiction: 'DE' }, 'charge', charges[0].id);
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.use('books', 8, '2026-01-01T12:00');
  await l.at('2026-02-01');

  // 49.00 and eight books at 0.50; 47.00 are missing to 100.00. 19 % of 49.00 and 47.00 are 18.24, 7 % of 4.00 are 0.28.
  expect(await breakdown(l, 0)).toEqual(['VAT 19 S on 9600 = 1824', 'REDUCED 7 S on 400 = 28']);
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
    Pro       2026-01-01 to 2026-02-01  1  4900   49.00
    Books     2026-01-01 to 2026-02-01  8   400    4.00
    Minimum   2026-01-01 to 2026-02-01  1  4700   47.00
    subtotal                                     100.00
    tax                                           18.52
    total                                        118.52
    due                                          118.52
`);
});

life('prices in yen with the tax in them, from the middle of a month, and an event that comes late', async (l) => {
  await l.customer({ timezone: 'Asia/Tokyo', currency: 'JPY' });
  await l.metric({ code: 'calls', name: 'Calls' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 1100, currency: 'JPY', charges: [{ metric: 'calls', properties: { amount: '33' } }] });
  await l.must('POST', '/v1/taxes', { code: 'jct', name: 'Consumption tax', rate: 10, inclusive: true, applied_to_organization: true });
  await l.at('2026-01-16');
  await l.subscribe('pro');
  await l.use('calls', 5, '2026-01-16T12:00');
  await l.at('2026-02-05');
  await l.use('calls', 1, '2026-01-20T12:00');
  await l.at('2026-03-01');

  // January: 1100 × 16 ÷ 31 = 567.741…, posted 568, and five calls at 33 are 165: 733 are paid. 733 × 10 ÷ 110 = 66.636…, posted 67; of it
  // 51.636… and 15 are the lines': 52 and 15. February: 1100 and the sixth call of January at 33; 1133 × 10 ÷ 110 = 103.
  expect([await breakdown(l, 0), await breakdown(l, 1)]).toEqual([['Consumption tax 10 S on 666 = 67'], ['Consumption tax 10 S on 1030 = 103']]);
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-02-01  for 2026-01-16 to 2026-02-01  JPY
    Pro (16 of 31 days)                             2026-01-16 to 2026-02-01  1  515.7419…   516
    Calls                                           2026-01-16 to 2026-02-01  5        150   150
    subtotal                                                                                 666
    tax                                                                                       67
    total                                                                                    733
    due                                                                                      733
  INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  JPY
    Pro                                             2026-02-01 to 2026-03-01  1       1000  1000
    Calls (late usage of 2026-01-16 to 2026-01-31)  2026-01-16 to 2026-02-01  1         30    30
    subtotal                                                                                1030
    tax                                                                                      103
    total                                                                                   1133
    due                                                                                     1133
`);
});

life('a tax on a tax, told by the explanation', async (l) => {
  await l.customer({ currency: 'CAD' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 10_000, currency: 'CAD', pay_in_advance: true });
  const { id } = await l.must('GET', '/v1/customers/customer');
  await tax(l, { code: 'qst', rate: '9.5', compound: true, jurisdiction: 'CA-QC' }, 'customer', id);
  await tax(l, { code: 'gst', rate: '5', jurisdiction: 'CA' }, 'customer', id);
  await l.at('2026-03-01');
  await l.subscribe('pro');
  await l.at('2026-04-01');

  // 5 % of 100.00 are 5.00; 9.5 % of 105.00 are 9.975, posted 9.98, in whatever order they were applied.
  expect(await breakdown(l, 0)).toEqual(['GST 5 S on 10000 = 500', 'QST 9.5 S on 10500 = 998']);
  const [first] = await l.list();
  const { explanation } = await l.must('GET', `/v1/invoices/${first?.id}/explain`);
  const parts = explanation.children.map((node: { kind: string; amount_cents: string }) => [node.kind, node.amount_cents]);
  expect(parts).toEqual([['fee', '10000'], ['tax', '500'], ['tax', '998']]);
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-03-01  for 2026-03-01 to 2026-04-01  CAD
    Pro       2026-03-01 to 2026-04-01  1  10000  100.00
    subtotal                                      100.00
    tax                                            14.98
    total                                         114.98
    due                                           114.98
  INV-000002  finalized  issued 2026-04-01  for 2026-04-01 to 2026-05-01  CAD
    Pro       2026-04-01 to 2026-05-01  1  10000  100.00
    subtotal                                      100.00
    tax                                            14.98
    total                                         114.98
    due                                           114.98
`);
});

life('a draft takes the rate of the moment in which it is final, and an exempt customer is told why it pays none', async (l) => {
  await l.customer({ currency: 'USD', invoice_grace_period: 5 });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 5000, currency: 'USD' });
  await l.must('POST', '/v1/taxes', { code: 'sales', name: 'Sales tax', rate: 10, applied_to_organization: true });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.at('2026-02-01');
  expect(await breakdown(l, 0)).toEqual(['Sales tax 10 S on 5000 = 500']);
  await l.must('PUT', '/v1/taxes/sales', { rate: 12 });
  await l.at('2026-02-07');
  await l.must('PUT', '/v1/taxes/sales', { rate: 20 });
  await l.must('PUT', '/v1/customers/customer', { tax_exempt: true, tax_exemption_reason: 'Reverse charge', tax_exemption_category: 'AE' });
  await l.at('2026-03-07');

  // 12 % of 50.00 for January, as it was on the 6th of February; nothing for February.
  expect([await breakdown(l, 0), await breakdown(l, 1)]).toEqual([['Sales tax 12 S on 5000 = 600'], ['Reverse charge 0 AE on 5000 = 0']]);
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-02-06  for 2026-01-01 to 2026-02-01  USD
    Pro       2026-01-01 to 2026-02-01  1  5000  50.00
    subtotal                                     50.00
    tax                                           6.00
    total                                        56.00
    due                                          56.00
  INV-000002  finalized  issued 2026-03-06  for 2026-02-01 to 2026-03-01  USD
    Pro       2026-02-01 to 2026-03-01  1  5000  50.00
    total                                        50.00
    due                                          50.00
`);
});

life('a plan with a tax of its own and an add-on with the customer’s, in a currency of three digits', async (l) => {
  await l.customer({ timezone: 'Asia/Kuwait', currency: 'KWD' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 9999, currency: 'KWD' });
  await l.must('POST', '/v1/add_ons', { code: 'visit', name: 'Visit', amount_cents: 1005, amount_currency: 'KWD' });
  const [{ id: planId }, { id: customerId }] = [await l.must('GET', '/v1/plans/pro'), await l.must('GET', '/v1/customers/customer')];
  await tax(l, { code: 'five', rate: 5 }, 'plan', planId);
  await tax(l, { code: 'fifteen', rate: 15 }, 'customer', customerId);
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.must('POST', '/v1/add_ons/apply', { add_on_code: 'visit', customer_id: 'customer', billing: 'next_invoice' });
  await l.at('2026-02-01');

  // 5 % of 9.999 are 0.49995, posted 0.500; 15 % of 1.005 are 0.15075, posted 0.151.
  expect(await breakdown(l, 0)).toEqual(['FIVE 5 S on 9999 = 500', 'FIFTEEN 15 S on 1005 = 151']);
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  KWD
    Pro       2026-01-01 to 2026-02-01  1  9999   9.999
    Visit     2026-02-01 to 2026-02-01  1  1005   1.005
    subtotal                                     11.004
    tax                                           0.651
    total                                        11.655
    due                                          11.655
`);
});
