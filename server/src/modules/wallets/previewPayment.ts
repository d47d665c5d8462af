import { Amount } from '@farthing/core/money';
import { type DueFee, payFromWallets } from '@farthing/core/wallets';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { lotsOf, spendableOf, spendableWallets } from './wallets.sql.ts';

interface InvoiceToCome {
  readonly customerId: string;
  readonly currency: string;
  /** When it is issued: what has expired by then does not pay. */
  readonly at: Temporal.Instant;
  readonly fees: readonly DueFee[];
}

/** What the customer's wallets would pay of an invoice with what is in them now. */
export async function previewPayment(db: ReadDb, { customerId, currency, at, fees }: InvoiceToCome): Promise<Amount> {
  const wallets = await spendableWallets(db, { customerId, currency, at });
  const lots = await lotsOf(db, wallets.map(({ id }) => id), at);
  return Amount.sum(payFromWallets(fees, wallets.map((row) => spendableOf(row, lots.get(row.id) ?? []))).map((use) => use.amount));
}
