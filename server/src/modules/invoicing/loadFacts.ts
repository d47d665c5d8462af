import type { BillingFacts, PartFacts } from '@farthing/core/billing';
import { Amount, type Currency } from '@farthing/core/money';
import { type BilledThrough, closedPeriod, type InvoiceKind, type InvoicePlan, invoicePlan, type SubscriptionTerms, type Successor } from '@farthing/core/subscriptions';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { Plan, PlanCharge } from '../catalog/index.ts';
import { measureUsage } from '../metering/index.ts';
import { heldUnits, loadPhasePlan, type SubscriptionPhase, type SubscriptionRow } from '../subscriptions/index.ts';
import { waitingAddOns, type WaitingAddOn } from './appliedAddOns.sql.ts';
import { billedInAdvance } from './inAdvance.sql.ts';
import { loadDeductions } from './loadDeductions.ts';
import { agreedDifference, billedAheadTo, postedIn } from './invoicing.sql.ts';
import { billedWithin } from './progressive.sql.ts';
import { readInterim } from './readInterim.ts';
import { readLateUsage } from './readLateUsage.ts';

const { compare } = Temporal.Instant;

/** Facts, and what is kept of them once an invoice is made. */
export interface LoadedFacts<P extends LoadedPart = LoadedPart> extends BillingFacts {
  readonly parts: readonly P[];
  readonly addOns: readonly WaitingAddOn[];
}

/** The same of one subscription's part. */
export interface LoadedPart extends PartFacts {
  /** Those paid in arrears, by which the usage is priced. */
  readonly planCharges: readonly PlanCharge[];
  /** The plans whose fees may be billed: the one that is loaded, and what the subscription changes to. */
  readonly planIds: readonly string[];
  /** See `LateUsage`. */
  readonly lateCheckedTo: string;
}

/** Whose an invoice is, and which one where it is a draft already. */
export interface InvoiceOf {
  readonly customerId: string;
  readonly currency: Currency;
  readonly draftId: string | null;
}

/** Facts of an invoice of these parts: what is the customer's and not a single subscription's is read once. */
export async function loadFacts<P extends LoadedPart>(db: ReadDb, { customerId, currency, draftId }: InvoiceOf, parts: readonly P[]): Promise<LoadedFacts<P>> {
  const planIds = [...new Set(parts.flatMap((part) => part.planIds))];
  return {
    parts,
    addOns: await waitingAddOns(db, customerId, currency, draftId),
    ...(await loadDeductions(db, { customerId, currency, invoiceId: draftId }, planIds)),
  };
}

/** Which invoice of a subscription. */
export interface InvoiceCause {
  readonly at: Temporal.Instant;
  readonly kind: InvoiceKind;
  /** Of a change of plan the one that closes, else the present one, or that of the time when the draft was made. */
  readonly phase: SubscriptionPhase;
  /** Which of several of this kind; read of a change of units alone. */
  readonly turn?: number;
}

/**
 * Reads, in one snapshot, everything this subscription's part of the invoice at this instant depends on; null when there is
 * nothing to invoice. Invoices, previews and refreshed drafts read the same facts, so they cannot disagree.
 */
export async function loadPart(
  db: ReadDb,
  subscription: SubscriptionRow,
  { at, kind, phase, turn }: InvoiceCause,
  draftId?: string,
): Promise<LoadedPart | null> {
  const covered = invoicePlan(phase.terms, at, kind);
  return covered === null ? null : partFor(db, subscription, { ...phase, plan: await loadPhasePlan(db, phase), settles: kind === 'units_change' ? (turn ?? null) : null }, covered, draftId);
}

/**
 * The part of a draft made before, as they are now: the usage opens where it opened then. An end that came since, or was agreed on since, shortens
 * what is billed in advance only where unused days are to be credited (I1a): a draft is no debt yet, so nothing is credited
 * on it, it is simply right.
 */
export async function loadPartAgain(
  db: ReadDb,
  subscription: SubscriptionRow,
  { phase, ...cause }: InvoiceCause,
  opened: BilledThrough | null,
  draftId: string,
): Promise<LoadedPart | null> {
  const aheadTo = await billedAheadTo(db, draftId, subscription.id);
  const again = (terms: SubscriptionTerms): SubscriptionTerms => {
    const { terminatedAt, endingAt, successor } = terms;
    const then = { ...terms, billedThrough: opened, successor: successor === null ? null : { ...successor, terms: again(successor.terms) } };
    if (terms.terminationAction === 'generate_credit_note') return then;
    const endedSince = terminatedAt !== null && compare(terminatedAt, cause.at) > 0;
    const endsBefore = endingAt !== null && aheadTo !== null && compare(endingAt, aheadTo) < 0;
    return { ...then, terminatedAt: endedSince ? null : terminatedAt, endingAt: endsBefore ? aheadTo : endingAt };
  };
  const then = again(phase.terms);
  const { successor } = then;
  const followed = successor === null ? then : { ...then, successor: { ...successor, terms: await asAgreed(db, draftId, then, successor) } };
  return loadPart(db, subscription, { ...cause, phase: { ...phase, terms: followed } }, draftId);
}

