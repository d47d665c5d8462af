import { Amount } from '@farthing/core/money';
import { expect, it } from 'vitest';
import { notFound } from '../problem.ts';
import { problemOf } from './problemOf.ts';

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};
const sqlError = (code: string, more: object = {}) => Object.assign(new Error('refused'), { code, ...more });

it.each<[string, unknown, [number, string] | null]>([
  ['a refusal of our own', notFound('plan'), [404, 'not_found']],
  // 2^53 cents and one more.
  ['an amount beyond all amounts', thrownBy(() => Amount.of(9_007_199_254_740_993n)), [409, 'amount_out_of_range']],
  ['a row that is there already', sqlError('23505', { constraint: 'plans_code' }), [409, 'already_exists']],
  ['a reference to nothing', sqlError('23503', { detail: 'Key is not present in table "plans".' }), [422, 'reference_not_found']],
  ['the removal of what is referred to', sqlError('23503', { detail: 'Key is still referenced from table "charges".' }), [409, 'still_referenced']],
  ['a value that no column takes', sqlError('22003'), [422, 'value_refused']],
  ['a database that restarts', sqlError('57P01'), [503, 'busy']],
  ['a lost connection', sqlError('08006'), [503, 'busy']],
  ['a statement of ours that is wrong', sqlError('42601'), null],
  ['anything else', new TypeError('not foreseen'), null],
  ['what is no error', 'thrown', null],
])('names %s', (_, error, expected) => {
  const problem = problemOf(error);
  expect(problem === null ? null : [problem.status, problem.code]).toEqual(expected);
});
