import { Amount } from '../money/index.ts';
import { inOrder, type WalletPlace } from './payFromWallets.ts';
import { covers, type ScopedFee } from './scope.ts';

/** A wallet with what may be spent of it now. */
export interface WalletBalance extends WalletPlace {
  readonly balance: Amount;
}

/** What is not invoiced for good yet: current usage, or what a draft has due; tax included. */
export interface UnbilledFee extends ScopedFee {
  readonly due: Amount;
}

/**
 * What would be left of each wallet if all that is not billed yet were (I8): its balance less what it would pay in its turn. What no
 * balance is left for is owed by the last wallet that covers it, which goes below nothing; so of a single wallet the ongoing balance is
 * its balance less all the usage and drafts it covers.
 */
export function ongoingBalances(wallets: readonly WalletBalance[], unbilled: readonly UnbilledFee[]): ReadonlyMap<string, Amount> {
  const order = inOrder(wallets).map((wallet) => ({ wallet, left: wallet.balance }));
  const open = unbilled.map((fee) => ({ fee, due: fee.due }));
  for (const place of order) {
    for (const line of open) {
      if (!covers(place.wallet.scope, line.fee)) continue;
      const paid = Amount.max(Amount.min(line.due, place.left), Amount.zero);
      line.due = Amount.subtract(line.due, paid);
      place.left = Amount.subtract(place.left, paid);
    }
  }
  for (const { fee, due } of open) {
    const last = order.findLast(({ wallet }) => covers(wallet.scope, fee));
    if (last !== undefined) last.left = Amount.subtract(last.left, due);
  }
  return new Map(order.map(({ wallet, left }) => [wallet.id, left]));
}
