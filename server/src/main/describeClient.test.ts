import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { describeClient } from './describeClient.ts';
import { declaration, type Schema, typeOf } from './describeTypes.ts';

describe('a schema as a type', () => {
  it.each<[string, Schema, string]>([
    ['a text', { type: 'string', format: 'date-time', maxLength: 3 }, 'string'],
    ['an integer', { type: 'integer', minimum: 0 }, 'number'],
    ['several types', { type: ['string', 'number', 'null'] }, 'string | number | null'],
    ['a reference', { $ref: '#/components/schemas/Fee' }, 'Fee'],
    ['a constant', { const: "it's" }, "'it\\'s'"],
    ['choices of values', { type: 'string', enum: ['a', 'b'] }, "'a' | 'b'"],
    ['choices of schemas, each once', { anyOf: [{ type: 'string' }, { type: 'string', minLength: 1 }, { type: 'null' }] }, 'string | null'],
    ['a list', { type: 'array', items: { $ref: '#/x/Fee' } }, 'readonly Fee[]'],
    ['a list of choices', { type: 'array', items: { type: ['string', 'null'] } }, 'readonly (string | null)[]'],
    ['a table', { type: 'object', additionalProperties: { type: 'integer' } }, 'Readonly<Record<string, number>>'],
    ['an open object', { type: 'object' }, 'Readonly<Record<string, unknown>>'],
    ['an object without fields', { type: 'object', properties: {}, additionalProperties: false }, 'Readonly<Record<string, never>>'],
    ['everything at once', { allOf: [{ $ref: '#/x/A' }, { $ref: '#/x/B' }] }, '(A) & (B)'],
    ['anything', {}, 'unknown'],
    ['anything else beside something', { anyOf: [{ type: 'string' }, {}] }, 'unknown'],
  ])('%s', (_, schema, type) => {
    expect(typeOf(schema)).toBe(type);
  });

  it('is an interface where its fields are known', () => {
    const properties = { id: { type: 'string', description: 'A */ UUID.' }, 'x-y': { type: 'object', properties: { n: { type: 'null' } }, required: ['n'] } };
    expect(declaration('Thing', { type: 'object', description: 'One\n\nof them.', required: ['id'], properties, additionalProperties: {} })).toBe(
      [
        '/**',
        ' * One',
        ' *',
        ' * of them.',
        ' */',
        'export interface Thing {',
        '  /** A *\\/ UUID. */',
        '  readonly id: string;',
        "  readonly 'x-y'?: {",
        '    readonly n: null;',
        '  };',
        '  readonly [key: string]: unknown;',
        '}',
      ].join('\n'),
    );
    const either = { anyOf: [{ type: 'object', required: ['a'], properties: { a: {} } }, { type: 'object', required: ['b'], properties: { b: {} } }] };
    expect(declaration('Either', either)).toBe('export type Either = {\n  readonly a: unknown;\n} | {\n  readonly b: unknown;\n};');
  });
});

describe('an operation', () => {
  const json = (schema: Schema) => ({ content: { 'application/json': { schema } } });
  const text = { type: 'string' } as const;
  const described = (operation: object, path = '/v1/things/{thing_id}/parts/{code}') => {
    const document = { paths: { [path]: { post: { operationId: 'doIt', summary: 'Do it', responses: { 204: {} }, ...operation } } }, components: { schemas: {} } };
    const lines = describeClient(document).split('\n');
    const of = (start: string) => lines.find((line) => line.startsWith(start)) ?? '';
    return { call: of('  readonly doIt: '), sent: of('  doIt: ') };
  };

  it('takes its path names, its body and its options', () => {
    const key = { name: 'Idempotency-Key', in: 'header', schema: text };
    const query = { name: 'limit', in: 'query', schema: { type: 'integer' } };
    const operation = { parameters: [key, query], requestBody: { required: true, ...json({ $ref: '#/x/Part' }) }, responses: { 201: json({ $ref: '#/x/Done' }) }, security: [{ apiKey: [] }] };
    expect(described(operation)).toEqual({
      call: '  readonly doIt: (thingId: string, code: string, body: Part, options?: CallOptions<DoItQuery>) => Promise<Done>;',
      sent: "  doIt: { method: 'POST', path: '/v1/things/{thing_id}/parts/{code}', reply: 'json', body: true, keyed: true },",
    });
  });

  it('takes a body that may be left out, and a query that may not', () => {
    const operation = { requestBody: json({ $ref: '#/x/Part' }), security: [{ adminSecret: [] }] };
    expect(described(operation, '/v1/x')).toEqual({
      call: '  readonly doIt: (body?: Part, options?: CallOptions) => Promise<void>;',
      sent: "  doIt: { method: 'POST', path: '/v1/x', reply: 'none', body: true, auth: 'admin' },",
    });
    const parameters = [{ name: 'against', in: 'query', required: true, schema: text }];
    expect(described({ ...operation, parameters }, '/v1/x').call).toBe(
      '  readonly doIt: (body: Part | undefined, options: CallOptions<DoItQuery> & { readonly query: DoItQuery }) => Promise<void>;',
    );
  });

  it('answers lists and files as such', () => {
    const items = { $ref: '#/x/Fee' };
    const list = { anyOf: [{ type: 'array', items }, { type: 'object', properties: { data: { type: 'array', items }, has_more: {}, next_cursor: {} } }] };
    expect(described({ responses: { 200: json(list) } }, '/v1/x')).toEqual({
      call: '  readonly doIt: (options?: CallOptions) => Promise<List<Fee>>;',
      sent: "  doIt: { method: 'POST', path: '/v1/x', reply: 'list', auth: 'none' },",
    });
    expect(described({ responses: { 200: { content: { 'application/pdf': { schema: text } } } } }, '/v1/x').call).toContain('Promise<Uint8Array>');
  });
});

it('the committed client is the one of the committed document', async () => {
  const root = new URL('../../../', import.meta.url);
  const document = JSON.parse(await readFile(new URL('server/openapi.json', root), 'utf8'));
  expect(await readFile(new URL('sdk/src/operations.ts', root), 'utf8')).toBe(describeClient(document));
});
