import { expect } from 'vitest';
import { lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

life('an add-on sold at once, one for the next invoice, and one at another price', async (l) => {
  await l.customer({ timezone: 'Europe/Berlin', currency: 'EUR', net_payment_term: 14 });
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 3100, currency: 'EUR', charges: [{ metric: 'calls', properties: { amount: '0.5' } }] });
  await l.must('POST', '/v1/plans/pro/commitments', { amount_cents: 5000, invoice_display_name: 'Minimum' });
  await l.must('POST', '/v1/add_ons', { code: 'setup', name: 'Set-up', amount_cents: 15_000, amount_currency: 'EUR', invoice_display_name: 'Installation' });
  await l.must('POST', '/v1/add_ons', { code: 'training', name: 'Training day', amount_cents: 80_000, amount_currency: 'EUR' });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.at('2026-01-10T09:00');
  await l.must('POST', '/v1/add_ons/apply', { add_on_code: 'setup', customer_id: 'customer' });
  await l.must('POST', '/v1/add_ons/apply', { add_on_code: 'training', customer_id: 'customer', billing: 'next_invoice' });
  await l.must('POST', '/v1/add_ons/apply', { add_on_code: 'training', customer_id: 'customer', amount_cents: 60_000, billing: 'next_invoice' });
  // What is sold keeps the price of its moment.
  await l.must('PUT', '/v1/add_ons/training', { amount_cents: 99_900 });
  await l.use('calls', 8, '2026-01-10T09:00');
  await l.at('2026-02-01');

  // The set-up on an invoice of its own. January: 31.00 and eight calls at 0.50 are 35.00, so 15.00 are missing to the minimum of 50.00;
  // the training days come after it and do not count towards it.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-01-10T09:00  for 2026-01-10T09:00 to 2026-01-10T09:00  EUR
    Installation  2026-01-10T09:00 to 2026-01-10T09:00  1  15000   150.00
    total                                                          150.00
    due                                                            150.00
  INV-000002  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
    Pro           2026-01-01 to 2026-02-01              1   3100    31.00
    API calls     2026-01-01 to 2026-02-01              8    400     4.00
    Minimum       2026-01-01 to 2026-02-01              1   1500    15.00
    Training day  2026-02-01 to 2026-02-01              1  80000   800.00
    Training day  2026-02-01 to 2026-02-01              1  60000   600.00
    total                                                         1450.00
    due                                                           1450.00
`);
});

life('an add-on waits for another invoice once the one that took it is void, and a draft takes what is sold meanwhile', async (l) => {
  await l.customer({ currency: 'USD', invoice_grace_period: 3 });
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 2800, currency: 'USD' });
  await l.must('POST', '/v1/add_ons', { code: 'seat', name: 'Chair', amount_cents: 9900, amount_currency: 'USD' });
  await l.at('2026-02-01');
  await l.subscribe('pro');
  await l.must('POST', '/v1/add_ons/apply', { add_on_code: 'seat', customer_id: 'customer', billing: 'next_invoice' });
  await l.at('2026-03-01');
  // The draft of February has the first one; the second is sold during its days of grace and stands on it once it is final.
  await l.must('POST', '/v1/add_ons/apply', { add_on_code: 'seat', customer_id: 'customer', amount_cents: 5000, billing: 'next_invoice' });
  await l.at('2026-03-05');
  const [february] = await l.list();
  await l.must('POST', `/v1/invoices/${february?.id}/void`);
  await l.at('2026-04-05');
  const applied = await l.must('GET', '/v1/customers/customer/applied_add_ons');
  const [, march] = await l.list();
  expect(applied.map((one: { invoice_id: string }) => one.invoice_id)).toEqual([march?.id, march?.id]);
  expect(await l.must('GET', '/v1/add_ons/application_counts')).toEqual({ [applied[0].add_on_id]: 2 });

  // Both chairs are billed once: on the invoice of March, 28.00 + 99.00 + 50.00.
  expect(await l.invoices()).toBe(text`
  INV-000001  voided  issued 2026-03-04  for 2026-02-01 to 2026-03-01  USD
    Pro    2026-02-01 to 2026-03-01  1  2800   28.00
    Chair  2026-03-01 to 2026-03-01  1  9900   99.00
    Chair  2026-03-01 to 2026-03-01  1  5000   50.00
    total                                     177.00
    due                                       177.00
  INV-000002  finalized  issued 2026-04-04  for 2026-03-01 to 2026-04-01  USD
    Pro    2026-03-01 to 2026-04-01  1  2800   28.00
    Chair  2026-04-01 to 2026-04-01  1  9900   99.00
    Chair  2026-04-01 to 2026-04-01  1  5000   50.00
    total                                     177.00
    due                                       177.00
`);
});
