import { expect } from 'vitest';
import { lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

const range = (from: number, to: number | null, price: string, flat = '0') => ({ from_value: from, to_value: to, per_unit_amount: price, flat_amount: flat });

life('a month in arrears from its middle, with five charge models', async (l) => {
  await l.customer();
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.metric({ code: 'storage', name: 'Storage', aggregation_type: 'sum', field_name: 'gb' });
  await l.metric({ code: 'messages', name: 'Messages' });
  await l.metric({ code: 'mails', name: 'E-mails', aggregation_type: 'sum', field_name: 'number' });
  await l.metric({ code: 'payments', name: 'Payments', aggregation_type: 'sum', field_name: 'amount' });
  const storage = [
    { from_value: 0, to_value: 10, per_unit_amount: '0.50', flat_amount: '0' },
    { from_value: 10, to_value: 100, per_unit_amount: '0.30', flat_amount: '1.00' },
    { from_value: 100, to_value: null, per_unit_amount: '0.10', flat_amount: '0' },
  ];
  const mails = [
    { from_value: 0, to_value: 1000, per_unit_amount: '0.010', flat_amount: '0' },
    { from_value: 1000, to_value: null, per_unit_amount: '0.008', flat_amount: '2.00' },
  ];
  await l.plan({
    code: 'pro',
    name: 'Pro',
    amount_cents: 4900,
    currency: 'USD',
    charges: [
      { metric: 'calls', properties: { amount: '0.0035' } },
      { metric: 'storage', charge_model: 'graduated', properties: { graduated_ranges: storage } },
      { metric: 'messages', charge_model: 'package', properties: { amount: '5.00', package_size: 100, free_units: 50 } },
      { metric: 'mails', charge_model: 'volume', properties: { volume_ranges: mails } },
      { metric: 'payments', charge_model: 'percentage', properties: { rate: '1.5', fixed_amount: '0.10' } },
    ],
  });

  await l.at('2026-01-15T15:30');
  await l.subscribe('pro');
  // A minute before the start: on no invoice. In the last second of January: on January's. At midnight: on February's.
  await l.use('calls', 1, '2026-01-15T15:29');
  await l.use('calls', 1, '2026-01-15T15:30');
  await l.at('2026-01-31T12:00');
  await l.use('calls', 1232, '2026-01-20T10:00');
  await l.use('calls', 1, '2026-01-31T23:59:59');
  await l.use('calls', 1, '2026-02-01');
  await l.use('storage', { gb: 30 }, '2026-01-16');
  await l.use('storage', { gb: 7.25 }, '2026-01-31T23:59:59');
  await l.use('messages', 251, '2026-01-17');
  await l.use('mails', { number: 1500 }, '2026-01-18');
  for (const amount of [120, 80.5, 19.99]) await l.use('payments', { amount }, '2026-01-19');
  await l.at('2026-02-01');
  await l.pay('INV-000001');
  await l.at('2026-03-01');

  // January. Pro: 15 to 31 January are 17 of 31 days: 4900 × 17 ÷ 31 = 83300 ÷ 31 = 2687.0967… -> 26.87.
  // API calls: 1 + 1232 + 1 = 1234 at 0.35 cents = 431.9 -> 4.32.
  // Storage: 30 + 7.25 = 37.25 GB; 10 × 0.50 = 5.00, 27.25 × 0.30 = 8.175, the second tier's 1.00 once: 14.175 -> 14.18, half away from zero.
  // Messages: 251 − 50 free = 201, which is 3 started packages of 100: 15.00.
  // E-mails: all 1500 in the second tier: 1500 × 0.008 = 12.00 and its 2.00: 14.00.
  // Payments: 120 + 80.50 + 19.99 = 220.49; 1.5 % = 3.30735, three times 0.10: 3.60735 -> 3.61.
  // 26.87 + 4.32 + 14.18 + 15.00 + 14.00 + 3.61 = 77.98.
  // February. The call at midnight: 0.35 cents -> 0.00, shown because there is a unit. What was not used has no line.
  expect(await l.invoices()).toBe(text`
  INV-000001  paid  issued 2026-02-01  for 2026-01-15 to 2026-02-01  USD
    Pro (17 of 31 days)  2026-01-15 to 2026-02-01             1  2687.0967…   26.87
    API calls            2026-01-15T15:30 to 2026-02-01    1234       431.9    4.32
    Storage              2026-01-15T15:30 to 2026-02-01   37.25      1417.5   14.18
    Messages             2026-01-15T15:30 to 2026-02-01     251        1500   15.00
    E-mails              2026-01-15T15:30 to 2026-02-01    1500        1400   14.00
    Payments             2026-01-15T15:30 to 2026-02-01  220.49     360.735    3.61
    total                                                                     77.98
    paid                                                                     -77.98
    due                                                                        0.00
  INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
    Pro                  2026-02-01 to 2026-03-01             1        4900   49.00
    API calls            2026-02-01 to 2026-03-01             1        0.35    0.00
    total                                                                     49.00
    due                                                                       49.00
`);
});

life('charges with several fees: filters, groups, volumes and packages', async (l) => {
  await l.customer();
  await l.metric({ code: 'requests', name: 'Requests', aggregation_type: 'sum', field_name: 'n', filters: { region: ['eu', 'us', 'ap'], tier: [] } });
  await l.metric({ code: 'images', name: 'Images', aggregation_type: 'sum', field_name: 'n', filters: { kind: ['hd', 'sd'] } });
  await l.metric({ code: 'reports', name: 'Reports' });
  await l.plan({
    code: 'data',
    name: 'Data',
    amount_cents: 0,
    currency: 'USD',
    charges: [
      {
        metric: 'requests',
        charge_model: 'volume',
        properties: { volume_ranges: [range(0, 100, '0.10'), range(101, null, '0.08', '1.00')] },
        filters: [
          { where: { region: ['eu'] }, properties: { volume_ranges: [range(0, 100, '0.20'), range(101, null, '0.15')] } },
          { where: { region: ['eu'], tier: ['gold'] }, properties: { volume_ranges: [range(0, null, '0.05')] }, invoice_display_name: 'Requests, gold in the EU' },
        ],
      },
      {
        metric: 'images',
        charge_model: 'package',
        properties: { amount: '5.00', package_size: 100, free_units: 10, pricing_group_keys: ['model', 'size'] },
        filters: [{ where: { kind: ['hd'] }, properties: { amount: '8.00' } }],
      },
      { metric: 'reports', charge_model: 'volume', properties: { volume_ranges: [range(0, 10, '0.50', '3.00'), range(11, null, '0.40')] } },
    ],
  });
  await l.at('2026-01-01');
  await l.subscribe('data');
  await l.at('2026-01-20');
  for (const event of [{ n: 120, region: 'eu' }, { n: 50, region: 'eu', tier: 'gold' }, { n: 30, region: 'eu', tier: 'silver' }, { n: 80, region: 'us' }, { n: 40, region: 'ap' }, { n: 5 }])
    await l.use('requests', event, '2026-01-10');
  for (const event of [{ n: 111, model: 'small', size: '1k' }, { n: 110, model: 'large', size: '4k' }, { n: 3, model: 'large' }, { n: 20, model: 'large', size: '4k', kind: 'hd' }])
    await l.use('images', event, '2026-01-10');
  await l.at('2026-03-01');

  // Requests, each event once. The EU's, without the gold ones: 120 + 30 = 150, all at 0.15 = 22.50. Gold, as more keys match: 50 × 0.05 = 2.50.
  // What no filter is for: 80 + 40 + 5 = 125, all at 0.08 and 1.00 once: 11.00.
  // Images, 10 free in each group. In high definition: 20 − 10 = 10, one package of 8.00. Large 4k: 100, one package; large without a size: none,
  // all 3 are free; small 1k: 101, two packages.
  // Reports: none, but the first tier is reached at nothing and has its 3.00.
  // 22.50 + 2.50 + 11.00 + 8.00 + 5.00 + 10.00 + 3.00 = 62.00. In February nothing is used.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
    Data                                       2026-01-01 to 2026-02-01    1     0   0.00
    Requests (region: eu)                      2026-01-01 to 2026-02-01  150  2250  22.50
    Requests, gold in the EU                   2026-01-01 to 2026-02-01   50   250   2.50
    Requests                                   2026-01-01 to 2026-02-01  125  1100  11.00
    Images (kind: hd), model: large, size: 4k  2026-01-01 to 2026-02-01   20   800   8.00
    Images, model: large, size: 4k             2026-01-01 to 2026-02-01  110   500   5.00
    Images, model: large, size: none           2026-01-01 to 2026-02-01    3     0   0.00
    Images, model: small, size: 1k             2026-01-01 to 2026-02-01  111  1000  10.00
    Reports                                    2026-01-01 to 2026-02-01    0   300   3.00
    total                                                                           62.00
    due                                                                             62.00
  INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  USD
    Data                                       2026-02-01 to 2026-03-01    1     0   0.00
    Reports                                    2026-02-01 to 2026-03-01    0   300   3.00
    total                                                                            3.00
    due                                                                              3.00
`);
});

life('seats, users and licences that stay, paid by the day', async (l) => {
  await l.customer({ timezone: 'Europe/Madrid', currency: 'EUR' });
  await l.metric({ code: 'seats', name: 'Seats', aggregation_type: 'sum', field_name: 'change', recurring: true });
  await l.metric({ code: 'users', name: 'Users', aggregation_type: 'unique_count', field_name: 'user', recurring: true });
  await l.metric({ code: 'licences', name: 'Licences', aggregation_type: 'sum', field_name: 'change', recurring: true });
  const charges = [
    { metric: 'seats', prorated: true, properties: { amount: '12.40' } },
    { metric: 'users', prorated: true, properties: { amount: '3.10' } },
    { metric: 'licences', prorated: true, charge_model: 'graduated', properties: { graduated_ranges: [range(0, 3, '6.20'), range(4, null, '3.10', '5.00')] } },
  ];
  await l.plan({ code: 'office', name: 'Office', amount_cents: 3100, currency: 'EUR', charges });
  const user = (name: string, operation: 'add' | 'remove', time: string) => l.use('users', { user: name, operation_type: operation }, time);

  await l.at('2026-01-11');
  await l.subscribe('office');
  await l.at('2026-01-31');
  await l.use('seats', { change: 5 }, '2026-01-11');
  await l.use('seats', { change: 2 }, '2026-01-22T15:00');
  await l.use('seats', { change: -1 }, '2026-01-30T09:00');
  await user('ann', 'add', '2026-01-11T09:00');
  await user('ann', 'remove', '2026-01-20T12:00');
  await user('bob', 'add', '2026-01-25T23:00');
  await user('cyd', 'add', '2026-01-30T09:00');
  await user('cyd', 'remove', '2026-01-30T17:00');
  await l.use('licences', { change: 2 }, '2026-01-11');
  await l.use('licences', { change: 3 }, '2026-01-22');
  await l.at('2026-02-20');
  await l.use('seats', { change: 3 }, '2026-02-15');
  await user('ann', 'add', '2026-02-15T08:00');
  await l.use('licences', { change: -4 }, '2026-02-15');
  await l.at('2026-03-10T12:00');
  await l.terminate('office');

  // January, 11th to 31st, 21 of 31 days: Office 31.00 × 21 ÷ 31 = 21.00.
  // Seats weigh from their day on: 5 × 21 + 2 × 10 − 1 × 2 = 123 seat days; 123 ÷ 31 × 12.40 = 123 × 0.40 = 49.20. Shown are the 6 at the end.
  // Users weigh the days they were there: ann 11th to 20th 10, bob 25th to 31st 7, cyd 1: 18 ÷ 31 × 3.10 = 1.80. One is there at the end.
  // Licences: the first 2 for 21 days and the third for 10 at 6.20: (42 + 10) ÷ 31 × 6.20 = 10.40; the fourth and fifth for 10 days at 3.10:
  // 20 ÷ 31 × 3.10 = 2.00; the second tier's 5.00 whole: 17.40. Together 89.40.
  // February, 28 days. Seats: 6 carried in, 3 more for 14 days: (168 + 42) ÷ 28 × 12.40 = 7.5 × 12.40 = 93.00.
  // Users: bob 28 days, ann again 14: 1.5 × 3.10 = 4.65. Licences: 5 carried in, 3 × 6.20 + 2 × 3.10 + 5.00 = 29.80; 4 fewer for 14 of 28 days give
  // back from the top: 2 × 0.5 × 3.10 + 2 × 0.5 × 6.20 = 9.30; 20.50. Together 31.00 + 93.00 + 4.65 + 20.50 = 149.15.
  // March to the 10th, 10 of 31 days: Office 10.00; seats 9 × 10 ÷ 31 × 12.40 = 36.00; users 2 × 10 ÷ 31 × 3.10 = 2.00; licence 1 × 10 ÷ 31 × 6.20 = 2.00.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-02-01  for 2026-01-11 to 2026-02-01  EUR
    Office (21 of 31 days)  2026-01-11 to 2026-02-01        1  2100   21.00
    Seats                   2026-01-11 to 2026-02-01        6  4920   49.20
    Users                   2026-01-11 to 2026-02-01        1   180    1.80
    Licences                2026-01-11 to 2026-02-01        5  1740   17.40
    total                                                             89.40
    due                                                               89.40
  INV-000002  finalized  issued 2026-03-01  for 2026-02-01 to 2026-03-01  EUR
    Office                  2026-02-01 to 2026-03-01        1  3100   31.00
    Seats                   2026-02-01 to 2026-03-01        9  9300   93.00
    Users                   2026-02-01 to 2026-03-01        2   465    4.65
    Licences                2026-02-01 to 2026-03-01        1  2050   20.50
    total                                                            149.15
    due                                                              149.15
  INV-000003  finalized  issued 2026-03-10T12:00  for 2026-03-01 to 2026-03-10T12:00  EUR
    Office (10 of 31 days)  2026-03-01 to 2026-03-10T12:00  1  1000   10.00
    Seats                   2026-03-01 to 2026-03-10T12:00  9  3600   36.00
    Users                   2026-03-01 to 2026-03-10T12:00  2   200    2.00
    Licences                2026-03-01 to 2026-03-10T12:00  1   200    2.00
    total                                                             50.00
    due                                                               50.00
`);
});

