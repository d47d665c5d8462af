import { amountLeft, type CreditableInvoice, type NoteType, type Standing } from '@farthing/core/credits';
import { Amount } from '@farthing/core/money';
import type { Read } from '../../kernel/envelope.ts';
import { conflict } from '../../kernel/problem.ts';
import { leftOfPurchase } from '../wallets/index.ts';
import type { InvoiceRow } from './invoicing.sql.ts';

/**
 * An invoice that sold credits of a wallet, as a note may give it back: what is left of the credits, for money. What was spent of them is as
 * good as given back. Throws 409 for another type of note, and while the credits are not there.
 */
export async function creditableSale<C extends CreditableInvoice>(read: Pick<Read, 'db' | 'scope'>, invoice: InvoiceRow, creditable: C, type: NoteType): Promise<C> {
  if (type !== 'refund') throw conflict('sells_credits', 'This invoice sells credits of a wallet: unpaid it can be voided; of what was paid for, what is left is given back by a refund.');
  const left = await leftOfPurchase(read, invoice.id);
  if (left === null) throw conflict('purchase_pending', 'These credits are not paid for yet: void the invoice, or write off the rest of it.');
  const fees = creditable.fees.map((fee) => {
    const gone = Amount.subtract(amountLeft(fee), Amount.min(left, amountLeft(fee)));
    return { ...fee, given: { ...fee.given, amount: Amount.add(fee.given.amount, gone) } };
  });
  return { ...creditable, fees };
}

/** All of such a note is paid back: nothing of it lowers what was given up of the invoice, for those credits never came. */
export const standingOfSale = ({ refundable }: Standing): Standing => ({ due: Amount.zero, refundable });
