import { Amount } from '../money/index.ts';

/** A note with what is left of its credit. */
interface CreditLeft {
  readonly id: string;
  readonly balance: Amount;
}

/** What of what is due on an invoice is taken of each note (I1): the first given first, each as far as it goes. Notes of which nothing is taken are left out. */
export function takeCredits(notes: readonly CreditLeft[], due: Amount): { readonly noteId: string; readonly amount: Amount }[] {
  const taken: { noteId: string; amount: Amount }[] = [];
  let left = due;
  for (const { id, balance } of notes) {
    const amount = Amount.min(balance, left);
    if (Amount.compare(amount, Amount.zero) <= 0) continue;
    left = Amount.subtract(left, amount);
    taken.push({ noteId: id, amount });
  }
  return taken;
}
