import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';
import type { WireFee } from './wire.ts';

const life = lives();

/** Waits until so many fees of single events are there: they come about in the background. */
async function feesOfEvents(l: Life, count: number): Promise<WireFee[]> {
  return l.until(async () => {
    const fees = await l.must('GET', '/v1/fees?order_by=created_at:asc');
    const made = fees.filter(({ kind }: { kind: string }) => kind === 'in_advance');
    return made.length >= count ? made : undefined;
  });
}

life('messages paid one by one as they are sent, late ones too', async (l) => {
  await l.customer({ currency: 'EUR' });
  await l.metric({ code: 'messages', name: 'Messages' });
  await l.metric({ code: 'calls', name: 'Calls' });
  const tiers = [{ up_to: 2, unit_price: '1', flat_amount: '0.30' }, { up_to: null, unit_price: '0.50' }];
  await l.plan({
    code: 'pro',
    name: 'Pro',
    amount_cents: 1000,
    currency: 'EUR',
    charges: [
      { metric: 'messages', charge_model: 'graduated', properties: { tiers }, pay_in_advance: true, min_amount_cents: 500 },
      { metric: 'calls', properties: { amount: '0.10' }, pay_in_advance: true, invoiceable: false },
    ],
  });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.use('messages', 1, '2026-01-01T10:00');
  await feesOfEvents(l, 1);
  await l.at('2026-01-20');
  await l.use('messages', 2, '2026-01-20T10:00');
  await l.use('calls', 1, '2026-01-20T10:00');
  const fees = await feesOfEvents(l, 4);
  // Calls are collected elsewhere: a fee without an invoice.
  expect(fees.filter(({ metric_code: code }) => code === 'calls')).toMatchObject([{ invoice_id: null, amount_cents: 10, kind: 'in_advance' }]);
  await l.at('2026-02-01');
  // Dated January, in the fourth place: 0.50, paid when it comes.
  await l.use('messages', 1, '2026-01-31T23:00');
  await feesOfEvents(l, 5);
  await l.at('2026-03-01');

  // The first message 1.00 and the flat 0.30; the second 1.00, the third 0.50 above two. At the end of January 2.80 of 5.00 are paid
  // and 2.20 are missing. The fourth of January is 0.50. February has no event and owes the least amount.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-01-01  for 2026-01-01 to 2026-02-01  EUR
    Messages            2026-01-01 to 2026-02-01  1   130   1.30
    total                                                   1.30
    due                                                     1.30
  INV-000002  finalized  issued 2026-01-20  for 2026-01-01 to 2026-02-01  EUR
    Messages            2026-01-01 to 2026-02-01  1   100   1.00
    Messages            2026-01-01 to 2026-02-01  1    50   0.50
    total                                                   1.50
    due                                                     1.50
  INV-000003  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
    Pro                 2026-01-01 to 2026-02-01  1  1000  10.00
    Messages (minimum)  2026-01-01 to 2026-02-01  1   220   2.20
    total                                                  12.20
    due                                                    12.20
  INV-000004  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  EUR
    Messages            2026-01-01 to 2026-02-01  1    50   0.50
    total                                                   0.50
    due                                                     0.50
  INV-000005  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  EUR
    Pro                 2026-02-01 to 2026-03-01  1  1000  10.00
    Messages (minimum)  2026-02-01 to 2026-03-01  1   500   5.00
    total                                                  15.00
    due                                                    15.00
`);
});

life('what nobody has looked at yet is billed at the end of its period, once', async (l) => {
  await l.customer({ currency: 'USD' });
  await l.metric({ code: 'messages', name: 'Messages' });
  await l.plan({ code: 'pro', name: 'Pro', currency: 'USD', charges: [{ metric: 'messages', properties: { amount: '1' }, pay_in_advance: true }] });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.at('2026-01-31');
  // All at once: whoever comes first, the look or the end of the period, bills each of them.
  await l.use('messages', 40, '2026-01-31');
  await l.must('POST', '/v1/test_clock/advance', { to: '2026-02-01T00:00:00Z' });
  await feesOfEvents(l, 40);
  await l.arrived();
  await l.at('2026-02-02');
  await l.at('2026-03-02');
  const invoices = await l.list();
  const billed = invoices.flatMap(({ fees }) => fees).filter(({ metric_code: code }) => code === 'messages');
  expect(billed).toHaveLength(40);
  expect(billed.reduce((sum, fee) => sum + fee.amount_cents, 0)).toBe(4000);
});
