import { expect } from 'vitest';
import { type Life, lives } from './life.ts';
import { text } from './tables.ts';

const life = lives();

const plan = (code: string, amount_cents: number, more: object = {}) => ({ code, name: code, amount_cents, currency: 'USD', ...more });

async function feature(l: Life, code: string, feature_type: string): Promise<void> {
  await l.must('POST', '/v1/features', { code, name: code, feature_type });
}

async function grant(l: Life, planCode: string, values: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [code, value] of Object.entries(values)) await l.must('POST', '/v1/entitlements', { plan_id: planCode, feature_id: code, value });
}

/** What the customer may use: for each feature the answer, what was used of the limit, and when that starts anew. */
async function access(l: Life, ...features: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const code of features) {
    const { reason, value, limit, current_usage: used, resets_at: resets } = await l.must('GET', `/v1/entitlements/check?customer_id=customer&feature_code=${code}`);
    const usage = used === null ? (value ?? '-') : `${used} of ${limit}`;
    lines.push(`${code}  ${reason}  ${usage}${resets === null ? '' : `  until ${resets}`}`);
  }
  return lines.join('\n');
}

life('a quota of calls: used up, and there again with the next month', async (l) => {
  await l.customer({ timezone: 'America/New_York' });
  await l.metric({ code: 'calls', name: 'Calls' });
  await feature(l, 'calls', 'quantity');
  await l.plan(plan('pro', 4900, { charges: [{ metric: 'calls', properties: { amount: '0.01' } }] }));
  await grant(l, 'pro', { calls: 100 });
  await l.at('2026-01-01');
  await l.subscribe('pro');
  await l.at('2026-01-31');
  await l.use('calls', 99, '2026-01-20');
  // Midnight in New York is 05:00 UTC.
  expect(await access(l, 'calls')).toBe('calls  granted  99 of 100  until 2026-02-01T05:00:00Z');
  await l.use('calls', 3, '2026-01-30');
  expect(await access(l, 'calls')).toBe('calls  limit_reached  102 of 100  until 2026-02-01T05:00:00Z');
  await l.at('2026-02-01T00:00');
  expect(await access(l, 'calls')).toBe('calls  granted  0 of 100  until 2026-03-01T05:00:00Z');

  // What was used is billed whatever the quota said: 102 × 0.01.
  expect(await l.invoices()).toBe(text`
    INV-000001  finalized  issued 2026-02-01  for 2026-01-01 to 2026-02-01  USD
      pro    2026-01-01 to 2026-02-01    1  4900  49.00
      Calls  2026-01-01 to 2026-02-01  102   102   1.02
      total                                       50.02
      due                                         50.02
  `);
});

life('seats stay taken from month to month, until somebody leaves', async (l) => {
  await l.customer();
  await l.metric({ code: 'seats', name: 'Seats', aggregation_type: 'unique_count', field_name: 'user', recurring: true });
  await feature(l, 'seats', 'quantity');
  await l.plan(plan('team', 2000));
  await grant(l, 'team', { seats: 2 });
  await l.at('2026-01-01');
  await l.subscribe('team');
  await l.at('2026-01-10');
  await l.use('seats', { user: 'ada' }, '2026-01-05');
  await l.use('seats', { user: 'bob' }, '2026-01-06');
  await l.at('2026-02-10');
  expect(await access(l, 'seats')).toBe('seats  limit_reached  2 of 2');
  await l.use('seats', { user: 'bob', operation_type: 'remove' }, '2026-02-09');
  expect(await access(l, 'seats')).toBe('seats  granted  1 of 2');
});

life('a bigger plan grants more at once; a smaller one less, with its period', async (l) => {
  await l.customer();
  for (const [code, type] of [['sso', 'boolean'], ['projects', 'quantity'], ['support', 'custom']] as const) await feature(l, code, type);
  await l.plan(plan('basic', 1000));
  await l.plan(plan('pro', 5000));
  await grant(l, 'basic', { projects: 3 });
  await grant(l, 'pro', { sso: true, projects: 'unlimited', support: 'within 4 hours' });
  await l.at('2026-01-01');
  await l.subscribe('basic');
  const all = ['sso', 'projects', 'support'] as const;
  const onBasic = text`
    sso  not_entitled  -
    projects  granted  3
    support  not_entitled  -
  `;
  const onPro = text`
    sso  granted  true
    projects  granted  unlimited
    support  granted  within 4 hours
  `;
  expect(await access(l, ...all)).toBe(onBasic);
  await l.at('2026-01-16');
  await l.change('basic', { plan_id: 'pro' });
  expect(await access(l, ...all)).toBe(onPro);
  await l.at('2026-02-10');
  await l.change('basic', { plan_id: 'basic' });
  expect(await access(l, ...all)).toBe(onPro);
  await l.at('2026-03-02');
  expect(await access(l, ...all)).toBe(onBasic);
});

life('what one customer was promised outlives the plan; a pause and the end take it away', async (l) => {
  await l.customer();
  await feature(l, 'projects', 'quantity');
  await l.plan(plan('basic', 1000));
  await l.plan(plan('pro', 5000));
  await grant(l, 'basic', { projects: 3 });
  await grant(l, 'pro', { projects: 20 });
  await l.at('2026-01-01');
  await l.subscribe('basic');
  const own = '/v1/subscriptions/basic/entitlements/projects';
  await l.must('PUT', own, { value: 7 });
  expect(await access(l, 'projects')).toBe('projects  granted  7');
  await l.change('basic', { plan_id: 'pro' });
  expect(await access(l, 'projects')).toBe('projects  granted  7');
  await l.must('PUT', own, { value: null });
  expect(await access(l, 'projects')).toBe('projects  not_entitled  -');
  await l.must('DELETE', own);
  expect(await access(l, 'projects')).toBe('projects  granted  20');

  await l.ask('basic', 'pause');
  expect(await access(l, 'projects')).toBe('projects  no_running_subscription  -');
  await l.at('2026-01-11');
  await l.ask('basic', 'resume');
  await l.ask('basic', 'cancel');
  expect(await access(l, 'projects')).toBe('projects  granted  20');
  await l.at('2026-02-01T00:00');
  expect(await access(l, 'projects')).toBe('projects  no_running_subscription  -');
});
