import { Amount, Fraction, Precise } from '../money/index.ts';
import { localDate, Period } from '../time/index.ts';
import { dayAfter } from './spans.ts';

/** A fee of the plan that was paid ahead, as it was posted: its price, or a fixed charge. */
export interface AdvanceFee {
  /** The price of a whole period, in minor units. */
  readonly price: Precise;
  /** What the fee came to. */
  readonly posted: Amount;
  /** What was credited on it before. */
  readonly credited: Amount;
  readonly service: Period;
  readonly full: Period;
}

export interface UnusedDays {
  /** Unused days over the days of the full period. */
  readonly days: Fraction;
  /** price × unused days ÷ period days, not rounded and nothing subtracted. */
  readonly precise: Precise;
  /** What remains to be credited: rounded once, less what was credited before, never below 0 and never more than is left of the fee. */
  readonly amount: Amount;
}

/**
 * Credit for the days of an advance fee from `firstUnused` to the end of its service (T3, I1a). After a termination or a pause the first
 * unused day is `dayAfter` of it, because that day is billed; after a change of plan it is the day of the change, which belongs to the
 * new plan.
 */
export function creditForUnusedDays(fee: AdvanceFee, firstUnused: Temporal.PlainDate, zone: string): UnusedDays {
  const opens = localDate(fee.service.start, zone);
  const first = Temporal.PlainDate.compare(opens, firstUnused) < 0 ? firstUnused : opens;
  const unused = Math.max(0, first.until(dayAfter(fee.service.end, zone)).days);
  const days = Fraction.of(unused, Period.days(fee.full, zone));
  const precise = Precise.scale(fee.price, days);
  const due = Amount.subtract(Precise.toAmount(precise), fee.credited);
  const left = Amount.subtract(fee.posted, fee.credited);
  return { days, precise, amount: Amount.max(Amount.zero, Amount.min(due, left)) };
}
