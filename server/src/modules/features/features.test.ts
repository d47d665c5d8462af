import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
});
afterAll(() => app.close());

const seats = { code: 'seats', name: 'Seats', feature_type: 'quantity' };

it('is created once, found by its code, changed, listed and deleted', async () => {
  const made = await app.live('POST', '/v1/features', seats);
  expect([made.status, made.body]).toEqual([201, expect.objectContaining({ ...seats, description: null, billable_metric_id: null })]);
  expect((await app.live('POST', '/v1/features', seats)).status).toBe(409);
  expect((await app.live('GET', '/v1/features/seats')).body).toEqual(made.body);
  const changed = await app.live('PATCH', '/v1/features/seats', { description: 'How many may log in' });
  expect(changed.body).toMatchObject({ ...seats, description: 'How many may log in' });
  const listed = await app.live('GET', '/v1/features?order_by=code:asc');
  expect([listed.headers.get('x-total-count'), listed.body]).toEqual(['1', [changed.body]]);
  expect((await app.live('DELETE', '/v1/features/seats')).status).toBe(204);
  expect((await app.live('GET', '/v1/features/seats')).status).toBe(404);
});

it('cannot change its code or its type', async () => {
  await app.live('POST', '/v1/features', { ...seats, code: 'fixed' });
  const refused = await app.live('PATCH', '/v1/features/fixed', { code: 'other', feature_type: 'boolean' });
  expect([refused.status, refused.body.errors.map(({ path }: { path: string }) => path)]).toEqual([422, ['code', 'feature_type']]);
});

it('says in the audit trail what changed', async () => {
  await app.live('POST', '/v1/features', { ...seats, code: 'audited' });
  await app.live('PATCH', '/v1/features/audited', { name: 'Places' });
  const { body } = await app.live('GET', '/v1/audit_logs?resource_type=feature&action=updated&limit=1');
  expect(body[0].changes).toEqual({ name: { old: 'Seats', new: 'Places' } });
});

it('is measured by the metric given, else by the one of its code, and only where it is counted', async () => {
  const { body: calls } = await app.live('POST', '/v1/billable_metrics', { code: 'calls', name: 'Calls', aggregation_type: 'count' });
  const metricOf = async (more: object) => (await app.live('POST', '/v1/features', { name: 'F', feature_type: 'quantity', ...more })).body.billable_metric_id;
  expect(await metricOf({ code: 'calls' })).toBe(calls.id);
  expect(await metricOf({ code: 'requests', billable_metric_id: calls.public_id })).toBe(calls.id);
  expect(await metricOf({ code: 'other' })).toBe(null);

  const taken = await app.live('PATCH', '/v1/features/calls', { billable_metric_id: null });
  expect(taken.body.billable_metric_id).toBe(null);
  const gone = await app.live('POST', '/v1/billable_metrics', { code: 'gone', name: 'Gone', aggregation_type: 'count' });
  await app.live('DELETE', '/v1/billable_metrics/gone');
  await app.live('POST', '/v1/features', { code: 'switch', name: 'F', feature_type: 'boolean' });
  for (const [code, metric, refusal] of [['switch', calls.id, 'not_countable'], ['calls', gone.body.id, 'not_found']]) {
    const { status, body } = await app.live('PATCH', `/v1/features/${code}`, { billable_metric_id: metric });
    expect([status, body.errors[0].path, body.errors[0].code]).toEqual([422, 'billable_metric_id', refusal]);
  }
});
