import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, startTestApp, type TestApp } from '../../testing/app.ts';
import { type UsageSetup, usageSetup } from '../../testing/usage.ts';

// The sandbox stands at noon of 15 April 2026; its organization is in UTC.
let app: TestApp;
let world: UsageSetup;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  world = usageSetup(app);
  await app.sandbox('POST', '/v1/test_clock', { now: '2026-04-15T12:00:00Z' });
  await world.metric('calls', { aggregation_type: 'count' });
  await world.metric('tokens', { aggregation_type: 'sum', field_name: 'v', rounding_function: 'ceil', rounding_precision: 0 });
  await world.metric('peak', { aggregation_type: 'max', field_name: 'v' });
  await world.metric('gauge', { aggregation_type: 'latest', field_name: 'v' });
  await world.metric('users', { aggregation_type: 'unique_count', field_name: 'v' });
  await world.metric('level', { aggregation_type: 'weighted_sum', field_name: 'v' });
  for (const key of ['region', 'team']) await world.make('/v1/billable_metrics/tokens/filters', { key, values: [] });
});
afterAll(() => app.close());

type Body = Answer['body'];
const ask = (query: Record<string, string>) => app.sandbox('GET', `/v1/usage?${new URLSearchParams(query)}`);
/** The values of the only series, and how many events are behind each. */
async function values(query: Record<string, string>): Promise<[string, number][]> {
  const { body } = await ask(query);
  expect(body.series).toHaveLength(1);
  return body.series[0].points.map(({ value, events_count }: Body) => [value, events_count]);
}

const threeDays = { from: '2026-04-01T05:00:00Z', to: '2026-04-03T00:00:01Z' };

