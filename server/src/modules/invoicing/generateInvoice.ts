import { Currency } from '@farthing/core/money';
import { dayAfter, type InvoiceKind, openDay } from '@farthing/core/subscriptions';
import type { Tx } from '../../kernel/envelope.ts';
import { invalid } from '../../kernel/problem.ts';
import { lockBilling } from '../customers/index.ts';
import { lockCoupons } from '../discounts/index.ts';
import { findSubscription, hasEarlierFixedCharges, loadPhase, markBilledThrough, type SubscriptionPhase, type SubscriptionRow } from '../subscriptions/index.ts';
import { creditUnusedDays } from './applyCreditNotes.ts';
import { billInAdvance } from './billInAdvance.ts';
import { creditLateUsage } from './creditLateUsage.ts';
import { unusedByUnits } from './unusedByUnits.ts';
import { type UnusedFrom, unusedByChange } from './unusedDays.ts';
import { finalizeDraft } from './finalizeInvoice.ts';
import { isPaidAfter } from './inAdvance.sql.ts';
import { isInvoicedAfter } from './interim.sql.ts';
import { readParties } from './invoiceParties.ts';
import { finalizeTimer } from './invoicing.jobs.ts';
import { keepBilledPeriod } from './keepBilledPeriod.ts';
import { leaveOutNothing } from './leaveOutNothing.ts';
import { type InvoiceCause, type InvoiceOf, type LoadedPart, loadFacts, loadPart } from './loadFacts.ts';
import { type BilledPart, writeInvoice } from './writeInvoice.ts';

/** What falls due for subscriptions of one customer at once and is to be invoiced together; only of a boundary there may be several. */
export interface BillingDue {
  readonly subscriptionIds: readonly string[];
  readonly at: Temporal.Instant;
  readonly kind: InvoiceKind;
  /** Which of several of this kind at one instant; 0 where there is one. */
  readonly turn: number;
}

/**
 * The days that were paid in advance and will not be used: those after a pause (T3b), after an end where that was asked for (I1a), and
 * from the day a new plan has them (T3a). Null where nothing is credited.
 */
function unusedFrom({ terms }: SubscriptionPhase, { at, kind }: Pick<BillingDue, 'at' | 'kind'>): UnusedFrom | null {
  if (kind === 'pause') return { at, reason: 'order_change', firstUnused: (zone) => dayAfter(at, zone) };
  if (kind === 'termination' && terms.terminationAction === 'generate_credit_note')
    return { at, reason: 'order_cancellation', firstUnused: (zone) => dayAfter(at, zone) };
  return kind === 'plan_change' ? unusedByChange(terms, at) : null;
}

/** One subscription's part of what fell due, once what is paid in advance and came up to now is billed. */
export async function loadBilled(tx: Tx, subscription: SubscriptionRow, cause: InvoiceCause): Promise<LoadedPart | null> {
  await lockCoupons(tx.db, subscription.customer_id);
  const part = await loadPart(tx.db, subscription, cause);
  const usage = part?.invoicePlan.usage ?? null;
  if (usage === null || part?.advance.length === 0) return part;
  await billInAdvance(tx, subscription, cause.phase, usage);
  return loadPart(tx.db, subscription, cause);
}

/**
 * Bills what fell due: load facts, draft, post; of several subscriptions on one invoice. Without a grace period the invoice is finalized in
 * the same transaction, else its timer does it. Done twice, it changes nothing the second time. Where one of them cannot be billed, none is.
 */
export async function generateInvoice(tx: Tx, { subscriptionIds, ...due }: BillingDue): Promise<void> {
  const parts: BilledPart[] = [];
  let customer: Pick<InvoiceOf, 'customerId' | 'currency'> | null = null;
  for (const id of subscriptionIds) {
    const subscription = await findSubscription(tx.db, id);
    if (subscription === undefined) throw new Error(`The subscription ${id} is gone.`);
    await lockBilling(tx, subscription.customer_id);
    customer ??= { customerId: subscription.customer_id, currency: Currency.parse(subscription.plan_currency) };
    const part = await loadDue(tx, subscription, due).catch((error: unknown) => {
      throw subscriptionIds.length === 1 ? error : naming(subscription, error);
    });
    if (part !== null) parts.push(part);
  }
  if (customer !== null && parts.length > 0) await invoiceParts(tx, { ...customer, draftId: null }, parts, due.at);
}

