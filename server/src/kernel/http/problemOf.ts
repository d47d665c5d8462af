import { AmountOutOfRange } from '@farthing/core/money';
import { Problem } from '../problem.ts';
import { problemOfSqlError } from './sqlProblem.ts';

/** The refusal that an error amounts to; null for one that nobody foresaw. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  // Quantities that are taken one by one may together cost more than money is counted in: the data's doing, not a fault of ours.
  if (error instanceof AmountOutOfRange)
    return new Problem(409, 'amount_out_of_range', 'This comes to more than an amount can hold: ±2^53 minor units.');
  return problemOfSqlError(error);
}