describe('a chart of usage', () => {
  it('measures each window as a period of its own, by every aggregation', async () => {
    const at = (v: number | string, time: string, more: object = {}): [string, object] => [time, { v, ...more }];
    for (const [code, events] of Object.entries({
      calls: [at(0, '2026-04-01T00:00:00Z'), at(0, '2026-04-01T23:59:59.999999Z'), at(0, '2026-04-02T00:00:00Z')],
      tokens: [at('1.5', '2026-04-01T01:00:00Z'), at('2', '2026-04-01T02:00:00Z'), at('-1', '2026-04-03T00:00:00Z')],
      peak: [at(3, '2026-04-01T01:00:00Z'), at(9, '2026-04-01T02:00:00Z'), at(-4, '2026-04-02T02:00:00Z')],
      gauge: [at(7, '2026-04-01T09:00:00Z'), at(5, '2026-04-01T09:00:00Z'), at(6, '2026-04-01T08:00:00Z')],
      users: [at('ada', '2026-04-01T01:00:00Z'), at('bob', '2026-04-01T02:00:00Z'), at('ada', '2026-04-01T03:00:00Z', { operation_type: 'remove' }), at('ada', '2026-04-02T03:00:00Z')],
      level: [at(10, '2026-04-01T12:00:00Z'), at(-10, '2026-04-01T18:00:00Z'), at(8, '2026-04-03T18:00:00Z')],
    })) await world.send('acme', code, events);
    expect(await values({ metric: 'calls', ...threeDays })).toEqual([['2', 2], ['1', 1], ['0', 0]]);
    // 1.5 + 2 = 3.5, rounded up; -1 stays.
    expect(await values({ metric: 'tokens', ...threeDays })).toEqual([['4', 2], ['0', 0], ['-1', 1]]);
    expect(await values({ metric: 'peak', ...threeDays })).toEqual([['9', 2], ['0', 1], ['0', 0]]);
    // Of the two at nine the one that came last.
    expect(await values({ metric: 'gauge', ...threeDays })).toEqual([['5', 3], ['0', 0], ['0', 0]]);
    expect(await values({ metric: 'users', ...threeDays })).toEqual([['1', 3], ['1', 1], ['0', 0]]);
    // 10 for a quarter of the first day; 8 for the last quarter of the third.
    expect(await values({ metric: 'level', ...threeDays })).toEqual([['2.5', 2], ['0', 0], ['2', 1]]);
  });

  it('is grouped and filtered by what the metric declares, of a customer or of all', async () => {
    const day = { metric: 'tokens', from: '2026-04-10T00:00:00Z', to: '2026-04-11T00:00:00Z' };
    await world.send('acme', 'tokens', [['2026-04-10T01:00:00Z', { v: 1, region: 'eu', team: 'a' }], ['2026-04-10T01:00:00Z', { v: 2, region: 'us' }], ['2026-04-10T01:00:00Z', { v: 4 }]]);
    await world.send('other', 'tokens', [['2026-04-10T01:00:00Z', { v: 8, region: 'eu' }, 'other-1']]);
    const grouped = async (more: Record<string, string>) => Object.fromEntries((await ask({ ...day, ...more })).body.series.map(({ group, points }: Body) => [JSON.stringify(group), points[0].value]));
    expect(await grouped({ group_by: 'region' })).toEqual({ '{"region":"eu"}': '9', '{"region":"us"}': '2', '{"region":null}': '4' });
    expect(await grouped({ group_by: 'region,team', filters: '{"region":"eu"}' })).toEqual({ '{"region":"eu","team":"a"}': '1', '{"region":"eu","team":null}': '8' });
    expect(await grouped({ filters: '{"region":["eu","us"]}', external_customer_id: 'acme' })).toEqual({ '{}': '3' });
    expect(await grouped({ external_customer_id: 'other', external_subscription_id: 'another' })).toEqual({ '{}': '0' });
    expect(await grouped({ group_by: 'region', external_customer_id: 'nobody' })).toEqual({});
    for (const [query, path] of [[{ group_by: 'zone' }, 'group_by'], [{ filters: '{"zone":"x"}' }, 'filters'], [{ filters: 'x' }, 'filters'], [{ metric: 'none' }, 'metric'], [{ to: day.from }, 'to'], [{ window: 'hour', to: '2026-05-11T00:00:01Z' }, 'to']] as const) {
      const { status, body } = await ask({ ...day, ...query });
      expect([path, status, body.errors[0].path]).toEqual([path, 422, path]);
    }
  });

  it('cuts days and months where they begin in the time zone, through a change of the clocks', async () => {
    // In Paris 29 March 2026 has 23 hours: from 23:00 UTC of the 28th to 22:00 UTC of the 29th.
    for (const time of ['2026-03-28T22:59:59Z', '2026-03-28T23:00:00Z', '2026-03-29T21:59:59Z', '2026-03-29T22:00:00Z']) await world.send('paris', 'calls', [[time]]);
    const paris = { metric: 'calls', external_customer_id: 'paris', timezone: 'Europe/Paris' };
    expect(await values({ ...paris, from: '2026-03-28T12:00:00Z', to: '2026-03-30T00:00:00Z' })).toEqual([['1', 1], ['2', 2], ['1', 1]]);
    const months = (await ask({ ...paris, window: 'month', from: '2026-03-15T00:00:00Z', to: '2026-04-02T00:00:00Z' })).body;
    expect([months.from, months.to, months.series[0].points.map(({ value }: Body) => value)]).toEqual(['2026-02-28T23:00:00Z', '2026-04-30T22:00:00Z', ['4', '0']]);
    // 25 hours on the day the clocks go back; here 23.
    expect((await ask({ ...paris, window: 'hour', from: '2026-03-28T23:00:00Z', to: '2026-03-29T22:00:00Z' })).body.series[0].points).toHaveLength(23);
  });

  it('has every event in its window where midnight comes twice and where clocks move by half an hour', async () => {
    // Havana: clocks go back from 1:00 to 0:00 on 2 November 2025, at 05:00 UTC; the day begins at 04:00 UTC and has 25 hours.
    for (const time of ['2025-11-02T03:59:59Z', '2025-11-02T04:00:00Z', '2025-11-02T12:00:00Z', '2025-11-03T05:00:00Z']) await world.send('havana', 'calls', [[time]]);
    const havana = { metric: 'calls', external_customer_id: 'havana', timezone: 'America/Havana' };
    expect(await values({ ...havana, from: '2025-11-01T12:00:00Z', to: '2025-11-03T06:00:00Z' })).toEqual([['1', 1], ['2', 2], ['1', 1]]);
    // Lord Howe: from 11 to 10:30 hours ahead of UTC on 5 April 2026, at 15:00 UTC of the 4th. Windows begun on the hour go on by the hour.
    for (const time of ['2026-04-04T14:59:59Z', '2026-04-04T15:00:00Z', '2026-04-04T16:59:59Z', '2026-04-04T17:00:00Z']) await world.send('howe', 'calls', [[time]]);
    const howe = { metric: 'calls', external_customer_id: 'howe', timezone: 'Australia/Lord_Howe', window: 'hour' };
    expect(await values({ ...howe, from: '2026-04-04T14:00:00Z', to: '2026-04-04T18:00:00Z' })).toEqual([['1', 1], ['1', 1], ['1', 1], ['1', 1]]);
  });

  it('leaves out what was amended', async () => {
    const [event] = (await world.send('amender', 'calls', [['2026-04-10T01:00:00Z'], ['2026-04-10T02:00:00Z']])).events;
    await app.sandbox('POST', `/v1/events/${event.id}/amend`, { kind: 'cancel' });
    expect(await values({ metric: 'calls', external_customer_id: 'amender', from: '2026-04-10T00:00:00Z', to: '2026-04-11T00:00:00Z' })).toEqual([['1', 1]]);
  });
});