/** The part of one subscription, its usage taken for billed and unused days credited; null where there is nothing to invoice. */
async function loadDue(tx: Tx, subscription: SubscriptionRow, { at, kind, turn }: Omit<BillingDue, 'subscriptionIds'>): Promise<BilledPart | null> {
  if (kind === 'termination' && ((await isInvoicedAfter(tx.db, subscription.id, at)) || (await isPaidAfter(tx.db, subscription.id, at))))
    throw invalid('ended_at', 'before_what_is_invoiced', 'An invoice of this subscription covers time after this end; void it first.');
  if (kind === 'units_change' && (await hasEarlierFixedCharges(tx.db, subscription, at))) return null;
  const { number, phase } = await phaseOf(tx, subscription, { at, kind, turn });
  const unused = kind === 'units_change' ? await unusedByUnits(tx.db, subscription, phase, turn) : unusedFrom(phase, { at, kind });
  if (unused !== null) await creditUnusedDays(tx, subscription, unused);
  const part = await loadBilled(tx, subscription, { at, kind, phase, turn });
  if (part === null) return null;
  if (part.invoicePlan.billsThrough !== null) await markBilledThrough(tx, subscription.id, part.invoicePlan.billsThrough);
  return { ...part, turn, phase: number };
}

/**
 * The phase that is billed: of a change the one that closes, else the present one; of a resumption the one whose day it is, where a change had
 * left the days up to the end of the period to the plan before it (T3a), with those that follow.
 */
async function phaseOf(tx: Tx, subscription: SubscriptionRow, { at, kind, turn }: Omit<BillingDue, 'subscriptionIds'>) {
  let number = kind === 'plan_change' ? turn - 1 : subscription.phase;
  let phase = await loadPhase(tx.db, subscription, number);
  while (kind === 'resumption' && number > 0 && opensAfter(phase, at)) phase = await loadPhase(tx.db, subscription, --number, true);
  return { number, phase };
}

function opensAfter({ terms }: SubscriptionPhase, at: Temporal.Instant): boolean {
  return terms.opened !== null && Temporal.PlainDate.compare(openDay(terms, at), terms.opened.day) < 0;
}

/** Of several that are billed together, the fault names the one that it is of. Those of the database say themselves whether to try again. */
function naming({ external_id: name }: SubscriptionRow, error: unknown): unknown {
  if (!(error instanceof Error) || 'code' in error) return error;
  return new Error(`The subscription ${name} cannot be billed: ${error.message}`, { cause: error });
}

async function invoiceParts(tx: Tx, of: InvoiceOf, parts: readonly BilledPart[], at: Temporal.Instant): Promise<void> {
  const { facts, draft, left, lateCredits } = await leaveOutNothing(tx, await loadFacts(tx.db, of, parts));
  if (draft.fees.length === 0 && parts.every(({ invoicePlan }) => invoicePlan.kind === 'units_change')) return;
  for (const part of left) await keepBilledPeriod(tx, part, null);
  await creditLateUsage(tx, { lateCredits });
  if (facts === null) return;
  const { grace, ...parties } = await readParties(tx, of.customerId);
  const finalizeAt = at.toZonedDateTimeISO(parties.zone).add({ days: grace }).toInstant();
  const written = await writeInvoice(tx, { facts, draft }, parties, finalizeAt);
  if (written === null) return;
  const { row, created } = written;
  if (grace === 0) await finalizeDraft(tx, { row, lateCredits: draft.lateCredits }, created);
  else await tx.schedule(finalizeTimer, row.id, finalizeAt);
}
