import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ worker: false });
});
afterAll(() => app.close());

const path = '/v1/billable_metrics';

async function create(body: object) {
  const { status, body: made } = await app.live('POST', path, body);
  expect([status, made.detail]).toEqual([201, undefined]);
  return made;
}

/** The status and which fields were refused for what. */
async function refusal(answer: Promise<Awaited<ReturnType<TestApp['live']>>>) {
  const { status, body } = await answer;
  return [status, ...(body.errors ?? []).map((error: { path: string }) => error.path)];
}

describe('creating a metric', () => {
  it('fills in what is not given', async () => {
    const made = await create({ code: 'api_calls', name: 'API calls', aggregation_type: 'count' });
    expect(made).toMatchObject({
      public_id: `bm_${made.id.replaceAll('-', '')}`,
      description: null,
      field_name: null,
      recurring: false,
      rounding_function: null,
      rounding_precision: null,
      expression: null,
    });
  });

  it.each([
    ['sum', { field_name: 'bytes', recurring: true }],
    ['max', { field_name: 'seats', recurring: true }],
    ['unique_count', { field_name: 'user', recurring: true }],
    ['weighted_sum', { field_name: 'gib', recurring: true, rounding_function: 'ceil', rounding_precision: -3 }],
    ['latest', { field_name: 'level', recurring: true, rounding_function: 'round', rounding_precision: 15 }],
    ['count', { recurring: true, rounding_function: 'floor' }],
    ['custom', { expression: 'round(a * 1.5, 2) + (b > 3 ? b : 0)' }],
  ])('takes %s with what belongs to it', async (type, rest) => {
    expect(await create({ code: `ok_${type}`, name: 'N', aggregation_type: type, ...rest })).toMatchObject({ aggregation_type: type, ...rest });
  });

  it.each([
    ['a sum without a field', { aggregation_type: 'sum' }, ['field_name']],
    ['a maximum without a field', { aggregation_type: 'max' }, ['field_name']],
    ['a unique count without a field', { aggregation_type: 'unique_count' }, ['field_name']],
    ['a weighted sum without a field', { aggregation_type: 'weighted_sum', field_name: null }, ['field_name']],
    ['a latest value without a field', { aggregation_type: 'latest' }, ['field_name']],
    ['custom without an expression', { aggregation_type: 'custom' }, ['expression']],
    ['an expression elsewhere', { aggregation_type: 'count', expression: 'a + b' }, ['expression']],
    ['a recurring custom metric', { aggregation_type: 'custom', expression: 'a', recurring: true }, ['recurring']],
    ['an unknown aggregation', { aggregation_type: 'median', field_name: 'a' }, ['aggregation_type']],
    ['an unknown rounding', { aggregation_type: 'count', rounding_function: 'up' }, ['rounding_function']],
    ['a precision without a function', { aggregation_type: 'count', rounding_precision: 2 }, ['rounding_precision']],
    ['a precision beyond 15', { aggregation_type: 'count', rounding_function: 'round', rounding_precision: 16 }, ['rounding_precision']],
    ['a precision below -15', { aggregation_type: 'count', rounding_function: 'round', rounding_precision: -16 }, ['rounding_precision']],
    ['a broken precision', { aggregation_type: 'count', rounding_function: 'round', rounding_precision: 0.5 }, ['rounding_precision']],
    ['two things at once', { aggregation_type: 'sum', rounding_precision: 1 }, ['field_name', 'rounding_precision']],
  ])('refuses %s', async (_, body, fields) => {
    expect(await refusal(app.live('POST', path, { code: 'refused', name: 'N', ...body }))).toEqual([422, ...fields]);
  });

  it('compiles the expression and says where it breaks', async () => {
    const { status, body } = await app.live('POST', path, { code: 'x', name: 'N', aggregation_type: 'custom', expression: 'a + round(b % 2)' });
    expect([status, body.errors[0].path]).toEqual([422, 'expression']);
    // "a + round(b % 2)": the percent sign is the 13th character.
    expect(body.errors[0].message).toContain('at character 13');
  });

  it('gives a code to one metric at a time, also to 10 callers at once', async () => {
    const body = { code: 'contested', name: 'N', aggregation_type: 'count' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => app.live('POST', path, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
    const other = await app.sandbox('POST', path, body);
    expect(other.status).toBe(201);
  });
});

describe('reading metrics', () => {
  it('finds one by id, prefixed id and code', async () => {
    const made = await create({ code: 'by name', name: 'N', aggregation_type: 'count' });
    for (const reference of [made.id, made.public_id, 'by%20name'])
      expect((await app.live('GET', `${path}/${reference}`)).body.id).toBe(made.id);
  });

  it('counts them by aggregation, none as 0', async () => {
    const { live } = await app.otherOrganization();
    for (const [code, type] of [['a', 'count'], ['b', 'count'], ['c', 'sum']])
      await live('POST', path, { code, name: 'N', aggregation_type: type, field_name: 'f' });
    await live('DELETE', `${path}/b`);
    expect((await live('GET', `${path}/stats`)).body).toEqual({
      total: 2,
      by_aggregation_type: { count: 1, sum: 1, max: 0, unique_count: 0, weighted_sum: 0, latest: 0, custom: 0 },
    });
    const listed = await live('GET', `${path}?order_by=code:asc`);
    expect([listed.headers.get('x-total-count'), listed.body.map(({ code }: { code: string }) => code)]).toEqual(['2', ['a', 'c']]);
  });
});

describe('changing a metric', () => {
  it('changes what is given and clears what is null', async () => {
    const made = await create({ code: 'changing', name: 'A', description: 'D', aggregation_type: 'sum', field_name: 'a', rounding_function: 'round', rounding_precision: 2 });
    const { body } = await app.live('PUT', `${path}/changing`, { name: 'B', description: null, field_name: 'b', rounding_function: null, rounding_precision: null });
    expect(body).toMatchObject({ id: made.id, code: 'changing', name: 'B', description: null, field_name: 'b', rounding_function: null, rounding_precision: null });
  });

  it('keeps the rules for what results', async () => {
    await create({ code: 'ruled', name: 'A', aggregation_type: 'sum', field_name: 'a', rounding_function: 'round', rounding_precision: 2 });
    expect(await refusal(app.live('PUT', `${path}/ruled`, { field_name: null }))).toEqual([422, 'field_name']);
    expect(await refusal(app.live('PUT', `${path}/ruled`, { rounding_function: null }))).toEqual([422, 'rounding_precision']);
    expect(await refusal(app.live('PUT', `${path}/ruled`, { expression: 'a' }))).toEqual([422, 'expression']);
  });

  it('never changes its code or its aggregation', async () => {
    await create({ code: 'fixed', name: 'A', aggregation_type: 'count' });
    expect(await refusal(app.live('PUT', `${path}/fixed`, { code: 'other' }))).toEqual([422, 'code']);
    expect(await refusal(app.live('PUT', `${path}/fixed`, { aggregation_type: 'sum' }))).toEqual([422, 'aggregation_type']);
  });
});

describe('deleting a metric', () => {
  it('hides it and frees its code', async () => {
    const first = await create({ code: 'again', name: 'A', aggregation_type: 'count' });
    expect((await app.live('DELETE', `${path}/again`)).status).toBe(204);
    expect((await app.live('GET', `${path}/${first.id}`)).status).toBe(404);
    expect((await app.live('DELETE', `${path}/again`)).status).toBe(404);
    expect((await create({ code: 'again', name: 'B', aggregation_type: 'count' })).id).not.toBe(first.id);
  });

  it('waits until no live charge of a live plan uses it', async () => {
    const metric = await create({ code: 'used', name: 'A', aggregation_type: 'count' });
    const charge = { billable_metric_id: metric.id, charge_model: 'standard', properties: { amount: '1' } };
    const plan = (code: string) => app.live('POST', '/v1/plans', { code, name: 'P', interval: 'monthly', charges: [charge] });
    expect([(await plan('uses_1')).status, (await plan('uses_2')).status]).toEqual([201, 201]);
    const refused = await app.live('DELETE', `${path}/used`);
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([409, 'metric_in_use', expect.stringContaining('uses_1, uses_2')]);
    await app.live('PUT', '/v1/plans/uses_1', { charges: [] });
    expect((await app.live('DELETE', `${path}/used`)).status).toBe(409);
    await app.live('DELETE', '/v1/plans/uses_2');
    expect((await app.live('DELETE', `${path}/used`)).status).toBe(204);
  });

  it('never leaves a plan with a charge on a deleted metric, whoever comes first', async () => {
    const metric = await create({ code: 'raced', name: 'A', aggregation_type: 'count' });
    const charges = [{ billable_metric_id: metric.id, charge_model: 'standard', properties: { amount: '1' } }];
    const [plan, deletion] = await Promise.all([
      app.live('POST', '/v1/plans', { code: 'racing', name: 'P', interval: 'monthly', charges }),
      app.live('DELETE', `${path}/raced`),
    ]);
    expect([[201, 409], [422, 204]]).toContainEqual([plan.status, deletion.status]);
  });
});

describe('filters of a metric', () => {
  it('take texts, numbers and booleans as the text events are matched by, each once', async () => {
    const metric = await create({ code: 'filtered', name: 'A', aggregation_type: 'count' });
    const { status, body } = await app.live('POST', `${path}/filtered/filters`, '{"key":"tier","values":["a",1,1.0,true,"1",12345678901234567890]}');
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({ billable_metric_id: metric.id, key: 'tier', values: ['a', '1', 'true', '12345678901234567890'] }),
    ]);
    expect(body.public_id).toBe(`bmf_${body.id.replaceAll('-', '')}`);
    const listed = await app.live('GET', `${path}/filtered/filters`);
    expect([listed.headers.get('x-total-count'), listed.body]).toEqual(['1', [body]]);
  });

  it('refuse values that are no texts, and a second filter with the same key', async () => {
    await create({ code: 'strict', name: 'A', aggregation_type: 'count' });
    const add = (body: object) => app.live('POST', `${path}/strict/filters`, body);
    expect(await refusal(add({ key: 'k', values: ['a', null] }))).toEqual([422, 'values.1']);
    expect(await refusal(add({ key: 'k', values: [['a']] }))).toEqual([422, 'values.0']);
    expect(await refusal(add({ key: 'k', values: [''] }))).toEqual([422, 'values.0']);
    expect((await add({ key: 'k' })).body.values).toEqual([]);
    expect((await add({ key: 'k', values: ['a'] })).status).toBe(409);
  });

  it('can be deleted once no live charge filter names them', async () => {
    const metric = await create({ code: 'kept', name: 'A', aggregation_type: 'count' });
    const { body: filter } = await app.live('POST', `${path}/kept/filters`, { key: 'region', values: ['eu', 'us'] });
    const { body: spare } = await app.live('POST', `${path}/kept/filters`, { key: 'zone' });
    const base = { billable_metric_id: metric.id, charge_model: 'standard', properties: { amount: '1' } };
    const filters = [{ billable_metric_filter_id: filter.id, values: ['eu'], properties: { amount: '2' } }];
    await app.live('POST', '/v1/plans', { code: 'filters', name: 'P', interval: 'monthly', charges: [{ ...base, filters }] });

    const refused = await app.live('DELETE', `${path}/kept/filters/${filter.id}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'filter_in_use']);
    expect((await app.live('DELETE', `${path}/kept/filters/${spare.public_id}`)).status).toBe(204);
    await app.live('PUT', '/v1/plans/filters', { charges: [base] });
    expect((await app.live('DELETE', `${path}/kept/filters/${filter.id}`)).status).toBe(204);
    expect((await app.live('DELETE', `${path}/kept/filters/${filter.id}`)).status).toBe(404);
  });

  it('belong to their own metric only', async () => {
    await create({ code: 'one', name: 'A', aggregation_type: 'count' });
    await create({ code: 'two', name: 'A', aggregation_type: 'count' });
    const { body: filter } = await app.live('POST', `${path}/one/filters`, { key: 'k' });
    expect((await app.live('DELETE', `${path}/two/filters/${filter.id}`)).status).toBe(404);
  });
});

it('a metric stays recurring while a prorated charge needs it', async () => {
  const metric = await create({ code: 'seats', name: 'A', aggregation_type: 'sum', field_name: 'seats', recurring: true });
  const charge = { billable_metric_id: metric.id, charge_model: 'standard', properties: { amount: '10' }, prorated: true };
  await app.live('POST', '/v1/plans', { code: 'prorates', name: 'P', interval: 'monthly', charges: [charge] });
  expect((await app.live('PUT', `${path}/seats`, { recurring: false })).body.code).toBe('metric_in_use');
  await app.live('PUT', '/v1/plans/prorates', { charges: [{ ...charge, prorated: false }] });
  expect((await app.live('PUT', `${path}/seats`, { recurring: false })).body.recurring).toBe(false);
});
