import { advanceFee, draftOfFees, type FeeDraft, type UsageFacts } from '@farthing/core/billing';
import { Amount, type Currency, Precise } from '@farthing/core/money';
import { groupKey } from '@farthing/core/rating';
import { type UsageSpan, usagePeriodAt } from '@farthing/core/subscriptions';
import { Period } from '@farthing/core/time';
import { z } from 'zod';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { type PlanCharge, planUpdated } from '../catalog/index.ts';
import { lockBilling } from '../customers/index.ts';
import { lockCoupons } from '../discounts/index.ts';
import { type FeeOfNext, isEventsExpired, measureSteps, type SupposedEvent } from '../metering/index.ts';
import { findSubscription, loadPhasePlan, loadPhases, type SubscriptionPhase, type SubscriptionRow, subscriptionCreated, subscriptionPlanChanged } from '../subscriptions/index.ts';
import { announce } from './announceInvoice.ts';
import { billedPeriodAt } from './billedPeriods.sql.ts';
import { finalizeDraft } from './finalizeInvoice.ts';
import type { UsageFollower } from './followUsage.ts';
import { arrivedInAdvance, type BilledInAdvance, billedInAdvance, hasChargesInAdvance } from './inAdvance.sql.ts';
import { readParties } from './invoiceParties.ts';
import { invoiceCreated } from './invoicing.events.ts';
import { ofNoBoundary } from './invoiceSubscriptions.sql.ts';
import { keepDeductions } from './keepDeductions.ts';
import { loadDeductions } from './loadDeductions.ts';
import { type FeeEvent, insertFees, postInvoice } from './postInvoice.ts';
import { spanOf } from './readLateUsage.ts';

interface EventFee {
  readonly fee: FeeDraft;
  readonly event: FeeEvent;
}

interface UsageOfPhase {
  readonly phase: SubscriptionPhase;
  readonly usage: UsageSpan;
}

const group = z.record(z.string(), z.string().nullable());

/** Tells the lines of a charge apart: its filter and its group. */
const lineKey = (filterId: string | null, by: Readonly<Record<string, string | null>>): string =>
  `${filterId ?? ''} ${groupKey(Object.keys(by).length === 0 ? null : by)}`;

/** Bills single events as they come, where charges are paid in advance. */
export const followInAdvance: UsageFollower = {
  name: 'in_advance',
  startsOn: [planUpdated, subscriptionCreated, subscriptionPlanChanged],
  isWanted: hasChargesInAdvance,
  arrived: arrivedInAdvance,
  take: billArrived,
};

/** Bills the events of the usage periods that hold these instants which no fee has billed yet, each by a fee of its own (P6). Not in periods of which events are not kept any more. */
async function billArrived(tx: Tx, subscriptionId: string, instants: readonly Temporal.Instant[]): Promise<void> {
  const found = await findSubscription(tx.db, subscriptionId);
  if (found === undefined || found.started_at === null) return;
  await lockBilling(tx, found.customer_id);
  const subscription = await findSubscription(tx.db, subscriptionId);
  if (subscription === undefined) return;
  const phases = await loadPhases(tx.db, subscription);
  const periods: UsageOfPhase[] = [];
  for (const at of instants) {
    if (periods.some(({ usage }) => Period.contains(usage.period, at))) continue;
    const found = await usageHolding(tx.db, subscription.id, phases, at);
    if (found !== null) periods.push(found);
  }
  for (const { phase, usage } of periods) {
    await billInAdvance(tx, subscription, phase, usage).catch((error: unknown) => {
      // Nothing was written yet: the events of that period are read first.
      if (!isEventsExpired(error)) throw error;
    });
  }
}

/** The usage period that holds an instant, with the terms of that time: as it was billed, where that is over and done. */
async function usageHolding(db: ReadDb, subscriptionId: string, phases: readonly SubscriptionPhase[], at: Temporal.Instant): Promise<UsageOfPhase | null> {
  const phase = phases.find(({ terms: { opened } }) => opened === null || Temporal.Instant.compare(opened.at, at) <= 0);
  if (phase === undefined) return null;
  const { billedThrough } = phase.terms;
  const isBilled = billedThrough !== null && Temporal.Instant.compare(at, billedThrough.at) < 0;
  const billed = isBilled ? await billedPeriodAt(db, subscriptionId, at) : undefined;
  const usage = billed === undefined ? usagePeriodAt(phase.terms, at) : spanOf(billed);
  return usage === null ? null : { phase, usage };
}

