import type { Operation } from '../kernel/operation.ts';
import { bodyShape } from './conformance.ts';
import type { Sample } from './operations.ts';

/** A body that must be refused, and the fields whose refusal must be named. */
export interface Malformed {
  readonly why: string;
  readonly body: unknown;
  readonly fields: readonly string[];
}

const suspects: readonly unknown[] = [[[1]], { nonsense: true }, true, 12.5, 'no such word', -1, 'x'.repeat(70_000), null, [], 1e15, ''];
const rounds = 4;
const fieldsAtOnce = 20;

/** Lists whose elements are judged one by one (E2): a wrong element is reported in a reply that is a success. */
const judgedApart = new Set(['createEventBatch.events', 'createDataRecords.records', 'fillBackfill.events']);

/** A few values for a field that its schema does not allow, of different kinds. */
function wrongValues(field: string, allows: (value: unknown) => boolean): unknown[] {
  const candidates = judgedApart.has(field) ? suspects.filter((value) => !Array.isArray(value) || value.length === 0) : suspects;
  return candidates.filter((value) => !allows(value)).slice(0, rounds);
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}

/**
 * Bodies that an operation's own document forbids, made from a good one: an unknown field, every field with values of the
 * wrong kind (many fields in one body: each must be named), every required field missing.
 */
export function malformedBodies(operation: Operation, sample: Sample): Malformed[] {
  const shape = bodyShape(operation);
  if (shape === null) return [];
  const good = { ...(sample.body as Record<string, unknown> | undefined) };
  const wrong = new Map(shape.fields.map((field) => [field, wrongValues(`${operation.id}.${field}`, (value) => shape.allows(field, value))]));
  const all: Malformed[] = [{ why: 'an unknown field', body: { ...good, no_such_field: 1 }, fields: ['no_such_field'] }];
  for (let round = 0; round < rounds; round++) {
    const fields = [...wrong].filter(([, values]) => values.length > round).map(([field]) => field);
    for (const chunk of chunks(fields, fieldsAtOnce)) {
      const values = Object.fromEntries(chunk.map((field) => [field, wrong.get(field)?.[round]]));
      all.push({ why: `wrong values: ${JSON.stringify(values).slice(0, 200)}`, body: { ...good, ...values }, fields: chunk });
    }
  }
  for (const field of shape.required) {
    const { [field]: _, ...rest } = good;
    all.push({ why: `without ${field}`, body: rest, fields: [field] });
  }
  return all;
}
