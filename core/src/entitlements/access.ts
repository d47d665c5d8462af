import { Quantity } from '../money/index.ts';
import { type FeatureType, unlimited } from './values.ts';

/** What is granted of a feature, and what was used of it. */
interface Grant {
  readonly type: FeatureType;
  /** As `readValue` keeps it; null where nothing is granted. */
  readonly value: string | null;
  /** So far in the period; null where nothing measures it. Negative where more was taken back than used. */
  readonly used: Quantity | null;
}

/** Why something may be used, or not. */
type AccessReason = 'granted' | 'not_entitled' | 'turned_off' | 'limit_reached';

/** Whether something may be used. */
export interface Access {
  readonly hasAccess: boolean;
  readonly reason: AccessReason;
  /** Null: none, or not a quantity. */
  readonly limit: Quantity | null;
  /** What may still be used; null where there is no limit or nothing measures it. */
  readonly remaining: Quantity | null;
}

const granted = { hasAccess: true, reason: 'granted' } as const;
const unbounded = { limit: null, remaining: null } as const;

/**
 * Whether a feature may be used now. A quantity may while less than its limit was used; where it is said how much is wanted, when all of
 * that still fits. Without a measure the limit alone is looked at. What reaches the limit exactly has used it up.
 */
export function decideAccess({ type, value, used }: Grant, wanted: Quantity | null): Access {
  if (value === null) return { hasAccess: false, reason: 'not_entitled', ...unbounded };
  if (type === 'boolean') return value === 'true' ? { ...granted, ...unbounded } : { hasAccess: false, reason: 'turned_off', ...unbounded };
  if (type === 'custom' || value === unlimited) return { ...granted, ...unbounded };
  const limit = Quantity.restore(value);
  const left = Quantity.subtract(limit, used ?? Quantity.zero);
  const fits = wanted === null ? Quantity.compare(left, Quantity.zero) > 0 : Quantity.compare(wanted, left) <= 0;
  const remaining = used === null ? null : Quantity.max(left, Quantity.zero);
  return fits ? { ...granted, limit, remaining } : { hasAccess: false, reason: 'limit_reached', limit, remaining };
}

const reasons: readonly AccessReason[] = ['granted', 'limit_reached', 'turned_off', 'not_entitled'];

/** Negative where `a` grants more than `b`: access before none, no limit before a limit, then what is left, or the limit where nothing measures it. */
export function compareAccess(a: Access, b: Access): number {
  const byReason = reasons.indexOf(a.reason) - reasons.indexOf(b.reason);
  if (byReason !== 0) return byReason;
  const [left, other] = [a.remaining ?? a.limit, b.remaining ?? b.limit];
  if (left === null || other === null) return Number(left !== null) - Number(other !== null);
  return Quantity.compare(other, left);
}
