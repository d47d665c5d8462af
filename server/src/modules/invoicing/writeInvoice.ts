import type { InvoiceDraft } from '@farthing/core/billing';
import type { Tx } from '../../kernel/envelope.ts';
import { announce, type readInvoice } from './announceInvoice.ts';
import { takeAddOns } from './appliedAddOns.sql.ts';
import { invoiceCreated } from './invoicing.events.ts';
import type { InvoiceRow } from './invoicing.sql.ts';
import { keepBilledPeriod, recheckLate } from './keepBilledPeriod.ts';
import { keepDeductions } from './keepDeductions.ts';
import type { LoadedFacts, LoadedPart } from './loadFacts.ts';
import { type InvoiceParties, insertFees, postInvoice } from './postInvoice.ts';

/** A subscription's part of an invoice, and what tells it from others that are alike. */
export interface BilledPart extends LoadedPart {
  /** Which of several of its kind at one instant. */
  readonly turn: number;
  /** The number of the phase whose usage it bills. */
  readonly phase: number;
}

/** What an invoice of subscriptions is written from. */
interface Computed {
  readonly facts: LoadedFacts<BilledPart>;
  readonly draft: InvoiceDraft;
}

interface WrittenInvoice {
  readonly row: InvoiceRow;
  readonly created: Awaited<ReturnType<typeof readInvoice>>;
}

/**
 * Writes an invoice of one subscription or several with all that belongs to it, and tells of it: the usage that it bills of each, its fees,
 * the add-ons that waited for it, the coupons and taxes. Without `finalizeAt` it stays a draft until somebody finalizes it. Null: it exists
 * already.
 */
export async function writeInvoice(
  tx: Tx,
  { facts, draft }: Computed,
  parties: Omit<InvoiceParties, 'subscriptions' | 'type'>,
  finalizeAt: Temporal.Instant | null,
): Promise<WrittenInvoice | null> {
  const subscriptions = facts.parts.map(({ subscription: { id, terms }, invoicePlan: { kind, at, billingPeriod }, turn, phase }) => ({
    subscriptionId: id,
    due: { kind, at },
    turn,
    phase,
    opened: terms.billedThrough,
    billingPeriod,
  }));
  const row = await postInvoice(tx, draft, { ...parties, type: 'subscription', subscriptions }, finalizeAt);
  if (row === null) return null;
  await recheckLate(tx, draft);
  await insertFees(tx, draft.fees.map((fee) => ({ fee })), { ...row, billedPeriods: await keepPeriods(tx, row.id, facts.parts) });
  await takeAddOns(tx.db, row.id, facts.addOns);
  await keepDeductions(tx, row, draft);
  return { row, created: await announce(tx, invoiceCreated, row.id) };
}

/** Keeps which usage an invoice bills of each subscription; by subscription the period that was kept, or is kept already. */
export async function keepPeriods(
  tx: Tx,
  invoiceId: string,
  parts: readonly LoadedPart[],
  before: ReadonlyMap<string, string> = new Map(),
): Promise<ReadonlyMap<string, string>> {
  const kept = new Map<string, string>();
  for (const part of parts) {
    const { id } = part.subscription;
    const period = await keepBilledPeriod(tx, part, invoiceId, before.get(id));
    if (period !== null) kept.set(id, period);
  }
  return kept;
}
