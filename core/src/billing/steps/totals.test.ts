import { describe, expect, it } from 'vitest';
import { Amount } from '../../money/index.ts';
import { draftSingle, factsAt } from '../testing.ts';
import { totals } from './totals.ts';

describe('the total', () => {
  it('is the fees less progressive credit and coupons, with tax', () => {
    const facts = factsAt('2026-02-01', 'periodic');
    const draft = {
      ...draftSingle(facts),
      progressiveCredit: Amount.of(1000),
      coupons: Amount.of(560),
      tax: Amount.of(800),
    };
    // The fees are 5560: 5560 - 1000 - 560 + 800.
    const { subtotal, total } = totals(facts, draft);
    expect([subtotal, total].map(Amount.toNumber)).toEqual([5560, 4800]);
  });
});
