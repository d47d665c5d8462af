import { describe, expect, it } from 'vitest';
import { Quantity } from '../../money/index.ts';
import { BadFoldState, foldFor, type JsonValue } from '../index.ts';
import { aggregate, eventOf, folded, period } from '../testing.ts';

const day = (d: number, hour = 0): string => `2026-01-${String(d).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00Z`;

describe('count', () => {
  it('counts every event; recurring, also those carried in (P5)', () => {
    expect(aggregate('count', [])).toBe('0');
    expect(aggregate('count', [{ at: day(1) }, { at: day(1), order: 1 }])).toBe('2');
    expect(aggregate('count', [{ at: day(5) }], { before: [{ at: day(1) }, { at: day(2) }] })).toBe('3');
  });
});

describe('sum and custom', () => {
  it('add exactly, skip events without the field, and may be negative (P7)', () => {
    const events = [{ at: day(1), value: '0.1' }, { at: day(2), value: '0.2' }, { at: day(3), value: null }];
    expect(aggregate('sum', events)).toBe('0.3');
    expect(aggregate('custom', [{ at: day(1), value: '1' }, { at: day(1), value: '-2.5' }])).toBe('-1.5');
  });

  it('carry the running total (P5)', () => {
    expect(aggregate('sum', [{ at: day(5), value: '-2' }], { before: [{ at: day(1), value: '10' }] })).toBe('8');
    expect(aggregate('sum', [], { before: [{ at: day(1), value: '10' }] })).toBe('10');
  });
});

describe('max', () => {
  it('is the largest value and never below 0 (P7)', () => {
    expect(aggregate('max', [{ at: day(1), value: '3' }, { at: day(2), value: '7.5' }, { at: day(3), value: '5' }])).toBe('7.5');
    expect(aggregate('max', [{ at: day(1), value: '-3' }])).toBe('0');
    expect(aggregate('max', [])).toBe('0');
  });

  it('carries its value (P5)', () => {
    expect(aggregate('max', [{ at: day(5), value: '4' }], { before: [{ at: day(1), value: '9' }] })).toBe('9');
    expect(aggregate('max', [{ at: day(5), value: '12' }], { before: [{ at: day(1), value: '9' }] })).toBe('12');
  });
});

describe('latest', () => {
  it('goes by timestamp, of equal ones by arrival (P7)', () => {
    const late = [{ at: day(9), order: 1, value: '5' }, { at: day(3), order: 2, value: '8' }];
    expect(aggregate('latest', late)).toBe('5');
    const tie = [{ at: day(9), order: 2, value: '6' }, { at: day(9), order: 1, value: '5' }];
    expect(aggregate('latest', tie)).toBe('6');
  });

  it('skips events without the field and is never below 0 (P7)', () => {
    expect(aggregate('latest', [{ at: day(1), value: '5' }, { at: day(2), value: null }])).toBe('5');
    expect(aggregate('latest', [{ at: day(1), value: '5' }, { at: day(2), value: '-5' }])).toBe('0');
    expect(aggregate('latest', [])).toBe('0');
  });

  it('carries its value until there is a newer one (P5)', () => {
    expect(aggregate('latest', [], { before: [{ at: day(1), value: '5' }] })).toBe('5');
    expect(aggregate('latest', [{ at: day(3), value: '2' }], { before: [{ at: day(1), value: '5' }] })).toBe('2');
    // A late event dated before what was carried in is not newer.
    expect(aggregate('latest', [{ at: day(1), order: 9, value: '2' }], { before: [{ at: day(2), value: '5' }] })).toBe('5');
  });
});

describe('unique_count', () => {
  it('counts the values present at the end (P7)', () => {
    const add = (at: string, unique: string, order = 0) => ({ at, unique, order });
    const remove = (at: string, unique: string, order = 0) => ({ at, unique, order, remove: true });
    expect(aggregate('unique_count', [add(day(1), 'a'), add(day(2), 'a'), add(day(2), 'b')])).toBe('2');
    expect(aggregate('unique_count', [add(day(1), 'a'), remove(day(2), 'a')])).toBe('0');
    expect(aggregate('unique_count', [add(day(1), 'a'), remove(day(2), 'a'), add(day(3), 'a')])).toBe('1');
    // Arrived in the wrong order: the removal is the later one all the same.
    expect(aggregate('unique_count', [remove(day(2), 'a', 1), add(day(1), 'a', 2)])).toBe('0');
    // A removal without an addition is ignored, and does not spoil a later addition.
    expect(aggregate('unique_count', [remove(day(1), 'a')])).toBe('0');
    expect(aggregate('unique_count', [remove(day(1), 'a'), add(day(2), 'a')])).toBe('1');
    // Of equal timestamps the one received last counts.
    expect(aggregate('unique_count', [remove(day(1), 'a', 2), add(day(1), 'a', 1)])).toBe('0');
    expect(aggregate('unique_count', [{ at: day(1), unique: null }])).toBe('0');
  });

  it('carries the values present (P5)', () => {
    const before = [{ at: day(1), unique: 'a' }, { at: day(1), unique: 'b' }, { at: day(1), unique: 'c' }];
    const events = [{ at: day(5), unique: 'b', remove: true }, { at: day(5), unique: 'c' }, { at: day(5), unique: 'd' }];
    expect(aggregate('unique_count', events, { before })).toBe('3'); // a, c, d
    expect(aggregate('unique_count', [], { before })).toBe('3');
  });
});

