import type { InvoiceDraft } from '@farthing/core/billing';
import type { Tx } from '../../kernel/envelope.ts';
import { announce, type readInvoice } from './announceInvoice.ts';
import { takeAddOns } from './appliedAddOns.sql.ts';
import { invoiceCreated } from './invoicing.events.ts';
import type { InvoiceRow } from './invoicing.sql.ts';
import { keepBilledPeriod } from './keepBilledPeriod.ts';
import { keepDeductions } from './keepDeductions.ts';
import type { LoadedFacts } from './loadFacts.ts';
import { type InvoiceParties, insertFees, postInvoice } from './postInvoice.ts';

/** What an invoice of a subscription is written from. */
interface Computed {
  readonly subscriptionId: string;
  readonly facts: LoadedFacts;
  readonly draft: InvoiceDraft;
}

interface WrittenInvoice {
  readonly row: InvoiceRow;
  readonly created: Awaited<ReturnType<typeof readInvoice>>;
}

/**
 * Writes an invoice of a subscription with all that belongs to it, and tells of it: the usage that it bills, its fees, the add-ons that
 * waited for it, the coupons and taxes. Without `finalizeAt` it stays a draft until somebody finalizes it. Null: it exists already.
 */
export async function writeInvoice(
  tx: Tx,
  { subscriptionId, facts, draft }: Computed,
  parties: InvoiceParties,
  finalizeAt: Temporal.Instant | null,
): Promise<WrittenInvoice | null> {
  const row = await postInvoice(tx, draft, parties, finalizeAt);
  if (row === null) return null;
  const billedPeriodId = await keepBilledPeriod(tx, subscriptionId, row.id, facts, draft);
  await insertFees(tx, draft.fees.map((fee) => ({ fee })), { ...row, billedPeriodId });
  await takeAddOns(tx.db, row.id, facts.addOns);
  await keepDeductions(tx, row, draft);
  return { row, created: await announce(tx, invoiceCreated, row.id) };
}
