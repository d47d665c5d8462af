import { expect } from 'vitest';
import { lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

life('a least amount of a charge: the first part of a month, a full one with little use, one with much', async (l) => {
  await l.customer({ timezone: 'Europe/Berlin', currency: 'EUR' });
  await l.metric({ code: 'calls', name: 'API calls', filters: { region: ['eu', 'us'] } });
  await l.plan({
    code: 'pro',
    name: 'Pro',
    amount_cents: 4900,
    currency: 'EUR',
    charges: [
      {
        metric: 'calls',
        properties: { amount: '0.05' },
        filters: [{ where: { region: ['us'] }, properties: { amount: '0.10' } }],
        min_amount_cents: 5000,
      },
    ],
  });
  await l.at('2026-01-15T09:00');
  await l.subscribe('pro');
  await l.use('calls', { region: 'us' }, '2026-01-15T10:00');
  await l.use('calls', 3, '2026-01-16');
  await l.at('2026-02-01');
  await l.use('calls', 10, '2026-02-01T12:00');
  await l.at('2026-03-01');
  await l.use('calls', 1001, '2026-03-01T12:00');
  await l.at('2026-04-01');

  // January from the 15th: 17 of 31 days. Plan 4900 × 17 ÷ 31 = 2687.096…; least amount 5000 × 17 ÷ 31 = 2741.935…, less the fees of
  // 10 + 15 cents that is 2716.935…, posted 27.17. February: 10 calls are 50 cents, 49.50 short of 50.00. March: 50.05 is enough.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-02-01  for 2026-01-15 to 2026-02-01  EUR
    Pro (17 of 31 days)                 2026-01-15 to 2026-02-01           1  2687.0967…  26.87
    API calls (region: us)              2026-01-15T09:00 to 2026-02-01     1          10   0.10
    API calls                           2026-01-15T09:00 to 2026-02-01     3          15   0.15
    API calls (minimum, 17 of 31 days)  2026-01-15T09:00 to 2026-02-01     1  2716.9354…  27.17
    total                                                                                 54.29
    due                                                                                   54.29
  INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  EUR
    Pro                                 2026-02-01 to 2026-03-01           1        4900  49.00
    API calls                           2026-02-01 to 2026-03-01          10          50   0.50
    API calls (minimum)                 2026-02-01 to 2026-03-01           1        4950  49.50
    total                                                                                 99.00
    due                                                                                   99.00
  INV-000003  finalized  issued 2026-04-01  for 2026-03-01 to 2026-04-01  EUR
    Pro                                 2026-03-01 to 2026-04-01           1        4900  49.00
    API calls                           2026-03-01 to 2026-04-01        1001        5005  50.05
    total                                                                                 99.05
    due                                                                                   99.05
`);
});

life('what stood on a voided invoice counts for no minimum', async (l) => {
  await l.customer({ currency: 'EUR' });
  await l.metric({ code: 'messages', name: 'Messages' });
  const charges = [{ metric: 'messages', properties: { amount: '1' }, pay_in_advance: true, min_amount_cents: 5000 }];
  await l.plan({ code: 'pro', name: 'Pro', amount_cents: 1000, currency: 'EUR', charges });
  await l.must('POST', '/v1/plans/pro/commitments', { amount_cents: 7000, invoice_display_name: 'Minimum' });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.use('messages', { to: 'anna' }, '2026-01-01');
  await l.invoiced(1);
  const [voided] = await l.list();
  await l.must('POST', `/v1/invoices/${voided?.id}/void`);
  await l.use('messages', { to: 'bert' }, '2026-01-01');
  await l.invoiced(2);
  await l.at('2026-02-01');

  // The second message is 1.00 above the mark, where the first left it. Of 50.00 of the charge 49.00 are missing; with the plan's 10.00
  // that is 60.00, and 10.00 are missing to 70.00.
  expect(await l.invoices()).toBe(text`
  INV-000001  voided  issued 2026-01-01  for 2026-01-01 to 2026-02-01  EUR
    Messages            2026-01-01 to 2026-02-01  1   100   1.00
    total                                                   1.00
    due                                                     1.00
  INV-000002  finalized  issued 2026-01-01  for 2026-01-01 to 2026-02-01  EUR
    Messages            2026-01-01 to 2026-02-01  1   100   1.00
    total                                                   1.00
    due                                                     1.00
  INV-000003  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
    Pro                 2026-01-01 to 2026-02-01  1  1000  10.00
    Messages (minimum)  2026-01-01 to 2026-02-01  1  4900  49.00
    Minimum             2026-01-01 to 2026-02-01  1  1000  10.00
    total                                                  69.00
    due                                                    69.00
`);
});
