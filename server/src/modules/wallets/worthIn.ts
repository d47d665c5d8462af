import { Amount, AmountOutOfRange, type Quantity, Rate } from '@farthing/core/money';
import { worthOf } from '@farthing/core/wallets';
import { invalid } from '../../kernel/problem.ts';

// Far above any balance that means something, and far below what an integer of the wire holds: sums never overflow.
export const mostInWallet = 10n ** 15n;

/** What credits are worth at a wallet's rate, in minor units. Throws 422 at the path where that is not a whole number of them, or too many. */
export function worthIn(credits: Quantity, rate: Rate, path: string): bigint {
  const tooMany = () => invalid(path, 'too_many', 'These credits are worth more than a wallet can hold.');
  let worth: Amount | null;
  try {
    worth = worthOf(credits, rate);
  } catch (error) {
    throw error instanceof AmountOutOfRange ? tooMany() : error;
  }
  if (worth !== null && Amount.toBigInt(worth) > mostInWallet) throw tooMany();
  if (worth !== null) return Amount.toBigInt(worth);
  throw invalid(path, 'not_whole_amount', `At ${Rate.toString(rate)} minor units a credit these credits are not worth a whole number of minor units.`);
}
