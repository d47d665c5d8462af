import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Operation } from '../kernel/operation.ts';
import type { Answer } from '../testing/app.ts';
import { document as current } from './operations.ts';

const committed: Answer['body'] = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8'));

function validatorOver(document: Answer['body']): (pointer: readonly string[]) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addFormat('uuid', /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  ajv.addFormat('date-time', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/);
  ajv.addFormat('date', /^\d{4}-\d{2}-\d{2}$/);
  ajv.addSchema({ ...document, $id: 'https://farthing.example/openapi.json' });
  const compiled = new Map<string, ValidateFunction>();
  return (pointer) => {
    const tokens = pointer.map((token) => encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1')));
    const $ref = `https://farthing.example/openapi.json#/${tokens.join('/')}`;
    const validate = compiled.get($ref) ?? ajv.compile({ $ref });
    compiled.set($ref, validate);
    return validate;
  };
}

const inCommitted = validatorOver(committed);
const inCurrent = validatorOver(current);

function faults(validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** What a successful reply has wrong by the committed document; empty where it conforms. */
export function replyFaults(operation: Operation, body: unknown): string[] {
  const { path, method, status } = operation;
  const reply = committed.paths[path]?.[method.toLowerCase()]?.responses?.[status];
  if (reply === undefined) return [`openapi.json does not have ${method} ${path} with ${status}; run npm run goldens`];
  return faults(inCommitted(['paths', path, method.toLowerCase(), 'responses', String(status), 'content', 'application/json', 'schema']), body);
}

/** What an event's data has wrong by the committed document. */
export function webhookFaults(type: string, data: unknown): string[] {
  if (committed.webhooks[type] === undefined) return [`openapi.json does not have the webhook ${type}`];
  return faults(
    inCommitted(['webhooks', type, 'post', 'requestBody', 'content', 'application/json', 'schema', 'properties', 'data']),
    data,
  );
}

interface BodyShape {
  readonly fields: readonly string[];
  readonly required: readonly string[];
  /** Whether the document allows this value in this field. */
  allows(field: string, value: unknown): boolean;
}

interface JsonSchema {
  readonly $ref?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
}

/** Follows references; of alternatives it takes the first that is an object. */
function objectIn(schema: JsonSchema, pointer: readonly string[]): { schema: JsonSchema; pointer: readonly string[] } | null {
  if (schema.$ref !== undefined) {
    const target = schema.$ref.slice(2).split('/');
    return objectIn(target.reduce((within, token) => within[token], current), target);
  }
  if (schema.properties !== undefined) return { schema, pointer };
  const alternatives = (schema.anyOf ?? []).map((each, place) => objectIn(each, [...pointer, 'anyOf', String(place)]));
  return alternatives.find((each) => each !== null) ?? null;
}

function bodyPointer({ path, method }: Operation): string[] {
  return ['paths', path, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema'];
}

/** The top level of an operation's body by its document; null where the body is no object. */
export function bodyShape(operation: Operation): BodyShape | null {
  if (operation.body === null) return null;
  const pointer = bodyPointer(operation);
  const found = objectIn(pointer.reduce((within, token) => within[token], current), pointer);
  if (found === null) return null;
  const { properties = {}, required = [] } = found.schema;
  return {
    fields: Object.keys(properties),
    required,
    allows: (field, value) => inCurrent([...found.pointer, 'properties', field])(value),
  };
}

/** Dotted names of all fields of an operation's body and query, lists without their places: "charges.billable_metric_id". */
export function fieldNames(operation: Operation): string[] {
  const names: string[] = [];
  const walk = (schema: JsonSchema, path: string, depth: number): void => {
    if (depth > 8) return;
    if (schema.$ref !== undefined) walk(schema.$ref.slice(2).split('/').reduce((within, token) => within[token], current), path, depth + 1);
    for (const alternative of schema.anyOf ?? []) walk(alternative, path, depth + 1);
    if (schema.items !== undefined) walk(schema.items, path, depth + 1);
    for (const [name, inner] of Object.entries(schema.properties ?? {})) {
      const full = path === '' ? name : `${path}.${name}`;
      if (!names.includes(full)) names.push(full);
      walk(inner, full, depth + 1);
    }
  };
  const { parameters = [], requestBody } = current.paths[operation.path][operation.method.toLowerCase()];
  for (const parameter of parameters) if (parameter.in === 'query') names.push(parameter.name);
  if (requestBody !== undefined) walk(requestBody.content['application/json'].schema, '', 0);
  return names;
}
