import { Amount, Rate } from '../money/index.ts';
import type { Account } from './accounts.ts';

/** For whom a tax was collected, and at how many percent. */
export interface TaxKey {
  readonly jurisdiction: string;
  readonly rate: Rate;
}

/** One line of a posting. */
export interface Entry {
  readonly account: Account;
  /** Minor units: a debit is positive, a credit negative; never 0. */
  readonly amount: Amount;
  /** The local day of the document from which it counts. */
  readonly on: Temporal.PlainDate;
  /** Whether it moves what was deferred, or its discount, to what is earned. */
  readonly release: boolean;
  /** The fee that revenue is of; null for other accounts. */
  readonly feeId: string | null;
  /** Whose credits; null for accounts that are of no wallet. */
  readonly walletId: string | null;
  readonly tax: TaxKey | null;
}

/** A posting that does not add up. It is a fault of this code: nothing may be written. */
export class UnbalancedPosting extends Error {
  constructor(day: string, sum: bigint) {
    super(`The entries of ${day} sum to ${sum} instead of 0.`);
    this.name = 'UnbalancedPosting';
  }
}

type EntryOptions = Partial<Pick<Entry, 'release' | 'feeId' | 'walletId' | 'tax'>>;

/** Null options stand for an ordinary entry of no fee. */
export function debit(account: Account, amount: Amount, on: Temporal.PlainDate, options: EntryOptions = {}): Entry {
  return { account, amount, on, release: false, feeId: null, walletId: null, tax: null, ...options };
}

export function credit(account: Account, amount: Amount, on: Temporal.PlainDate, options: EntryOptions = {}): Entry {
  return debit(account, Amount.negate(amount), on, options);
}

const keyOf = ({ account, on, release, feeId, walletId, tax }: Entry) =>
  JSON.stringify([account, on.toString(), release, feeId, walletId, tax === null ? null : [tax.jurisdiction, Rate.toString(tax.rate)]]);

/**
 * A posting as it is written: entries that differ in nothing but their amount are one, those of 0 are none. The rest sum to 0 on
 * every day, so that the books balance on every day. Throws UnbalancedPosting, AmountOutOfRange.
 */
export function balanced(entries: readonly Entry[]): Entry[] {
  const merged = new Map<string, Entry>();
  const days = new Map<string, bigint>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const known = merged.get(key);
    merged.set(key, known === undefined ? entry : { ...known, amount: Amount.add(known.amount, entry.amount) });
    const day = entry.on.toString();
    days.set(day, (days.get(day) ?? 0n) + Amount.toBigInt(entry.amount));
  }
  for (const [day, sum] of days) if (sum !== 0n) throw new UnbalancedPosting(day, sum);
  return [...merged.values()].filter(({ amount }) => !Amount.isZero(amount));
}
