export type { Discount } from './discount.ts';
export { isPercentage, type OfferedCoupon, type Overrides, type Refusal, redeem } from './redeem.ts';
export { type GivenCoupon, takeCoupons } from './takeCoupons.ts';
export { returnedShare } from './returnedShare.ts';
