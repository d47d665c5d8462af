import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Precise, Quantity } from '../money/index.ts';
import { type ChargeModelName, groupKey, groupOf, matchFilter, priceUsage } from './index.ts';
import { properties, sumOfSteps, USD } from './testing.ts';

/** A non-negative decimal with up to three places, as text. */
const decimal = (max: number) => fc.integer({ min: 0, max: max * 1000 }).map((n) => `${Math.trunc(n / 1000)}.${String(n % 1000).padStart(3, '0')}`);
const units = fc.tuple(fc.boolean(), decimal(500)).map(([negative, text]) => (negative ? `-${text}` : text));

/** One to five tiers with rising decimal bounds; `rate` names the price. */
const tiers = (rate: string) =>
  fc
    .tuple(fc.uniqueArray(fc.integer({ min: 1, max: 400_000 }), { maxLength: 4 }), fc.array(fc.tuple(decimal(9), decimal(9)), { minLength: 5, maxLength: 5 }))
    .map(([bounds, prices]) => {
      const edges = [...bounds.toSorted((a, b) => a - b).map((n) => `${n}e-3`), null];
      return { tiers: edges.map((up_to, i) => ({ up_to, [rate]: prices[i]?.[0], flat_amount: prices[i]?.[1] })) };
    });

const charge: fc.Arbitrary<[ChargeModelName, unknown]> = fc.oneof(
  fc.record({ amount: decimal(9), min_price: decimal(5) }).map((raw): [ChargeModelName, unknown] => ['standard', raw]),
  tiers('unit_price').map((raw): [ChargeModelName, unknown] => ['graduated', raw]),
  tiers('unit_price').map((raw): [ChargeModelName, unknown] => ['volume', raw]),
  tiers('rate').map((raw): [ChargeModelName, unknown] => ['graduated_percentage', raw]),
  fc.record({ amount: decimal(9), package_size: fc.integer({ min: 1, max: 50 }), free_units: decimal(20) })
    .map((raw): [ChargeModelName, unknown] => ['package', raw]),
  fc.record({ rate: decimal(9), fixed_amount: decimal(2) }).map((raw): [ChargeModelName, unknown] => ['percentage', raw]),
  fc.record({ unit_price: decimal(9) }).map((raw): [ChargeModelName, unknown] => ['custom', raw]),
);

function priceOf(model: ChargeModelName, raw: unknown, count: Quantity) {
  return priceUsage(model, properties(model, raw), { units: count, eventsCount: 1n }, USD);
}

const at = (text: string): Quantity => Quantity.parse(text);

