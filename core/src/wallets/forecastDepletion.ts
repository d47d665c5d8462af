import { Amount, Fraction, Precise } from '../money/index.ts';

/** What a wallet was spent by over some days, and what is left of it. */
export interface SpendingPace {
  readonly balance: Amount;
  readonly consumed: Amount;
  /** At least 1. */
  readonly days: number;
}

export interface Depletion {
  /** Minor units a day. */
  readonly average: Precise;
  /** Days until nothing is left, counted up to whole ones; null where nothing was spent. */
  readonly daysRemaining: number | null;
}

const longest = 100_000n;

/** How long a wallet lasts at the pace it was spent at. Further away than a hundred thousand days is never. */
export function forecastDepletion({ balance, consumed, days }: SpendingPace): Depletion {
  const average = Precise.scale(Precise.ofMinor(consumed), Fraction.of(1, days));
  if (Amount.compare(consumed, Amount.zero) <= 0) return { average: Precise.zero, daysRemaining: null };
  const [left, spent] = [Amount.toBigInt(Amount.max(balance, Amount.zero)) * BigInt(days), Amount.toBigInt(consumed)];
  const whole = (left + spent - 1n) / spent;
  return { average, daysRemaining: whole > longest ? null : Number(whole) };
}