describe('weighted_sum', () => {
  // A period of ten days.
  const tenDays = period(day(1), day(11));

  it('weighs each level by the time it is held (P7)', () => {
    // 10 for 5 days, then 30 for 5 days: (50 + 150) ÷ 10.
    const events = [{ at: day(1), value: '10' }, { at: day(6), value: '20' }];
    expect(aggregate('weighted_sum', events, { period: tenDays })).toBe('20');
    // The order of arrival does not matter.
    expect(aggregate('weighted_sum', events.toReversed(), { period: tenDays })).toBe('20');
    // 8 for the last quarter of a day: 8 ÷ 40.
    expect(aggregate('weighted_sum', [{ at: day(10, 18), value: '8' }], { period: tenDays })).toBe('0.2');
    expect(aggregate('weighted_sum', [], { period: tenDays })).toBe('0');
  });

  it('may fall below zero, and takes negative changes', () => {
    expect(aggregate('weighted_sum', [{ at: day(1), value: '4' }, { at: day(6), value: '-4' }], { period: tenDays })).toBe('2');
    expect(aggregate('weighted_sum', [{ at: day(6), value: '-4' }], { period: tenDays })).toBe('-2');
  });

  it('starts at the level carried in (P5, P7)', () => {
    // 6 all the time, and 4 more for the second half.
    const before = [{ at: '2025-12-03T00:00:00Z', value: '9' }, { at: '2025-12-20T00:00:00Z', value: '-3' }];
    expect(aggregate('weighted_sum', [{ at: day(6), value: '4' }], { period: tenDays, before })).toBe('8');
  });

  it('divides by the full period where a part of it is measured (P7)', () => {
    // 10 held for the 5 days of the part, of 10 in all.
    const events = [{ at: day(1), value: '10' }];
    expect(aggregate('weighted_sum', events, { period: period(day(1), day(6)), fullPeriod: tenDays })).toBe('5');
  });

  it('counts in real seconds: the day the clocks go forward has 23 hours', () => {
    // 28 and 29 March 2026 in Berlin: 47 hours. 47 units for the last hour are 1.
    const span = period('2026-03-27T23:00:00Z', '2026-03-29T22:00:00Z');
    expect(aggregate('weighted_sum', [{ at: '2026-03-29T21:00:00Z', value: '47' }], { period: span })).toBe('1');
  });

  it('forms the quotient last (M3)', () => {
    // Three thirds of the period at 1, 2 and 3: 6 × a third is exactly 2.
    const span = period(day(1), day(4));
    const events = [{ at: day(1), value: '1' }, { at: day(2), value: '1' }, { at: day(3), value: '1' }];
    expect(aggregate('weighted_sum', events, { period: span })).toBe('2');
    expect(aggregate('weighted_sum', events, { period: period(day(5), day(5)) })).toBe('0');
  });

  it('keeps the quotient open for the price: a third of the time at 1.5 is exactly a half (M3)', () => {
    const fold = foldFor({ aggregationType: 'weighted_sum' });
    // 1 on the last of three days. Were it 0.333…, 1.5 times it would be 0.4999…, which posts as 0 and not as 1.
    const third = fold.result(folded(fold, [eventOf({ at: day(3), value: '1' })]), { period: period(day(1), day(4)) });
    expect(Quantity.toString(Quantity.multiply(third, Quantity.parse('1.5')))).toBe('0.5');
  });
});

describe('stored states', () => {
  it('have one text each, whatever the order they were made in', () => {
    const fold = foldFor({ aggregationType: 'unique_count' });
    const [a, b] = [eventOf({ at: day(1), unique: 'a' }), eventOf({ at: day(2), unique: 'b', remove: true })];
    const text = '[["a","2026-01-01T00:00:00Z","0","add"],["b","2026-01-02T00:00:00Z","0","remove"]]';
    expect(JSON.stringify(fold.encode(folded(fold, [b, a])))).toBe(text);
    expect(JSON.stringify(fold.encode(folded(fold, [a, b])))).toBe(text);
  });

  it.each([
    ['count', null],
    ['count', { count: 'many' }],
    ['count', { count: 3 }],
    ['sum', []],
    ['sum', { sum: 'NaN' }],
    ['max', {}],
    ['latest', { at: 'now', order: '1', value: '1' }],
    ['latest', { at: '2026-01-01T00:00:00Z', order: '', value: '1' }],
    ['unique_count', {}],
    ['unique_count', ['a']],
    ['unique_count', [['a', '2026-01-01T00:00:00Z', '1', 'maybe']]],
    ['weighted_sum', { level: '1' }],
  ] as const)('of %s refuse %j', (aggregationType, json) => {
    expect(() => foldFor({ aggregationType }).decode(json as JsonValue)).toThrow(BadFoldState);
  });
});