life('yen, which have no smaller unit', async (l) => {
  await l.customer({ timezone: 'Asia/Tokyo', currency: 'JPY' });
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.metric({ code: 'payments', name: 'Payments', aggregation_type: 'sum', field_name: 'amount' });
  const charges = [
    { metric: 'calls', properties: { amount: '0.5' } },
    { metric: 'payments', charge_model: 'percentage', properties: { rate: '3.6' } },
  ];
  await l.plan({ code: 'basic', name: 'Basic', amount_cents: 4900, currency: 'JPY', charges });
  await l.at('2026-01-15');
  await l.subscribe('basic');
  await l.use('calls', 3, '2026-01-15');
  await l.use('payments', { amount: 12345 }, '2026-01-15');
  await l.at('2026-02-01');
  await l.pay('INV-000001', 1000);

  // Basic: 4900 × 17 ÷ 31 = 2687.0967… -> 2687 yen. Calls: 3 × 0.5 = 1.5 -> 2, half away from zero. Payments: 3.6 % of 12345 = 444.42 -> 444.
  // 2687 + 2 + 444 = 3133, of which 1000 are paid.
  expect(await l.invoices()).toBe(text`
  INV-000001  finalized  issued 2026-02-01  for 2026-01-15 to 2026-02-01  JPY
    Basic (17 of 31 days)  2026-01-15 to 2026-02-01      1  2687.0967…   2687
    API calls              2026-01-15 to 2026-02-01      3         1.5      2
    Payments               2026-01-15 to 2026-02-01  12345      444.42    444
    total                                                                3133
    paid                                                                -1000
    due                                                                  2133
`);
});

