import { describe, expect, it } from 'vitest';
import { Quantity } from '../money/index.ts';
import { type MetricDefinition, metricProblems, roundAggregate } from './index.ts';

const sum: MetricDefinition = {
  aggregationType: 'sum',
  fieldName: 'tokens',
  expression: null,
  recurring: false,
  rounding: null,
};

/** "path message" of what is wrong. */
function problems(changes: Partial<MetricDefinition>): string[] {
  return metricProblems({ ...sum, ...changes }).map(({ path, message }) => `${path} ${message}`);
}

describe('metricProblems', () => {
  it('finds nothing wrong with what can be aggregated', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ aggregationType: 'count', fieldName: null, recurring: true })).toEqual([]);
    expect(problems({ aggregationType: 'custom', fieldName: null, expression: 'a * 2' })).toEqual([]);
    expect(problems({ rounding: { function: 'ceil', precision: -3 } })).toEqual([]);
    for (const aggregationType of ['sum', 'weighted_sum', 'unique_count', 'max', 'latest'] as const) {
      expect(problems({ aggregationType, recurring: true })).toEqual([]); // P5
    }
  });

  it('says what is missing or does not belong', () => {
    expect(problems({ fieldName: null })).toEqual(['field_name is required for the aggregation sum']);
    expect(problems({ fieldName: '', expression: 'a' })).toEqual([
      'field_name is required for the aggregation sum',
      'expression is for the aggregation custom only',
    ]);
    expect(problems({ aggregationType: 'custom', fieldName: null, recurring: true })).toEqual([
      'expression is required for the aggregation custom',
      'recurring is not possible with the aggregation custom',
    ]);
    expect(problems({ rounding: { function: 'round', precision: 16 } })).toEqual([
      'rounding_precision must be a whole number from -15 to 15',
    ]);
  });

  it('checks the expression and says where it breaks', () => {
    expect(problems({ aggregationType: 'custom', fieldName: null, expression: 'a & b' })).toEqual([
      'expression has an unexpected "&" (at character 3)',
    ]);
  });
});

describe('roundAggregate (P3)', () => {
  it.each([
    ['round', 0, '2.5', '3'],
    ['round', 0, '2.49', '2'],
    ['ceil', 0, '2.01', '3'],
    ['floor', 0, '2.99', '2'],
    ['round', 2, '1.005', '1.01'], // a float would say 1
    ['ceil', 1, '0.21', '0.3'],
    ['floor', -2, '1299', '1200'], // negative: to hundreds
    ['ceil', -3, '1', '1000'],
    ['round', -1, '15', '20'],
  ] as const)('%s at %s decimal places: %s is %s', (fn, precision, units, expected) => {
    const rounded = roundAggregate(Quantity.parse(units), { rounding: { function: fn, precision } });
    expect(Quantity.toString(rounded)).toBe(expected);
  });

  it('leaves aggregates alone without a rule', () => {
    expect(Quantity.toString(roundAggregate(Quantity.parse('1.23456'), { rounding: null }))).toBe('1.23456');
  });
});
