import { Amount } from '../money/index.ts';

/** What a note is for: credit for invoices to come, money back, or less to pay on its own invoice. */
export type NoteType = 'credit' | 'refund' | 'offset';

/** How an invoice stands when a note is issued on it. */
export interface Standing {
  /** Not below zero. */
  readonly due: Amount;
  /** Money that arrived for it, less what notes gave or will give back of it. */
  readonly refundable: Amount;
}

export interface NoteSplit {
  /** Lowers what is owed on the note's own invoice. */
  readonly offset: Amount;
  /** Becomes credit of the customer. */
  readonly credit: Amount;
  /** Is paid back. */
  readonly refund: Amount;
}

/**
 * Where a note goes (I5): first it lowers what is owed on its invoice. The rest is credit; of a refund it is money back as far as money had
 * arrived, or as much of it as is asked for, and credit beyond. Null where it does not fit: an offset over more than what is owed, or more
 * money back than there is to give.
 */
export function splitNote(total: Amount, type: NoteType, { due, refundable }: Standing, asked: Amount | null = null): NoteSplit | null {
  const offset = Amount.min(total, Amount.max(due, Amount.zero));
  const rest = Amount.subtract(total, offset);
  if (type === 'offset') return Amount.isZero(rest) && isNothing(asked) ? { offset, credit: Amount.zero, refund: Amount.zero } : null;
  if (type === 'credit') return isNothing(asked) ? { offset, credit: rest, refund: Amount.zero } : null;
  const most = Amount.min(rest, Amount.max(refundable, Amount.zero));
  const refund = asked ?? most;
  return Amount.compare(refund, most) > 0 ? null : { offset, credit: Amount.subtract(rest, refund), refund };
}

const isNothing = (asked: Amount | null): boolean => asked === null || Amount.isZero(asked);
