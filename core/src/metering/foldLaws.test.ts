import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Quantity } from '../money/index.ts';
import { aggregationTypes, type Fold, type FoldState, foldFor, type MeteredEvent } from './index.ts';
import { folded, period } from './testing.ts';

const january = period('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z');

// Few distinct timestamps and values, so that ties, repeats and removals of what is not there happen often.
const events = fc
  .array(
    fc.record({
      hour: fc.integer({ min: 0, max: 20 }),
      cents: fc.option(fc.integer({ min: -500, max: 500 })),
      unique: fc.option(fc.constantFrom('a', 'b', 'c', 'd')),
      remove: fc.boolean(),
    }),
    { maxLength: 30 },
  )
  .map((list) =>
    list.map(
      ({ hour, cents, unique, remove }, index): MeteredEvent => ({
        id: String(index),
        timestamp: january.start.add({ hours: hour }),
        receivedOrder: BigInt(index),
        value: cents === null ? null : Quantity.parse(`${cents}e-2`),
        uniqueValue: unique,
        operation: remove ? 'remove' : 'add',
      }),
    ),
  );

const text = (fold: Fold<FoldState>, state: FoldState): string => JSON.stringify(fold.encode(state));

describe.each(aggregationTypes)('%s', (aggregationType) => {
  const fold = foldFor({ aggregationType });

  it('is the same whatever the order of arrival and the split into parts', () => {
    fc.assert(
      fc.property(events, fc.array(fc.nat(4), { minLength: 30, maxLength: 30 }), fc.infiniteStream(fc.nat()), (list, parts, random) => {
        const whole = text(fold, folded(fold, list));
        const shuffled = list.map((event) => ({ event, at: random.next().value ?? 0 })).toSorted((a, b) => a.at - b.at);
        expect(text(fold, folded(fold, shuffled.map(({ event }) => event)))).toBe(whole);

        const split = Map.groupBy(list, (event) => parts[Number(event.id)]);
        const merged = [...split.values()].reverse().reduce((sum, part) => fold.merge(sum, folded(fold, part)), fold.empty());
        expect(text(fold, merged)).toBe(whole);
      }),
    );
  });

  it('takes an event out as if it had never been there, where it can', () => {
    fc.assert(
      fc.property(events, fc.nat(30), (list, place) => {
        const [event] = list.slice(place);
        if (event === undefined || fold.remove === undefined) return;
        const others = list.filter((other) => other !== event);
        expect(text(fold, fold.remove(folded(fold, list), event))).toBe(text(fold, folded(fold, others)));
      }),
    );
    expect(fold.remove !== undefined).toBe(['count', 'sum', 'custom'].includes(aggregationType));
  });

  it('merges associatively, and the empty state changes nothing', () => {
    fc.assert(
      fc.property(events, fc.nat(30), fc.nat(30), (list, i, j) => {
        const [from, to] = [Math.min(i, j), Math.max(i, j)];
        const made = (): FoldState[] => [list.slice(0, from), list.slice(from, to), list.slice(to)].map((p) => folded(fold, p));
        const [a, b, c] = made();
        const [d, e, f] = made();
        if (!a || !b || !c || !d || !e || !f) throw new Error('three parts');
        expect(text(fold, fold.merge(fold.merge(a, b), c))).toBe(text(fold, fold.merge(d, fold.merge(e, f))));
        const before = text(fold, a);
        expect(text(fold, fold.merge(a, fold.empty()))).toBe(before);
        expect(text(fold, fold.merge(fold.empty(), a))).toBe(before);
      }),
    );
  });

  it('comes back from storage as it was', () => {
    fc.assert(
      fc.property(events, (list) => {
        const state = folded(fold, list);
        const back = fold.decode(JSON.parse(text(fold, state)));
        expect(text(fold, back)).toBe(text(fold, state));
        expect(Quantity.toString(fold.result(back, { period: january }))).toBe(
          Quantity.toString(fold.result(state, { period: january })),
        );
      }),
    );
  });

  it('takes results and merges without touching what they read', () => {
    fc.assert(
      fc.property(events, events, (list, others) => {
        const [state, carriedIn] = [folded(fold, list), folded(fold, others)];
        const [before, carriedBefore] = [text(fold, state), text(fold, carriedIn)];
        fold.result(state, { period: january, carriedIn });
        fold.merge(fold.empty(), carriedIn);
        fold.add(fold.merge(fold.empty(), state), {
          id: 'x',
          timestamp: january.end,
          receivedOrder: 999n,
          value: Quantity.one,
          uniqueValue: 'x',
          operation: 'add',
        });
        expect([text(fold, state), text(fold, carriedIn)]).toEqual([before, carriedBefore]);
      }),
    );
  });
});

describe('carried-in state (P5)', () => {
  // Weighted sums and plain counts apart, what is carried in and what came since are one history.
  it.each(['count', 'sum', 'max', 'latest', 'unique_count'] as const)('%s: the past and the period make one whole', (type) => {
    const fold = foldFor({ aggregationType: type });
    fc.assert(
      fc.property(events, fc.nat(30), (list, cut) => {
        const carriedIn = folded(fold, list.slice(0, cut));
        const since = folded(fold, list.slice(cut));
        expect(Quantity.toString(fold.result(since, { period: january, carriedIn }))).toBe(
          Quantity.toString(fold.result(folded(fold, list), { period: january })),
        );
      }),
    );
  });

  it('weighted_sum: what is carried in is a change at the very start', () => {
    const fold = foldFor({ aggregationType: 'weighted_sum' });
    fc.assert(
      fc.property(events, events, (past, list) => {
        const carriedIn = folded(fold, past);
        const asChanges = past.map((event) => ({ ...event, timestamp: january.start }));
        expect(Quantity.toString(fold.result(folded(fold, list), { period: january, carriedIn }))).toBe(
          Quantity.toString(fold.result(folded(fold, [...asChanges, ...list]), { period: january })),
        );
      }),
    );
  });
});
