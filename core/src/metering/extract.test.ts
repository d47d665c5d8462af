import { describe, expect, it } from 'vitest';
import { Quantity, RawNumber } from '../money/index.ts';
import { type AggregationType, type EventProperties, extract, textOf } from './index.ts';

/** What is read: the value, "unique:" and the operation, "nothing", or the refusal. */
function read(aggregationType: AggregationType, properties: EventProperties, expression: string | null = null): string {
  const found = extract({ aggregationType, fieldName: 'tokens', expression }, properties);
  if (!found.ok) return `${found.path} ${found.message}`;
  if (found.uniqueValue !== null) return `unique ${found.operation} ${found.uniqueValue}`;
  return found.value === null ? 'nothing' : Quantity.toString(found.value);
}

describe('extract', () => {
  it.each(['sum', 'max', 'latest', 'weighted_sum'] as const)('%s reads the number in its field (M2, P7)', (type) => {
    expect(read(type, { tokens: 12.5 })).toBe('12.5');
    expect(read(type, { tokens: '-0.10' })).toBe('-0.1');
    expect(read(type, { tokens: new RawNumber('9007199254740993') })).toBe('9007199254740993');
    expect(read(type, { tokens: 3n })).toBe('3');
  });

  it('skips events without the field', () => {
    expect(read('sum', {})).toBe('nothing');
    expect(read('sum', { tokens: null })).toBe('nothing');
    expect(read('unique_count', { other: 1 })).toBe('nothing');
    expect(extract({ aggregationType: 'sum', fieldName: 'constructor', expression: null }, {})).toMatchObject({ value: null });
  });

  it.each([['NaN'], ['Infinity'], ['abc'], [''], [' 1'], ['1,5'], ['0x1F'], [true], [[1]], [{ value: 1 }]])(
    'refuses %j, which is no number, with its path (P7, M8)',
    (tokens) => {
      expect(read('sum', { tokens })).toBe('properties.tokens must be a decimal number');
    },
  );

  it('refuses numbers beyond the limits (M8)', () => {
    expect(read('sum', { tokens: '1e31' })).toBe('properties.tokens must have an exponent inside ±30');
    expect(read('sum', { tokens: new RawNumber('1'.repeat(39)) })).toBe('properties.tokens must have at most 38 digits');
  });

  it('count reads nothing and refuses nothing', () => {
    expect(read('count', { tokens: 'NaN' })).toBe('nothing');
  });

  it('unique_count reads what tells values apart, and the operation', () => {
    expect(read('unique_count', { tokens: 'u1' })).toBe('unique add u1');
    expect(read('unique_count', { tokens: 7, operation_type: 'remove' })).toBe('unique remove 7');
    expect(read('unique_count', { tokens: true, operation_type: null })).toBe('unique add true');
    expect(read('unique_count', { tokens: 'u1', operation_type: 'delete' })).toBe(
      'properties.operation_type must be "add" or "remove"',
    );
    expect(read('unique_count', { tokens: ['u1'] })).toBe('properties.tokens must be a text, a number or a boolean');
  });

  it('only unique_count has operations', () => {
    expect(read('sum', { tokens: 1, operation_type: 'delete' })).toBe('1');
  });

  it('custom evaluates its expression, and refuses the event on which it fails (P7)', () => {
    expect(read('custom', { a: '2', b: 3 }, 'a * b')).toBe('6');
    expect(read('custom', { a: '2' }, 'a * b')).toBe('properties.b is needed by the expression and missing');
    expect(read('custom', { a: 'x', b: 3 }, 'a * b')).toBe('properties.a must be a decimal number');
    expect(read('custom', { a: 1, b: 0 }, 'a / b')).toBe(
      "properties cannot be counted: the metric's expression divides by zero",
    );
    expect(read('custom', {}, 'a +')).toBe("properties cannot be read, the metric's expression is broken: ends too early");
  });
});

describe('textOf', () => {
  it('tells numbers apart by value, whatever their notation', () => {
    for (const one of [1, '1', 1n, new RawNumber('1.0'), new RawNumber('1e0')]) expect(textOf(one)).toBe('1');
    expect(textOf(new RawNumber('0.10'))).toBe('0.1');
    expect(textOf('1.0')).toBe('1.0'); // a text is what it is
    expect(textOf(new RawNumber(`1${'0'.repeat(60)}`))).toBe(`1${'0'.repeat(60)}`);
  });

  it('has none for what is absent, a list or an object', () => {
    expect([textOf(null), textOf([1]), textOf({ a: 1 })]).toEqual([null, null, null]);
    expect(textOf(false)).toBe('false');
  });
});
