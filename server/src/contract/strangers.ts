import type { Operation } from '../kernel/operation.ts';
import { pathParams, type Sample } from './operations.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A sample in which one value is a stranger's, and the same with an id that nobody has in its place. */
export interface Intrusion {
  readonly where: string;
  readonly value: string;
  readonly sample: Sample;
  readonly harmless: Sample;
}

const nobody = '01900000-0000-7000-8000-000000000000';

/** What looks like this id or name and is nobody's. */
export function nobodyLike(form: string): string {
  if (uuid.test(form)) return nobody;
  return form.replace(/^([a-z]+_)?.*$/, (_, prefix: string | undefined) => (prefix === undefined ? 'nobody' : prefix + nobody.replaceAll('-', '')));
}

type Step = string | number;

/** Every UUID in a value, with the way to it. */
function idsIn(value: unknown, path: readonly Step[] = []): { path: readonly Step[]; id: string }[] {
  if (typeof value === 'string') return uuid.test(value) ? [{ path, id: value }] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => idsIn(inner, [...path, Array.isArray(value) ? Number(key) : key]));
}

function withValue(value: unknown, [step, ...rest]: readonly Step[], inner: unknown): unknown {
  if (step === undefined) return inner;
  if (Array.isArray(value)) return value.map((each: unknown, place) => (place === step ? withValue(each, rest, inner) : each));
  const fields = { ...(value as Record<string, unknown>) };
  return { ...fields, [step]: withValue(fields[step], rest, inner) };
}

/** Every UUID in every text of a value, prefixed forms included, as plain 32 digits. */
export function idsShown(text: string): Set<string> {
  return new Set([...text.replaceAll('-', '').matchAll(/[0-9a-f]{32}/g)].map(([digits]) => digits));
}

/**
 * Calls of an operation in which something of a stranger is named, by his id and by its other names in turn: in the path, in
 * the query and in the place of each id of the body.
 */
export function intrusions(operation: Operation, ours: Sample, theirs: Sample, namesOf: (id: string) => readonly string[]): Intrusion[] {
  const forms = (id: string) => [id, ...namesOf(id)];
  const found: Intrusion[] = [];
  const add = (where: string, ids: readonly string[], put: (value: string) => Sample) => {
    for (const id of ids) found.push({ where: `${where} = ${id}`, sample: put(id), value: id, harmless: put(nobodyLike(id)) });
  };
  // What both say alike, such as a kind of resource, is nobody's.
  for (const name of pathParams(operation).filter((each) => theirs.params?.[each] !== ours.params?.[each]))
    add(`path ${name}`, forms(theirs.params?.[name] ?? ''), (value) => ({ ...ours, params: { ...ours.params, [name]: value } }));
  for (const [name, id] of Object.entries(theirs.query ?? {}))
    if (uuid.test(id)) add(`query ${name}`, forms(id), (value) => ({ ...ours, query: { ...ours.query, [name]: value } }));
  for (const { path, id } of idsIn({ ...(theirs.body as object | undefined), ...theirs.mentions }))
    add(`body ${path.join('.')}`, forms(id), (value) => ({ ...ours, body: withValue(ours.body, path, value) }));
  return found;
}