describe('laws of pricing', () => {
  it('steps sum to the amount exactly, and no amount is negative', () => {
    fc.assert(
      fc.property(charge, units, ([model, raw], count) => {
        const priced = priceOf(model, raw, at(count));
        expect(sumOfSteps(priced)).toBe(Precise.toString(priced.amount));
        expect(Precise.isNegative(priced.amount)).toBe(false);
      }),
    );
  });

  it('more units never cost less where no tier makes all of them cheaper', () => {
    fc.assert(
      fc.property(charge, decimal(500), decimal(50), ([model, raw], count, more) => {
        fc.pre(model !== 'volume'); // a volume price falls on purpose when a cheaper tier is reached
        const few = priceOf(model, raw, at(count)).amount;
        const many = priceOf(model, raw, Quantity.add(at(count), at(more))).amount;
        expect(Precise.compare(many, few)).not.toBe(-1);
      }),
    );
  });

  it('graduated: what more units cost depends only on the units between', () => {
    fc.assert(
      fc.property(tiers('unit_price'), decimal(300), decimal(300), (raw, count, more) => {
        const [a, total] = [at(count), Quantity.add(at(count), at(more))];
        const difference = Precise.subtract(priceOf('graduated', raw, total).amount, priceOf('graduated', raw, a).amount);
        expect(Precise.toString(difference)).toBe(Precise.toString(between(raw.tiers, a, total)));
      }),
    );
  });

  it('standard, percentage without bounds and custom are additive', () => {
    fc.assert(
      fc.property(decimal(9), decimal(100), decimal(100), (rate, a, b) => {
        for (const [model, raw] of [['standard', { amount: rate }], ['percentage', { rate }], ['custom', { unit_price: rate }]] as const) {
          const apart = Precise.add(priceOf(model, raw, at(a)).amount, priceOf(model, raw, at(b)).amount);
          const together = priceOf(model, raw, Quantity.add(at(a), at(b))).amount;
          expect(Precise.toString(together)).toBe(Precise.toString(apart));
        }
      }),
    );
  });

  it('percentage: events one by one cost what the sum costs when nothing is exempt or bounded', () => {
    fc.assert(
      fc.property(decimal(9), decimal(2), fc.array(decimal(100), { maxLength: 20 }), (rate, fixed_amount, amounts) => {
        const total = amounts.reduce((sum, amount) => Quantity.add(sum, at(amount)), Quantity.zero);
        const usage = { units: total, eventsCount: BigInt(amounts.length), events: amounts.map((a) => ({ amount: at(a) })) };
        const together = priceUsage('percentage', properties('percentage', { rate, fixed_amount }), usage, USD);
        // An allowance so large that it never bounds anything makes the model look at every event.
        const bounded = { rate, fixed_amount, per_transaction_max_amount: '1e12' };
        const oneByOne = priceUsage('percentage', properties('percentage', bounded), usage, USD);
        expect(Precise.toString(oneByOne.amount)).toBe(Precise.toString(together.amount));
      }),
    );
  });
});

/** Worked out apart from the model: every tier's overlap with (from, to] at its price, and the flat amount of each tier newly reached. */
function between(list: readonly Record<string, unknown>[], from: Quantity, to: Quantity): Precise {
  let sum = Precise.zero;
  let lower = Quantity.zero;
  for (const [index, tier] of list.entries()) {
    const upper = tier['up_to'] === null ? to : at(String(tier['up_to']));
    const overlap = Quantity.subtract(Quantity.min(to, upper), Quantity.max(from, lower));
    const one = { amount: tier['unit_price'] };
    if (!Quantity.isNegative(overlap)) sum = Precise.add(sum, priceOf('standard', one, overlap).amount);
    const newlyReached = index > 0 && Quantity.compare(from, lower) <= 0 && Quantity.compare(to, lower) > 0;
    if (newlyReached) sum = Precise.add(sum, priceOf('custom', { custom_amount: tier['flat_amount'] }, Quantity.zero).amount);
    lower = upper;
  }
  return sum;
}

describe('laws of filters and groups (P4)', () => {
  const key = fc.constantFrom('region', 'tier', 'model');
  const value = fc.constantFrom('a', 'b', 'c');
  const filters = fc.array(
    fc.record({
      id: fc.uuid(),
      conditions: fc.uniqueArray(fc.record({ key, values: fc.uniqueArray(value) }), { selector: (c) => c.key, minLength: 1 }),
    }),
    { maxLength: 6 },
  );
  const event = fc.dictionary(key, fc.option(value));

  it('every event is priced once: each lands in one filter and group, and none is lost', () => {
    fc.assert(
      fc.property(filters, fc.array(event), fc.uniqueArray(key), (list, events, groupKeys) => {
        const buckets = Map.groupBy(events, (e) => `${matchFilter(list, e)?.id} ${groupKey(groupOf(groupKeys, e))}`);
        expect([...buckets.values()].flat().length).toBe(events.length);
      }),
    );
  });

  it('the winner matches, and nothing that matches has more keys or, with as many, was declared before', () => {
    fc.assert(
      fc.property(filters, event, (list, e) => {
        const matching = list.filter((f) =>
          f.conditions.every((c) => e[c.key] != null && (c.values.length === 0 || c.values.some((v) => v === e[c.key]))),
        );
        const most = Math.max(0, ...matching.map((f) => f.conditions.length));
        expect(matchFilter(list, e)).toBe(matching.find((f) => f.conditions.length === most) ?? null);
      }),
    );
  });
});