life('Kuwaiti dinars, which have thousandths', async (l) => {
  await l.customer({ timezone: 'Asia/Kuwait', currency: 'KWD' });
  await l.metric({ code: 'calls', name: 'API calls' });
  await l.metric({ code: 'traffic', name: 'Traffic', aggregation_type: 'sum', field_name: 'gb' });
  const charges = [
    { metric: 'calls', properties: { amount: '0.0005' } },
    { metric: 'traffic', charge_model: 'graduated', properties: { tiers: [{ up_to: 5, unit_price: '0.0125' }, { up_to: null, unit_price: '0.0105' }] } },
  ];
  await l.plan({ code: 'basic', name: 'Basic', amount_cents: 14750, currency: 'KWD', charges });
  await l.at('2026-01-15');
  await l.subscribe('basic');
  await l.use('calls', 3, '2026-01-15');
  await l.use('traffic', { gb: 8 }, '2026-01-15');
  await l.at('2026-02-01');
  await l.pay('INV-000001');

  // Basic: 14.750 × 17 ÷ 31: 250750 ÷ 31 = 8088.7096… fils -> 8.089. Calls: 3 × 0.0005 = 0.0015 = 1.5 fils -> 0.002.
  // Traffic: 5 × 0.0125 + 3 × 0.0105 = 0.0625 + 0.0315 = 0.094. Together 8.185.
  expect(await l.invoices()).toBe(text`
  INV-000001  paid  issued 2026-02-01  for 2026-01-15 to 2026-02-01  KWD
    Basic (17 of 31 days)  2026-01-15 to 2026-02-01  1  8088.7096…   8.089
    API calls              2026-01-15 to 2026-02-01  3         1.5   0.002
    Traffic                2026-01-15 to 2026-02-01  8          94   0.094
    total                                                            8.185
    paid                                                            -8.185
    due                                                              0.000
`);
});
