import { sqlState } from '../db/transaction.ts';
import { Problem } from '../problem.ts';

const busy = new Set(['57014', '55P03', '53300', '53200', '40001', '40P01', '57P01', '57P03', '08006', '08001', '25P03']);

function describe(error: object, field: 'constraint' | 'detail'): string {
  const value = field in error ? Reflect.get(error, field) : undefined;
  return typeof value === 'string' ? value : '';
}

/**
 * The last line of defence: what the database refuses that no use case foresaw is still a refusal with a name, not a 500.
 * Use cases say it better and earlier; null means the error is not of that kind.
 */
export function problemOfSqlError(error: unknown): Problem | null {
  const state = sqlState(error);
  if (state === undefined || typeof error !== 'object' || error === null) return null;
  if (busy.has(state)) return new Problem(503, 'busy', 'The database is busy or restarting; try again.', { retryAfterSeconds: 1 });
  if (state === '23505') return new Problem(409, 'already_exists', `That already exists (${describe(error, 'constraint')}).`);
  if (state === '23503') {
    const deleting = describe(error, 'detail').includes('still referenced');
    return deleting
      ? new Problem(409, 'still_referenced', 'Other records refer to this; it cannot be deleted.')
      : new Problem(422, 'reference_not_found', `Something this refers to does not exist (${describe(error, 'constraint')}).`);
  }
  if (state === '23514' || state.startsWith('22'))
    return new Problem(422, 'value_refused', 'A value is outside what can be stored.');
  return null;
}
