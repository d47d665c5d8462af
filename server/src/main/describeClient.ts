import { comment, declaration, fields, type Schema, typeOf } from './describeTypes.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

interface Content {
  readonly [type: string]: { readonly schema?: Schema };
}

interface OperationObject {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

/** What is read of an OpenAPI 3.1 document. */
interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** One operation, taken apart for a client: what it is called with, what it answers, how it is sent. */
interface Described {
  readonly id: string;
  readonly about: string;
  readonly method: string;
  readonly path: string;
  readonly pathNames: readonly string[];
  readonly query: readonly Parameter[];
  readonly body: { readonly type: string; readonly required: boolean } | null;
  readonly reply: 'json' | 'list' | 'file' | 'none';
  readonly replyType: string;
  readonly keyed: boolean;
  readonly auth: 'key' | 'admin' | 'none';
}

const capitalised = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const camelCase = (name: string) => name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The item of a list, where a schema is one: an array, or with a cursor a page of `data` with `next_cursor`. */
function listItem(schema: Schema): Schema | null {
  if (typeof schema !== 'object' || !Array.isArray(schema['anyOf']) || schema['anyOf'].length !== 2) return null;
  const [array, page] = schema['anyOf'] as { type?: string; items?: Schema; properties?: object }[];
  return array?.type === 'array' && 'next_cursor' in (page?.properties ?? {}) ? array.items ?? true : null;
}

function replyOf(responses: OperationObject['responses']): Pick<Described, 'reply' | 'replyType'> {
  const success = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1].content;
  if (success === undefined) return { reply: 'none', replyType: 'void' };
  const json = success['application/json'];
  if (json === undefined) return { reply: 'file', replyType: 'Uint8Array' };
  const item = listItem(json.schema);
  return item === null ? { reply: 'json', replyType: typeOf(json.schema, '  ') } : { reply: 'list', replyType: `List<${typeOf(item, '  ')}>` };
}

function authOf(security: OperationObject['security']): Described['auth'] {
  const scheme = security?.[0] ?? {};
  if ('adminSecret' in scheme) return 'admin';
  return 'apiKey' in scheme ? 'key' : 'none';
}

function describe(path: string, method: string, operation: OperationObject): Described {
  const { operationId: id, summary = '', description = '', parameters = [], requestBody } = operation;
  const body = requestBody?.content['application/json'];
  return {
    id,
    about: [`${summary}.`, description].filter((text) => text !== '').join('\n\n'),
    method: method.toUpperCase(),
    path,
    pathNames: [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''),
    query: parameters.filter((parameter) => parameter.in === 'query'),
    body: body === undefined ? null : { type: typeOf(body.schema, '  '), required: requestBody?.required === true },
    ...replyOf(operation.responses),
    keyed: parameters.some(({ name }) => name === 'Idempotency-Key'),
    auth: authOf(operation.security),
  };
}

const queryName = ({ id }: Described) => `${capitalised(id)}Query`;

function queryDeclaration(operation: Described): string {
  const properties = Object.fromEntries(operation.query.map(({ name, description, schema }) => [name, { ...schema, ...(description === undefined ? {} : { description }) }]));
  const required = operation.query.filter((parameter) => parameter.required === true).map(({ name }) => name);
  return `/** The query of \`${operation.id}\`. */\nexport interface ${queryName(operation)} {\n${fields(properties, required, '  ')}}`;
}

/** Path names in their order, then the body, then the options with the query. */
function signature(operation: Described): string {
  const { query, body, pathNames, replyType } = operation;
  const needsQuery = query.some(({ required }) => required === true);
  const withQuery = `CallOptions<${queryName(operation)}>${needsQuery ? ` & { readonly query: ${queryName(operation)} }` : ''}`;
  const options = query.length === 0 ? 'CallOptions' : withQuery;
  const parameters = [
    ...pathNames.map((name) => `${camelCase(name)}: string`),
    ...(body === null ? [] : [`body${body.required || needsQuery ? '' : '?'}: ${body.type}${needsQuery && !body.required ? ' | undefined' : ''}`]),
    `options${needsQuery ? '' : '?'}: ${options}`,
  ];
  return `${comment(operation.about, '  ')}  readonly ${operation.id}: (${parameters.join(', ')}) => Promise<${replyType}>;`;
}

function endpoint({ id, method, path, reply, body, keyed, auth }: Described): string {
  const parts = [`method: '${method}'`, `path: '${path}'`, `reply: '${reply}'`];
  if (body !== null) parts.push('body: true');
  if (keyed) parts.push('keyed: true');
  if (auth !== 'key') parts.push(`auth: '${auth}'`);
  return `  ${id}: { ${parts.join(', ')} },`;
}

/**
 * The source of the client's operations: a type for every schema and query of the document, the interface with one
 * function per operationId, and the table by which they are sent.
 */
export function describeClient(document: ApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => describe(path, method, operation)),
  );
  return `${[
    '// Generated from server/openapi.json by "npm run goldens"; do not edit.',
    "import type { CallOptions, Endpoint, List } from './call.ts';",
    '',
    Object.entries(document.components.schemas).map(([name, schema]) => declaration(name, schema)).join('\n\n'),
    '',
    operations.filter(({ query }) => query.length > 0).map(queryDeclaration).join('\n\n'),
    '',
    '/** Every operation of the API under its name in the document: path parameters, body, then the query and how to send. */',
    'export interface Operations {',
    operations.map(signature).join('\n\n'),
    '}',
    '',
    '/** How each operation is sent. */',
    'export const endpoints: Readonly<Record<keyof Operations, Endpoint>> = {',
    operations.map(endpoint).join('\n'),
    '};',
  ].join('\n')}\n`;
}
