import { Amount, Quantity } from '@farthing/core/money';
import { rateCharge } from '@farthing/core/rating';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kyselyOver } from '../../kernel/db/kysely.ts';
import { createPool } from '../../kernel/db/pool.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { loadPlan } from './index.ts';

let app: TestApp;
let metricId: string;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
  const { body } = await app.live('POST', '/v1/billable_metrics', { code: 'calls', name: 'Calls', aggregation_type: 'count' });
  metricId = body.id;
});
afterAll(() => app.close());

/** Loads a plan and counts the statements it took. */
async function load(planId: string) {
  const pool = createPool(app.adminUrl, { max: 1, onError: () => {} });
  const client = await pool.connect();
  let statements = 0;
  const counting: Pick<pg.ClientBase, 'query'> = {
    query: ((...given: Parameters<pg.ClientBase['query']>) => {
      statements++;
      return client.query(...given);
    }) as pg.ClientBase['query'],
  };
  try {
    return { plan: await loadPlan(kyselyOver(counting as pg.ClientBase), planId), statements: () => statements };
  } finally {
    client.release();
    await pool.end();
  }
}

async function make() {
  const { body: metric } = await app.live('POST', '/v1/billable_metrics', {
    code: 'seats', name: 'Seats', aggregation_type: 'sum', field_name: 'seats', recurring: true, rounding_function: 'ceil',
  });
  const { body: filter } = await app.live('POST', '/v1/billable_metrics/seats/filters', { key: 'tier', values: ['gold', 'silver'] });
  const { body: plan } = await app.live('POST', '/v1/plans', {
    code: 'p', name: 'P', interval: 'quarterly', amount_cents: 4900, currency: 'EUR',
    charges: [
      {
        billable_metric_id: metric.id, charge_model: 'standard', prorated: true, properties: { amount: '10', max_price: '25' },
        filters: [{ billable_metric_filter_id: filter.id, values: ['gold'], properties: { amount: '20', max_price: 0 }, invoice_display_name: 'Gold seats' }],
      },
      { billable_metric_id: metric.id, charge_model: 'package', properties: { amount: '5', package_size: 3 }, invoice_display_name: 'Bundles', invoiceable: false },
    ],
  });
  return { metric, filter, plan };
}

it('reads a plan with parsed charges, filters, metrics and commitment, in four statements however many there are', async () => {
  const { metric, plan: made } = await make();
  const { plan, statements } = await load(made.id);
  expect(statements()).toBe(4);
  expect([plan?.currency, plan?.amount, plan?.row.interval]).toEqual(['EUR', Amount.of(4900), 'quarterly']);
  const definition = { aggregationType: 'sum', fieldName: 'seats', expression: null, recurring: true, rounding: { function: 'ceil', precision: 0 } };
  expect(plan?.charges).toMatchObject([
    {
      model: 'standard', payInAdvance: false, prorated: true,
      metric: { id: metric.id, code: 'seats', name: 'Seats', definition },
      definition: { id: made.charges[0].id, code: 'seats', displayName: 'Seats', minAmount: null, invoiceable: true, properties: { model: 'standard' } },
    },
    { model: 'package', prorated: false, definition: { code: 'seats-2', displayName: 'Bundles', invoiceable: false, properties: { model: 'package' } } },
  ]);

  // What is read can be rated: without a filter 3 x 10, at most 25; gold 3 x 20, its bound switched off.
  const charge = plan?.charges[0]?.definition;
  if (charge === undefined || plan === undefined) throw new Error('There is no charge.');
  const usage = { units: Quantity.parse('3'), eventsCount: 3n };
  const gold = charge.filters[0]?.id ?? null;
  const lines = rateCharge(charge, [{ filterId: gold, group: null, usage }, { filterId: null, group: null, usage }], plan.currency);
  expect(lines.map(({ displayName, priced }) => [displayName, String(priced.amount)])).toEqual([['Gold seats', '6000'], ['Seats', '2500']]);
});

it('leaves removed charges out, and still reads a deleted plan', async () => {
  const { body: plan } = await app.live('POST', '/v1/plans', {
    code: 'q', name: 'Q', interval: 'monthly',
    charges: ['a', 'b'].map((code) => ({ code, billable_metric_id: metricId, charge_model: 'standard', properties: { amount: '1' } })),
  });
  await app.live('PUT', '/v1/plans/q', { charges: [{ code: 'b', billable_metric_id: metricId, charge_model: 'standard', properties: { amount: '1' } }] });
  await app.live('DELETE', '/v1/plans/q');
  const { plan: loaded } = await load(plan.id);
  expect([loaded?.row.deleted_at === null, loaded?.charges.map(({ definition }) => definition.code)]).toEqual([false, ['b']]);
  expect((await load('01900000-0000-7000-8000-000000000000')).plan).toBeUndefined();
});
