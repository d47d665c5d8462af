import { composeNote, partOfPrice, splitNote } from '@farthing/core/credits';
import { Amount } from '@farthing/core/money';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { findInvoice } from './invoicing.sql.ts';
import { readCreditable, standingOf } from './readCreditable.ts';
import type { unusedCredits } from './unusedDays.ts';

type Credits = Awaited<ReturnType<typeof unusedCredits>>;

/** What credits of unused days come to without tax, less what coupons had paid of them. */
export function sumOfCredits(credits: Credits): Amount {
  return Amount.sum(credits.map(({ creditable, price }) => composeNote({ fees: [creditable], taxes: [] }, [partOfPrice(creditable, price)])?.total ?? Amount.zero));
}

/** What they leave for the next invoice once they have lowered what is owed on the invoices of their fees (I5). */
export async function creditLeft(db: ReadDb, credits: Credits): Promise<Amount> {
  const left: Amount[] = [];
  for (const [id, of] of Map.groupBy(credits, ({ fee }) => fee.invoice_id)) {
    const invoice = id === null ? undefined : await findInvoice(db, id);
    if (invoice === undefined) continue;
    const composed = composeNote(await readCreditable(db, invoice), of.map(({ creditable, price }) => partOfPrice(creditable, price)));
    const split = composed && splitNote(composed.total, 'credit', await standingOf(db, invoice));
    left.push(split?.credit ?? Amount.zero);
  }
  return Amount.sum(left);
}
