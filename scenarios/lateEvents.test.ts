import { expect } from 'vitest';
import { life } from './life.ts';
import { text } from './tables.ts';

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

  // The call of 2 February is on the invoice, as it was a draft until the 4th: 101 × 0.10 = 10.10. That of 5 February is not: it is final.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-02-04  for 2026-01-01 to 2026-02-01  USD
    Basic      2026-01-01 to 2026-02-01    1  1000  10.00
    API calls  2026-01-01 to 2026-02-01  101  1010  10.10
    total                                           20.10
    due                                             20.10
  no number  draft  until 2026-03-04  for 2026-02-01 to 2026-03-01  USD
    Basic      2026-02-01 to 2026-03-01    1  1000  10.00
    total                                           10.00
    due                                             10.00
`);
  // It is stored and shown in the usage of January all the same: 102 calls, 10.20.
  const past = await l.must('GET', '/v1/customers/customer/past_usage?external_subscription_id=basic&periods_count=2');
  expect(past).toMatchObject([{ charges: [{ units: '0', amount_cents: 0 }] }, { charges: [{ units: '102', amount_cents: 1020 }] }]);
});
