import { z } from 'zod';
import { invalid, type Problem } from '../problem.ts';

/** What a list operation answers; `total` in skip/limit mode, `next` in cursor mode (null on the last page). */
export type ListReply<T> =
  | { readonly items: readonly T[]; readonly total: number }
  | { readonly items: readonly T[]; readonly next: string | null };

function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^-?\d{1,15}$/, 'Expected a whole number.')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `Expected a whole number from ${min} to ${max}.`)
    .meta({ override: { type: 'integer', minimum: min, maximum: max } });
}

const maxSkip = 1_000_000;

/** The query of a list: skip/limit (or cursor), order_by over the given fields, and its own filters. Anything else is refused. */
export function listQuery<F extends z.ZodRawShape>(filters: F, limit: { default: number; max: number } = { default: 100, max: 1000 }) {
  return z.strictObject({
    skip: wholeNumber(0, maxSkip).optional(),
    offset: wholeNumber(0, maxSkip).optional().meta({ description: 'Another name for skip.' }),
    limit: wholeNumber(1, limit.max).optional().meta({ description: `Default ${limit.default}.` }),
    order_by: z.string().max(100).optional().meta({ description: 'field or field:asc or field:desc; default created_at:desc.' }),
    cursor: z
      .string()
      .max(1000)
      .optional()
      .meta({ description: 'Empty for the first page; switches to pages {data, has_more, next_cursor}.' }),
    ...filters,
  });
}

export interface PageRequest {
  readonly skip?: number | undefined;
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
  readonly order_by?: string | undefined;
  readonly cursor?: string | undefined;
}

export interface Order {
  readonly field: string;
  readonly direction: 'asc' | 'desc';
}

/** Reads order_by against the fields this list can be ordered by (A2: unknown ones are refused). */
export function parseOrder(text: string | undefined, fields: readonly string[], fallback: Order): Order {
  if (text === undefined) return fallback;
  const [field = '', direction = 'asc', ...rest] = text.split(':');
  if (!fields.includes(field) || rest.length > 0)
    throw invalid('order_by', 'unknown_order', `order_by takes one of: ${fields.join(', ')}.`);
  if (direction !== 'asc' && direction !== 'desc') throw invalid('order_by', 'unknown_order', 'The direction is asc or desc.');
  return { field, direction };
}

const cursorShape = z.strictObject({ o: z.string(), v: z.string().max(300), id: z.string().max(64) });

export interface Cursor {
  readonly value: string;
  readonly id: string;
}

/** Where the next page starts: the last row's order value and id, opaque to callers. */
export function encodeCursor(order: Order, value: string, id: string): string {
  return Buffer.from(JSON.stringify({ o: `${order.field}:${order.direction}`, v: value, id })).toString('base64url');
}

export const invalidCursor = (): Problem => invalid('cursor', 'invalid_cursor', 'This cursor was not given out by this list in this order.');

/** Null for the first page. A cursor made under another order, or altered, is refused. */
export function decodeCursor(text: string, order: Order): Cursor | null {
  if (text === '') return null;
  try {
    const parsed = cursorShape.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    if (parsed.success && parsed.data.o === `${order.field}:${order.direction}`) return { value: parsed.data.v, id: parsed.data.id };
  } catch {
    // Not JSON: refused below.
  }
  throw invalidCursor();
}
