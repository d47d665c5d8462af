import { Amount } from '../money/index.ts';
import { covers, type ScopedFee, type WalletScope } from './scope.ts';

/** Credits that came at once: a grant, a purchase or a transfer, with what is left of it. */
export interface Lot {
  readonly id: string;
  readonly kind: 'promotional' | 'cash';
  /** What may be spent of it. */
  readonly remaining: Amount;
  /** Null: never. */
  readonly expiresAt: Temporal.Instant | null;
  readonly grantedAt: Temporal.Instant;
}

/** Where a wallet stands in the order of a customer's wallets. */
export interface WalletPlace {
  readonly id: string;
  /** 1 is spent first. */
  readonly priority: number;
  readonly createdAt: Temporal.Instant;
  readonly scope: WalletScope;
}

export interface SpendableWallet extends WalletPlace {
  readonly lots: readonly Lot[];
  /** Drawn on credit and not paid back: so much of the lots is spoken for, whichever they are. */
  readonly owed: Amount;
}

/** A fee with what is still to be paid of it, tax included. */
export interface DueFee extends ScopedFee {
  readonly id: string;
  readonly due: Amount;
}

/** So much of a lot pays so much of a fee. */
export interface WalletUse {
  readonly walletId: string;
  readonly lotId: string;
  readonly feeId: string;
  readonly amount: Amount;
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** The order in which wallets pay (I1): by priority, then the older first. */
export function inOrder<W extends WalletPlace>(wallets: readonly W[]): W[] {
  return wallets.toSorted((a, b) => a.priority - b.priority || Temporal.Instant.compare(a.createdAt, b.createdAt) || byId(a, b));
}

function compareExpiry(a: Temporal.Instant | null, b: Temporal.Instant | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return Temporal.Instant.compare(a, b);
}

/** The order in which the credits of a wallet are spent (I1): promotional before cash, soonest expiry first, then the older. */
function lotsInOrder<L extends Lot>(lots: readonly L[]): L[] {
  const rank = ({ kind }: Lot) => (kind === 'promotional' ? 0 : 1);
  return lots.toSorted(
    (a, b) => rank(a) - rank(b) || compareExpiry(a.expiresAt, b.expiresAt) || Temporal.Instant.compare(a.grantedAt, b.grantedAt) || byId(a, b),
  );
}

/**
 * What wallets pay of an invoice (I1): one wallet after the other, each the fees it covers in the order of the document, with its
 * credits in their order. What no wallet covers, or has credits for that are not owed, stays due.
 */
export function payFromWallets(fees: readonly DueFee[], wallets: readonly SpendableWallet[]): WalletUse[] {
  const open = fees.map((fee) => ({ fee, due: fee.due }));
  const uses: WalletUse[] = [];
  for (const wallet of inOrder(wallets)) {
    const lots = lotsInOrder(wallet.lots).map(({ id, remaining }) => ({ id, left: remaining }));
    let free = Amount.subtract(Amount.sum(lots.map(({ left }) => left)), wallet.owed);
    for (const line of open) {
      if (!covers(wallet.scope, line.fee)) continue;
      for (const lot of lots) {
        const amount = Amount.min(Amount.min(line.due, lot.left), free);
        if (Amount.compare(amount, Amount.zero) <= 0) continue;
        line.due = Amount.subtract(line.due, amount);
        lot.left = Amount.subtract(lot.left, amount);
        free = Amount.subtract(free, amount);
        uses.push({ walletId: wallet.id, lotId: lot.id, feeId: line.fee.id, amount });
      }
    }
  }
  return uses;
}

/** So much of each lot, in their order, as makes up an amount; null where they hold less. */
export function takeFromLots(lots: readonly Lot[], amount: Amount): { readonly lotId: string; readonly amount: Amount }[] | null {
  const taken: { lotId: string; amount: Amount }[] = [];
  let left = amount;
  for (const { id, remaining } of lotsInOrder(lots)) {
    const part = Amount.min(left, remaining);
    if (Amount.compare(part, Amount.zero) <= 0) continue;
    left = Amount.subtract(left, part);
    taken.push({ lotId: id, amount: part });
  }
  return Amount.isZero(left) ? taken : null;
}
