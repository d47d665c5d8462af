import { Amount } from '../money/index.ts';

/** What may be taken from a wallet on credit, and what is owed already. */
export interface CreditStanding {
  /** What there is to spend, less what was drawn on credit: below nothing while something is owed to the wallet. */
  readonly balance: Amount;
  /** How much may be owed in all; nothing for customers who pay ahead. */
  readonly limit: Amount;
  /** Due on finalized invoices. */
  readonly receivable: Amount;
  /** Used, or on drafts, and not billed for good yet. */
  readonly unbilled: Amount;
}

/** What is owed: what is due, and what was used or drawn beyond the balance. */
export function owedOf({ balance, receivable, unbilled }: Omit<CreditStanding, 'limit'>): Amount {
  return Amount.add(receivable, Amount.max(Amount.subtract(unbilled, balance), Amount.zero));
}

/**
 * The most that a debit may take now. What is there may always be spent; on credit there is as much more as leaves all that would be owed
 * then within the limit.
 */
export function availableOf({ balance, limit, receivable, unbilled }: CreditStanding): Amount {
  const onCredit = Amount.subtract(Amount.add(balance, limit), Amount.add(receivable, unbilled));
  return Amount.max(Amount.max(balance, onCredit), Amount.zero);
}

/** Whether nothing is left of the limit of a customer who pays afterwards. */
export function isLimitReached(standing: CreditStanding): boolean {
  const owed = owedOf(standing);
  return Amount.compare(owed, Amount.zero) > 0 && Amount.compare(owed, standing.limit) >= 0;
}