/** A difference of two prices is settled with the change: what either plan costs later does not make it another one, nor less than nothing. */
async function asAgreed(db: ReadDb, invoiceId: string, { plan: old }: SubscriptionTerms, { terms, proration }: Successor): Promise<SubscriptionTerms> {
  if (proration !== 'difference' || !old.payInAdvance) return terms;
  const agreed = await agreedDifference(db, invoiceId);
  return agreed === null ? terms : { ...terms, plan: { ...terms.plan, amount: Amount.add(old.amount, agreed) } };
}

/** By what an invoice is priced: the plan of a phase, and which plan follows it. */
interface BilledPlan extends Pick<SubscriptionPhase, 'terms' | 'nextPlanId'> {
  readonly plan: Plan;
  /** The turn of the change of units that is settled; null on all other invoices. */
  readonly settles?: number | null;
}

/** The fixed charges of the plan that a change opens, where its invoice has any of them. */
async function fixedChargesAfter(db: ReadDb, nextPlanId: string | null, { fixedFees }: InvoicePlan): Promise<Plan['fixedCharges']> {
  if (nextPlanId === null || !fixedFees.some(({ next }) => next)) return [];
  return (await loadPhasePlan(db, { planId: nextPlanId, overrides: null })).fixedCharges;
}

/** The part of whatever an invoice is to cover; `draftId` is the invoice itself where it is a draft already. */
export async function partFor(
  db: ReadDb,
  subscription: SubscriptionRow,
  { plan, terms, nextPlanId, settles = null }: BilledPlan,
  covered: InvoicePlan,
  draftId: string | null = null,
): Promise<LoadedPart> {
  // Before usage is measured, so that an event that comes meanwhile is looked at once more rather than never.
  const late = await readLateUsage(db, subscription, draftId);
  const usage = covered.usage;
  const [inAdvance, inArrears] = [plan.charges.filter(({ payInAdvance }) => payInAdvance), plan.charges.filter(({ payInAdvance }) => !payInAdvance)];
  const charges = usage === null ? [] : await measureUsage(db, { subscription, charges: inArrears, usage });
  const billed = usage === null || inAdvance.length === 0 ? [] : await billedInAdvance(db, subscription.id, usage.period);
  return {
    customer: { externalId: subscription.customer_external_id ?? subscription.customer_id },
    subscription: { id: subscription.id, externalId: subscription.external_id, terms },
    invoicePlan: covered,
    fixedCharges: [
      ...plan.fixedCharges.map((charge) => ({ ...charge, ...heldUnits(subscription, charge), settles, next: false })),
      ...(await fixedChargesAfter(db, nextPlanId, covered)).map((charge) => ({ ...charge, ...heldUnits(subscription, charge), settles, next: true })),
    ],
    charges,
    advance: inAdvance.map(({ definition }) => ({
      definition,
      posted: Amount.sum(billed.filter(({ charge_id: id }) => id === definition.id).map(({ posted }) => Amount.of(posted))),
    })),
    commitment: await commitmentFacts(db, subscription, plan, terms, covered, draftId),
    interim: await readInterim(db, subscription.id, covered, draftId),
    late: late.facts,
    planCharges: inArrears,
    lateCheckedTo: late.checkedTo,
    progressive: usage === null ? [] : await billedWithin(db, subscription.id, usage.period),
    planIds: [plan.row.id, ...plansAfter(terms)],
  };
}

const plansAfter = ({ successor }: SubscriptionTerms): string[] => (successor === null ? [] : [successor.terms.plan.id, ...plansAfter(successor.terms)]);

/** The plan's minimum where the invoice closes a period of the plan, and what other invoices have of that period. */
async function commitmentFacts(
  db: ReadDb,
  subscription: SubscriptionRow,
  { commitment }: Plan,
  terms: SubscriptionTerms,
  covered: InvoicePlan,
  draftId: string | null,
): Promise<PartFacts['commitment']> {
  const closed = commitment === null ? null : closedPeriod(terms, covered.at, covered.kind);
  if (commitment === null || closed === null) return null;
  return { ...commitment, period: closed, posted: Amount.of(await postedIn(db, subscription.id, closed, draftId)) };
}
