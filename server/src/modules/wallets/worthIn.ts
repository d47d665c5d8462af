import { Amount, AmountOutOfRange, type Quantity, Rate } from '@farthing/core/money';
import { worthOf } from '@farthing/core/wallets';
import { invalid } from '../../kernel/problem.ts';

/** What credits are worth at a wallet's rate, in minor units. Throws 422 at the path where that is not a whole number of them. */
export function worthIn(credits: Quantity, rate: Rate, path: string): bigint {
  try {
    const worth = worthOf(credits, rate);
    if (worth !== null) return Amount.toBigInt(worth);
  } catch (error) {
    throw error instanceof AmountOutOfRange ? invalid(path, 'too_many', 'These credits are worth more than an amount can be.') : error;
  }
  throw invalid(path, 'not_whole_amount', `At ${Rate.toString(rate)} minor units a credit these credits are not worth a whole number of minor units.`);
}
