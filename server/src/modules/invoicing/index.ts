import { invoiceKinds } from '@farthing/core/subscriptions';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import type { EventType, Reaction } from '../../kernel/event.ts';
import type { Module } from '../../kernel/module.ts';
import { subscriptionBillingDue } from '../subscriptions/index.ts';
import { followInAdvance } from './billInAdvance.ts';
import { followThresholds } from './billProgressively.ts';
import { eventAmended } from '../metering/index.ts';
import { cancelPurchase, closePurchase, settlePurchase, walletChanges, walletPurchaseRequested, walletTerminated } from '../wallets/index.ts';
import { appliedAddOnsOperations } from './appliedAddOns.routes.ts';
import { callOffPurchases } from './callOffPurchases.ts';
import { creditNotesOperations } from './creditNotes.routes.ts';
import { correctionsOperations } from './corrections.routes.ts';
import { generateInvoice } from './generateInvoice.ts';
import { invoiceCredits } from './invoiceCredits.ts';
import * as events from './invoicing.events.ts';
import { invoicingOperations } from './invoicing.routes.ts';
import { followUsage, type UsageFollower } from './followUsage.ts';
import { eventRetention } from './expireUsage.ts';
import { finalizeTimer } from './invoicing.jobs.ts';
import { overdueTimer } from './overdue.jobs.ts';
import { afterFinalized, followWallets, refreshAmended, refreshJob, refreshLater, refreshTimers } from './refreshWallets.ts';

export { feeOfNext } from './billInAdvance.ts';
export type { UsageFollower } from './followUsage.ts';
export { type ArrivedUsage, arrivedEvents, isRunning, type StoredSince } from './arrivedEvents.sql.ts';
export { InvoiceResponse } from './invoicing.schemas.ts';
export { findInvoice, lockInvoice, partiesOf } from './invoicing.sql.ts';
export { creditNotePdf } from './creditNoteDocument.ts';
export { findCreditNote } from './creditNotes.sql.ts';
export { invoicePdf } from './invoiceDocument.ts';
export { fill, languageOf } from './pdf/labels.ts';
export { readInvoice } from './announceInvoice.ts';
export { settleInvoice } from './settleInvoice.ts';
export { takeInvoice } from './takeInvoice.ts';

const invoiceOf = z.object({ id: z.string(), invoice_type: z.string(), written_off_amount_cents: z.int() });

/** What an invoice that sells credits of a wallet does to their purchase, in the transaction that does it to the invoice. */
const ofPurchase = (to: EventType, close: (tx: Tx, invoiceId: string, givenUp: bigint) => Promise<void>): Reaction => ({
  name: `invoicing.closePurchase.${to.name}`,
  to,
  inline: true,
  handle: async (tx, occurred) => {
    const { id, invoice_type: type, written_off_amount_cents: givenUp } = invoiceOf.parse(occurred.data);
    if (type === 'credit') await close(tx, id, BigInt(givenUp));
  },
});

/** Whatever moves what drafts or invoices have due, beside payments and being finalized. */
const draftChanges = [events.invoiceCreated, events.invoiceUpdated, events.invoiceVoided, events.invoiceDeleted, events.invoiceWrittenOff, events.invoiceWriteOffReversed];

const due = z.object({ subscription_ids: z.array(z.string()), at: z.string(), kind: z.enum(invoiceKinds), turn: z.int() });

/** Invoices, and whatever else follows usage as it arrives: the followers of higher modules are handed in. */
export function invoicing(others: readonly UsageFollower[], logger: Logger): Module {
  const followers = [followInAdvance, followThresholds, followWallets, ...others];
  const following = followUsage(followers, logger);
  const starts = new Set(followers.flatMap(({ startsOn }) => startsOn));
  return {
    name: 'invoicing',
    operations: [...invoicingOperations, ...correctionsOperations, ...creditNotesOperations, ...appliedAddOnsOperations],
    events: Object.values(events),
    timers: [finalizeTimer, overdueTimer, ...refreshTimers],
    jobs: [following.job, refreshJob],
    background: [eventRetention],
    reactions: [
      { name: 'invoicing.invoiceCredits', to: walletPurchaseRequested, inline: true, handle: invoiceCredits },
      ...[...walletChanges, ...draftChanges].map((to) => ({ name: `invoicing.refreshWallets.${to.name}`, to, inline: true, handle: refreshLater })),
      { name: 'invoicing.refreshAmended', to: eventAmended, inline: true, handle: refreshAmended },
      { name: 'invoicing.callOffPurchases', to: walletTerminated, inline: true, handle: callOffPurchases },
      { name: 'invoicing.afterFinalized', to: events.invoiceFinalized, inline: true, handle: afterFinalized },
      ofPurchase(events.invoicePaid, settlePurchase),
      ofPurchase(events.invoiceVoided, cancelPurchase),
      ofPurchase(events.invoiceWrittenOff, closePurchase),
      ...[...starts].map((to) => ({ name: `invoicing.followUsage.${to.name}`, to, inline: true, handle: following.start })),
      {
        // In the transaction that moved the subscription: either the period is closed and billed, or neither.
        name: 'invoicing.bill',
        to: subscriptionBillingDue,
        inline: true,
        handle: async (tx, occurred) => {
          const { subscription_ids: subscriptionIds, at, kind, turn } = due.parse(occurred.data);
          await generateInvoice(tx, { subscriptionIds, at: Temporal.Instant.from(at), kind, turn });
        },
      },
    ],
  };
}
