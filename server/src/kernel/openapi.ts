import { z } from 'zod';
import type { EventType } from './event.ts';
import type { Operation } from './operation.ts';

type Json = Record<string, unknown>;

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'request_id', 'errors'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What went wrong, for people.' },
    code: { type: 'string', description: 'What went wrong, for programs; stable.' },
    request_id: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'code', 'message'],
        properties: { path: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};

const idempotencyHeader = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', maxLength: 255 },
  description: 'Makes a repeat answer the first reply instead of acting again, for 24 hours.',
};

/**
 * The wire side of a schema; what carries an `override` in its meta says itself how it looks on the wire, and what carries `shownAs`
 * takes anything now and is judged by that schema later.
 */
function toSchema(schema: z.ZodType, components: Json): Json {
  const document = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const meta = z.globalRegistry.get(zodSchema as unknown as z.ZodType);
      const shown = meta?.['shownAs'] instanceof z.ZodType ? toSchema(meta['shownAs'], components) : meta?.['override'];
      if (shown === undefined) return;
      for (const key of Object.keys(jsonSchema)) if (key !== 'description') delete jsonSchema[key as keyof typeof jsonSchema];
      Object.assign(jsonSchema, shown);
    },
  }) as Json;
  const { $schema: _dialect, $defs, ...rest } = document;
  for (const [name, definition] of Object.entries(($defs as Json | undefined) ?? {})) {
    const { id: _id, ...body } = definition as Json;
    components[name] = relink(body);
  }
  const { id, ...body } = relink(rest) as Json;
  if (typeof id !== 'string') return body;
  components[id] = body;
  return { $ref: `#/components/schemas/${id}` };
}

/** Points references at components instead of the $defs they came from, and drops what only zod understands. */
function relink(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relink);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key]) => key !== 'override')
    .map(([key, inner]) =>
      key === '$ref' && typeof inner === 'string'
        ? [key, inner.replace('#/$defs/', '#/components/schemas/')]
        : [key, relink(inner)],
    );
  return Object.fromEntries(entries);
}

function parametersOf(operation: Operation, components: Json): Json[] {
  const parameters: Json[] = [];
  for (const [place, schema] of [['path', operation.params], ['query', operation.query]] as const) {
    if (schema === null) continue;
    const { properties = {}, required = [] } = toSchema(schema, components) as { properties?: Json; required?: string[] };
    for (const [name, property] of Object.entries(properties)) {
      const { description, ...rest } = property as Json;
      parameters.push({
        name,
        in: place,
        required: place === 'path' || required.includes(name),
        ...(description === undefined ? {} : { description }),
        schema: rest,
      });
    }
  }
  if (operation.idempotent) parameters.push(idempotencyHeader);
  return parameters;
}

const listHeaders = {
  'X-Total-Count': { description: 'How many records match the filters (absent in cursor mode).', schema: { type: 'integer' } },
};

function successOf({ returns, status }: Operation, components: Json): Json {
  if (returns === null) return { [status]: { description: 'Done.' } };
  if (returns instanceof z.ZodType)
    return { [status]: { description: 'Success.', content: { 'application/json': { schema: toSchema(returns, components) } } } };
  if ('file' in returns)
    return { [status]: { description: 'The file.', content: { [returns.file]: { schema: { type: 'string', format: 'binary' } } } } };
  const items = toSchema(returns.list, components);
  const page = {
    type: 'object',
    required: ['data', 'has_more', 'next_cursor'],
    properties: {
      data: { type: 'array', items },
      has_more: { type: 'boolean' },
      next_cursor: { type: ['string', 'null'] },
    },
  };
  const schema = { anyOf: [{ type: 'array', items }, page] };
  return { [status]: { description: 'An array, or with `cursor` a page.', headers: listHeaders, content: { 'application/json': { schema } } } };
}

function refusalsOf(operation: Operation): Json {
  const refusal = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  const codes = Object.entries(operation.problems).map(([code, when]) => `\`${code}\`: ${when}`);
  return {
    ...(operation.realm === 'public' ? {} : { 401: refusal('No valid credential.') }),
    ...(operation.permission === null ? {} : { 403: refusal('The API key lacks the scope, or belongs to the wrong environment.') }),
    ...(operation.params === null ? {} : { 404: refusal('No such resource in this environment.') }),
    ...(operation.kind !== 'query' ? { 409: refusal(['The state does not allow it.', ...codes].join(' ')) } : {}),
    422: refusal('The request is not valid; `errors` names each field.'),
    ...(operation.admit === null ? {} : { 429: refusal('Too much at once from this environment; try again after `Retry-After` seconds.'), 503: refusal('Too much at once; try again after `Retry-After` seconds.') }),
  };
}

function operationObject(operation: Operation, components: Json): Json {
  const security = { key: [{ apiKey: [] }], admin: [{ adminSecret: [] }], public: [] }[operation.realm];
  const scope = operation.permission === null ? '' : `Needs the scope \`${operation.permission}\`.`;
  const description = [operation.description, scope].filter(Boolean).join('\n\n');
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(description === '' ? {} : { description }),
    security,
    parameters: parametersOf(operation, components),
    ...(operation.body === null
      ? {}
      : {
          requestBody: {
            required: !operation.body.safeParse(undefined).success,
            content: { 'application/json': { schema: toSchema(operation.body, components) } },
          },
        }),
    responses: { ...successOf(operation, components), ...refusalsOf(operation) },
  };
}

function webhooksOf(events: readonly EventType[], components: Json): Json {
  const published = events.filter(({ webhook }) => webhook);
  return Object.fromEntries(
    published.map(({ name, description, data }) => [
      name,
      {
        post: {
          operationId: `on_${name.replaceAll('.', '_')}`,
          summary: description,
          security: [],
          requestBody: {
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['type', 'timestamp', 'data'],
                  properties: {
                    type: { const: name },
                    timestamp: { type: 'string', format: 'date-time' },
                    data: toSchema(data, components),
                  },
                },
              },
            },
          },
          responses: { '2XX': { description: 'Taken; anything else is retried.' } },
        },
      },
    ]),
  );
}

function describeTag(tags: DocumentInfo['tags'], name: string): string {
  const description = tags[name];
  if (description === undefined) throw new Error(`The tag ${name} needs a description.`);
  return description;
}

export interface DocumentInfo {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** What each tag is about; every tag that an operation carries has an entry. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The OpenAPI 3.1 document of the given operations and events. */
export function buildOpenApi({ tags, ...info }: DocumentInfo, operations: readonly Operation[], events: readonly EventType[]): Json {
  const components: Json = { Problem: problemSchema };
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const item = paths[operation.path] ?? {};
    item[operation.method.toLowerCase()] = operationObject(operation, components);
    paths[operation.path] = item;
  }
  const webhooks = webhooksOf(events, components);
  const sorted = Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    openapi: '3.1.0',
    info: { ...info, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name, description: describeTag(tags, name) })),
    paths,
    webhooks,
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'sk_live_… or sk_test_…; the key selects organization and environment.' },
        adminSecret: { type: 'apiKey', in: 'header', name: 'X-Admin-Secret' },
      },
      schemas: sorted,
    },
  };
}
