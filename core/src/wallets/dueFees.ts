import { Amount } from '../money/index.ts';
import type { DueFee } from './payFromWallets.ts';
import type { ScopedFee } from './scope.ts';

/** A fee with what it comes to, less coupons and with tax. */
interface PayableFee extends ScopedFee {
  readonly id: string;
  readonly total: Amount;
}

/**
 * What is still to be paid of each fee once credit notes were taken off the invoice: they are spread over the fees in proportion to what each
 * comes to (I1, M6). So is a fee that is below nothing: what is due on the fees is what is due on the invoice, and no wallet pays more. The
 * credit is at most the sum of the fees.
 */
export function dueFees(fees: readonly PayableFee[], credit: Amount): DueFee[] {
  const weights = fees.map(({ total }) => Amount.max(total, Amount.zero));
  const sum = Amount.sum(weights);
  const below = Amount.subtract(sum, Amount.sum(fees.map(({ total }) => total)));
  const off = Amount.allocate(Amount.min(Amount.add(credit, below), sum), weights);
  return fees.map(({ total: _total, ...fee }, index) => ({ ...fee, due: Amount.subtract(weights[index] ?? Amount.zero, off[index] ?? Amount.zero) }));
}
