import type { z } from 'zod';
import { type FieldError, Problem } from '../problem.ts';

function pathOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

/** One refused field per line; a union reports the branch that came furthest, which is the one the caller meant. */
function fieldErrors(issues: readonly z.core.$ZodIssue[], prefix: readonly PropertyKey[] = []): FieldError[] {
  return issues.flatMap((issue): FieldError[] => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: pathOf([...path, key]), code: 'unknown_field', message: 'This field is not known here.' }));
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const depth = (branch: readonly z.core.$ZodIssue[]) => Math.max(0, ...branch.map((inner) => inner.path.length));
      const best = issue.errors.reduce((a, b) => (depth(b) > depth(a) ? b : a));
      if (depth(best) > 0) return fieldErrors(best, path);
    }
    return [{ path: pathOf(path), code: issue.code === 'custom' ? 'invalid' : issue.code, message: issue.message }];
  });
}

const mostErrors = 50;

/** Decodes input by its schema, or refuses it with the path of every field at fault. */
export function decode<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = fieldErrors(result.error.issues).slice(0, mostErrors);
  const first = errors[0];
  const detail = first === undefined ? 'The request is not valid.' : `${first.path === '' ? 'body' : first.path}: ${first.message}`;
  throw new Problem(422, 'validation_failed', detail, { errors });
}
