export { Amount } from './amount.ts';
export {
  amountCodec,
  currencyCodec,
  nonNegativeQuantityCodec,
  nonNegativeRateCodec,
  preciseCodec,
  quantityCodec,
  rateCodec,
} from './codecs.ts';
export { Currency } from './currency.ts';
export type { Rounding } from './decimal.ts';
export { AmountOutOfRange, NotADecimal, UnknownCurrency } from './errors.ts';
export { Fraction } from './fraction.ts';
export { Precise } from './precise.ts';
export { Quantity } from './quantity.ts';
export { Rate } from './rate.ts';
export { RawNumber } from './rawNumber.ts';
