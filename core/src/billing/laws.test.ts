import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, Precise, Quantity } from '../money/index.ts';
import { invoiceKindOf, invoicePlan, overdueWork, type SubscriptionTerms } from '../subscriptions/index.ts';
import { termsOf, when } from '../subscriptions/testing.ts';
import { type ChargeFacts, encodeExplain, explainInvoice, leavesSum, usageFees } from './index.ts';
import { chargeOf, draftSingle, factsAt, propertiesOf, usageFactsOf, used } from './testing.ts';

const ZONE = 'America/New_York';

const price = fc.integer({ min: 0, max: 1_000_000_000 });
const localTime = fc
  .integer({ min: 0, max: 500 * 24 * 60 - 1 })
  .map((minutes) => when(Temporal.Instant.from('2026-01-01T05:00:00Z').add({ minutes }), ZONE));

// Four charges of 10^6 units at 10^6 each are 4 × 10^14 minor units: what an amount can hold, 2^53, is not reached.
const decimal = fc
  .tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 6 }))
  .map(([digits, places]) => {
    const text = String(digits).padStart(places + 1, '0');
    return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
  });

const charges: fc.Arbitrary<ChargeFacts[]> = fc.array(
  fc.tuple(decimal, decimal, decimal, fc.integer({ min: 1, max: 1000 })).map(([units, low, high, limit]) => {
    const properties = propertiesOf('graduated', {
      tiers: [
        { up_to: limit, unit_price: low, flat_amount: high },
        { up_to: null, unit_price: high, flat_amount: low },
      ],
    });
    return chargeOf('calls', 'sum', properties, used(units, 3));
  }),
  { maxLength: 4 },
);

function planTotal(terms: SubscriptionTerms, until: Temporal.Instant): bigint {
  return [...overdueWork(terms, null, until)]
    .map(({ at, kind }) => invoicePlan(terms, at, invoiceKindOf[kind]))
    .filter((plan) => plan !== null)
    .map((plan) => draftSingle({ ...factsAt('2026-02-01', 'periodic', []), ...subscribed(terms), invoicePlan: plan }).total)
    .reduce((sum, total) => sum + total, 0n);
}

const subscribed = (terms: SubscriptionTerms) => ({ subscription: { id: 's', externalId: 's', terms } });

describe('any invoice', () => {
  it('is the sum of its leaves, and every fee the rounding of its exact amount', () => {
    fc.assert(
      fc.property(charges, price, localTime, fc.boolean(), (charges, amount, startedAt, payInAdvance) => {
        const terms = termsOf({ startedAt, plan: { amount: Amount.of(amount), payInAdvance } });
        const [, boundary] = overdueWork(terms, null, terms.startedAt.add({ hours: 24 * 40 }));
        const at = when(boundary?.at ?? expect.fail('a month ends within 40 days'), ZONE);
        const draft = draftSingle(factsAt(at, 'periodic', charges, terms));
        expect(Precise.compare(leavesSum(explainInvoice(draft)), Precise.ofMinor(draft.total))).toBe(0);
        for (const fee of draft.fees) {
          const off = Precise.subtract(Precise.ofMinor(fee.amount), fee.precise);
          expect(Precise.compare(Precise.max(off, Precise.negate(off)), Precise.parse('0.5'))).toBeLessThanOrEqual(0);
        }
        // What is stored can be read back: the JSON survives its own writing.
        const json = encodeExplain(explainInvoice(draft));
        expect(JSON.parse(JSON.stringify(json))).toEqual(json);
      }),
    );
  });

  it('has the fees of the usage read, except lines that say nothing', () => {
    fc.assert(
      fc.property(charges, (charges) => {
        const facts = factsAt('2026-02-01', 'periodic', charges);
        const usage = facts.invoicePlan.usage ?? expect.fail('a boundary has usage');
        const read = usageFees(usageFactsOf(charges, usage));
        const kept = read.filter((fee) => !Quantity.isZero(fee.units) || !Amount.isZero(fee.amount));
        expect(draftSingle(facts).fees.slice(1)).toEqual(kept);
        expect(read).toHaveLength(charges.length);
      }),
    );
  });
});

describe('the plan fees of a subscription', () => {
  it('bill exactly the price for every full period', () => {
    fc.assert(
      fc.property(price, fc.integer({ min: 1, max: 18 }), fc.boolean(), (amount, months, payInAdvance) => {
        const terms = termsOf({ startedAt: '2026-01-01', plan: { amount: Amount.of(amount), payInAdvance } });
        const end = Temporal.PlainDate.from('2026-01-01').add({ months }).toZonedDateTime(ZONE).toInstant();
        // In advance the last month is paid before it begins.
        const until = payInAdvance ? end.subtract({ hours: 1 }) : end;
        expect(planTotal(terms, until)).toBe(BigInt(amount) * BigInt(months));
      }),
    );
  });

  it('of a period cut in two differ from the uncut one by at most one minor unit', () => {
    fc.assert(
      fc.property(price, fc.integer({ min: 1, max: 30 }), (amount, day) => {
        const plan = { amount: Amount.of(amount) };
        const cut = Temporal.PlainDate.from('2026-01-01').add({ days: day }).toString();
        const first = termsOf({ startedAt: '2026-01-01', endingAt: cut, plan });
        const second = termsOf({ startedAt: cut, endingAt: '2026-02-01', plan });
        const end = Temporal.Instant.from('2026-02-01T05:00:00Z');
        const off = planTotal(first, end) + planTotal(second, end) - BigInt(amount);
        expect(off >= -1n && off <= 1n).toBe(true);
      }),
    );
  });
});