/**
 * Bills what no fee has billed yet of the charges that are paid in advance, in one usage period: those that are invoiced on one invoice
 * at once, the others as fees without an invoice, to be collected elsewhere. The caller holds the customer's billing lock, so nothing is
 * billed twice; a charge bills an event once for ever.
 */
export async function billInAdvance(tx: Tx, subscription: SubscriptionRow, phase: SubscriptionPhase, usage: UsageSpan): Promise<void> {
  const plan = await loadPhasePlan(tx.db, phase);
  const charges = plan.charges.filter(({ payInAdvance }) => payInAdvance);
  if (charges.length === 0) return;
  const facts: UsageFacts = {
    customer: { externalId: subscription.customer_external_id ?? subscription.customer_id },
    subscription: { id: subscription.id, externalId: subscription.external_id, terms: phase.terms },
    charges: [],
    usage,
  };
  const billed = await billedInAdvance(tx.db, subscription.id, usage.period);
  const invoiced: EventFee[] = [];
  const collected: EventFee[] = [];
  for (const charge of charges) {
    for (const made of await feesOfCharge(tx.db, subscription, charge, facts, billed))
      (charge.definition.invoiceable && !Amount.isZero(made.fee.amount) ? invoiced : collected).push(made);
  }
  await invoiceAtOnce(tx, subscription, usage, plan.currency, invoiced);
  const target = { id: null, customer_id: subscription.customer_id, subscription_id: subscription.id, currency: plan.currency };
  await insertFees(tx, collected, target);
}

/** What one more event would be billed, by what bills those that came. */
export const feeOfNext: FeeOfNext = async (db, subscription, charge, facts, suppose) => {
  const billed = await billedInAdvance(db, subscription.id, facts.usage.period);
  const fees = await feesOfCharge(db, subscription, charge, facts, billed, suppose);
  return fees.find(({ event }) => event.id === suppose.event.id)?.fee ?? null;
};

async function feesOfCharge(
  db: ReadDb,
  subscription: SubscriptionRow,
  charge: PlanCharge,
  facts: UsageFacts,
  billed: readonly BilledInAdvance[],
  suppose: SupposedEvent | null = null,
): Promise<readonly EventFee[]> {
  const own = billed.filter((row) => row.charge_id === charge.definition.id);
  const marks = new Map(own.map((row) => [lineKey(row.charge_filter_id, group.parse(row.grouped_by)), Precise.parse(row.mark)]));
  const steps = await measureSteps(db, subscription, charge, facts.usage, suppose);
  return steps.map(({ event, unitsBefore, usage }) => {
    const key = lineKey(usage.filterId, usage.group ?? {});
    const mark = marks.get(key) ?? Precise.zero;
    const fee = advanceFee(facts, { definition: charge.definition, usage: [usage] }, { usage, unitsBefore, mark });
    marks.set(key, Precise.add(mark, fee.precise));
    return { fee, event };
  });
}

async function invoiceAtOnce(tx: Tx, subscription: SubscriptionRow, usage: UsageSpan, currency: Currency, fees: readonly EventFee[]): Promise<void> {
  if (fees.length === 0) return;
  await lockCoupons(tx.db, subscription.customer_id);
  const deductions = await loadDeductions(tx.db, { customerId: subscription.customer_id, currency, invoiceId: null });
  const draft = draftOfFees(deductions, { fees: fees.map(({ fee }) => fee), at: tx.scope.now, currency, billingPeriod: usage.period });
  const { grace: _grace, ...parties } = await readParties(tx, subscription.customer_id);
  const made = { ...parties, type: 'subscription', subscriptions: [ofNoBoundary(subscription.id, subscription.phase, draft.billingPeriod)] } as const;
  const invoice = await postInvoice(tx, draft, made, tx.scope.now);
  if (invoice === null) return;
  const lines = draft.fees.map((fee, index) => ({ fee, event: fees[index]?.event }));
  await insertFees(tx, lines, invoice);
  await keepDeductions(tx, invoice, draft);
  const created = await announce(tx, invoiceCreated, invoice.id);
  await finalizeDraft(tx, { row: invoice, lateCredits: [] }, created);
}
