import { describe, expect, it } from 'vitest';
import { Amount, Currency, Rate } from '../money/index.ts';
import { type Discount, type OfferedCoupon, type Overrides, redeem } from './index.ts';

const [usd, eur] = [Currency.parse('USD'), Currency.parse('EUR')];
const now = Temporal.Instant.from('2026-03-01T00:00:00Z');
const ten: Discount = { type: 'fixed_amount', amount: Amount.of(1000), currency: usd };
const fifth: Discount = { type: 'percentage', rate: Rate.parse('20') };

const offered = (discount: Discount, more: Partial<OfferedCoupon> = {}): OfferedCoupon => ({ terminated: false, expiresAt: null, discount, ...more });
const instead = (given: Partial<Overrides> = {}): Overrides => ({ amount: null, currency: null, rate: null, ...given });

describe('a coupon is given', () => {
  it.each([
    ['as it says', offered(ten), instead(), ten],
    ['for another amount', offered(ten), instead({ amount: Amount.of(250) }), { ...ten, amount: Amount.of(250) }],
    ['in the currency it names anyway', offered(ten), instead({ currency: usd }), ten],
    ['for another percentage', offered(fifth), instead({ rate: Rate.parse('100') }), { ...fifth, rate: Rate.parse('100') }],
    ['up to the moment at which it expires', offered(fifth, { expiresAt: now.add({ seconds: 1 }) }), instead(), fifth],
  ])('%s', (_, coupon, overrides, discount) => {
    expect(redeem(coupon, overrides, usd, now)).toEqual({ ok: true, discount });
  });

  it('in another currency when its amount there is named', () => {
    const given = redeem(offered(ten), instead({ amount: Amount.of(900), currency: eur }), eur, now);
    expect(given).toEqual({ ok: true, discount: { type: 'fixed_amount', amount: Amount.of(900), currency: eur } });
  });
});

describe('a coupon is refused', () => {
  it.each([
    ['terminated', offered(ten, { terminated: true }), instead(), usd],
    ['expired', offered(ten, { expiresAt: now }), instead(), usd],
    ['currency_mismatch', offered(ten), instead(), eur],
    // 10.00 USD are not 10.00 EUR.
    ['currency_mismatch', offered(ten), instead({ currency: eur }), eur],
    ['currency_mismatch', offered(ten), instead({ amount: Amount.of(900), currency: eur }), usd],
    ['not_a_percentage', offered(ten), instead({ rate: Rate.parse('5') }), usd],
    ['not_an_amount', offered(fifth), instead({ amount: Amount.of(5) }), usd],
    ['not_an_amount', offered(fifth), instead({ currency: usd }), usd],
    ['out_of_range', offered(fifth), instead({ rate: Rate.parse('100.01') }), usd],
    ['out_of_range', offered(fifth), instead({ rate: Rate.parse('-1') }), usd],
    ['out_of_range', offered(ten), instead({ amount: Amount.of(-1) }), usd],
  ] as const)('%s', (refusal, coupon, overrides, currency) => {
    expect(redeem(coupon, overrides, currency, now)).toEqual({ ok: false, refusal });
  });
});
