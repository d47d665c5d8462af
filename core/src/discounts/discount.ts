import type { Amount, Currency, Rate } from '../money/index.ts';

/** What a coupon takes off an invoice: an amount in one currency, or a percentage (0 to 100) of what is left. */
export type Discount =
  | { readonly type: 'fixed_amount'; readonly amount: Amount; readonly currency: Currency }
  | { readonly type: 'percentage'; readonly rate: Rate };
