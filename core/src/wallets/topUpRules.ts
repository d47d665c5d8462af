import { Amount } from '../money/index.ts';
import { type Interval, localDate, nextBoundary } from '../time/index.ts';

/** By how much: the same every time, or up to a target, within limits. */
export type TopUpSize =
  | { readonly method: 'fixed'; readonly amount: Amount }
  | { readonly method: 'target'; readonly target: Amount; readonly least: Amount | null; readonly most: Amount | null };

/** What tops a wallet up by itself. */
export interface TopUpRule {
  readonly size: TopUpSize;
  /** Below what the wallet is topped up; null for a rule that goes by an interval. */
  readonly threshold: Amount | null;
}

/** Where a wallet stands when a rule is asked. */
export interface WalletStanding {
  /** Balance less what is not billed yet (I8). */
  readonly ongoing: Amount;
  /** Bought and not paid yet: it counts as arrived, so that nothing is bought twice while a payment is under way. */
  readonly pending: Amount;
}

/** When a rule by interval tops up next: first at the instant it starts at, then at local midnight of each day that is whole intervals later. */
export function nextTopUpAt(interval: Interval, startedAt: Temporal.Instant, after: Temporal.Instant, zone: string): Temporal.Instant {
  if (Temporal.Instant.compare(after, startedAt) < 0) return startedAt;
  return nextBoundary({ interval, intervalCount: 1, billingTime: 'anniversary', anchor: localDate(startedAt, zone), zone }, after);
}

const standingOf = ({ ongoing, pending }: WalletStanding): Amount => Amount.add(ongoing, pending);

/** Whether what is left, with what is on its way, has fallen below a threshold. */
export function isBelow(threshold: Amount, standing: WalletStanding): boolean {
  return Amount.compare(standingOf(standing), threshold) < 0;
}

/** The least multiple of a positive amount that is as much as another. */
function multipleOf(amount: Amount, needed: Amount): Amount {
  const [unit, whole] = [Amount.toBigInt(amount), Amount.toBigInt(needed)];
  return whole <= unit ? amount : Amount.of(((whole + unit - 1n) / unit) * unit);
}

/**
 * By how much a rule tops up now. A fixed amount comes once each interval, and as often as it takes to reach the threshold where one was
 * crossed; a target is filled up to, within the rule's limits. Zero where the target is reached already.
 */
export function topUpAmount({ size, threshold }: TopUpRule, standing: WalletStanding): Amount {
  const stands = standingOf(standing);
  if (size.method === 'fixed') return threshold === null ? size.amount : multipleOf(size.amount, Amount.subtract(threshold, stands));
  const missing = Amount.subtract(size.target, stands);
  if (Amount.compare(missing, Amount.zero) <= 0) return Amount.zero;
  const atLeast = size.least === null ? missing : Amount.max(missing, size.least);
  return size.most === null ? atLeast : Amount.min(atLeast, size.most);
}
