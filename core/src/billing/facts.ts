import type { GivenCoupon } from '../discounts/index.ts';
import type { AppliedAddOn } from './addOnFee.ts';
import type { MetricDefinition } from '../metering/index.ts';
import type { Amount, Quantity } from '../money/index.ts';
import type { ChargeProperties, CollectedUsage, Group, RatableCharge, RatedLine } from '../rating/index.ts';
import type { TaxFacts } from '../taxes/index.ts';
import type { ClosedPeriod, HeldUnits, InvoicePlan, SubscriptionTerms, UsageSpan } from '../subscriptions/index.ts';
import type { Period } from '../time/index.ts';

/**
 * One snapshot of everything an invoice depends on, read at one moment. An invoice, its preview, a simulation and a usage read are the same
 * functions of the same facts, so they cannot disagree.
 */
export interface BillingFacts extends DeductionFacts {
  /** One for each subscription that is billed, in the order of the document: at least one, all of one customer and currency at one instant. */
  readonly parts: readonly PartFacts[];
  /** What was sold to the customer and waits for an invoice in this currency (I1). */
  readonly addOns: readonly AppliedAddOn[];
}

/** What one subscription's part of an invoice depends on. */
export interface PartFacts extends ProgressiveFacts {
  readonly customer: CustomerFacts;
  readonly subscription: SubscriptionFacts;
  readonly invoicePlan: InvoicePlan;
  /** In the order of the plan, those of the plan that a change opens after those of the one that closes. */
  readonly fixedCharges: readonly FixedChargeFacts[];
  /** Those paid in arrears, in the order of the plan. */
  readonly charges: readonly ChargeFacts[];
  /** What charges that are paid in advance were billed for the period's events (P6). */
  readonly advance: readonly AdvanceFacts[];
  /** The plan's minimum where this invoice closes a period of the plan, else null (I1). */
  readonly commitment: CommitmentFacts | null;
  /** What was billed of the open period before its end. */
  readonly interim: InterimFacts;
  /** Charges of periods billed before in which events came late (E3). */
  readonly late: readonly LateUsageFacts[];
}

/** What invoices made within the period billed of its usage (I1). */
export interface ProgressiveFacts {
  readonly progressive: readonly ProgressivelyBilled[];
}

interface ProgressivelyBilled {
  readonly chargeId: string;
  /** Over all of them, each net of what it credited of those before it, less credit notes on them; before coupons and tax. */
  readonly billed: Amount;
}

/**
 * What lowers the fees of any invoice, and what tax is on them, however the fees came about. A list that no step reads is typed as
 * empty, so that nothing handed in can be silently ignored.
 */
export interface DeductionFacts {
  /** Those that the customer has and this invoice may take, in any order; amounts are in the invoice's currency. */
  readonly coupons: readonly CouponFacts[];
  readonly taxes: TaxFacts;
}

export interface CouponFacts extends GivenCoupon {
  readonly code: string;
  /** As invoices show it. */
  readonly name: string;
}

/** What reading the usage of one period takes. */
export interface UsageFacts extends Pick<PartFacts, 'customer' | 'subscription' | 'charges'> {
  readonly usage: UsageSpan;
}

interface CustomerFacts {
  readonly externalId: string;
}

interface SubscriptionFacts {
  readonly id: string;
  readonly externalId: string;
  /** Its currency is the document's, its zone that of every day on it. */
  readonly terms: SubscriptionTerms;
}

export interface ChargeFacts {
  readonly definition: ChargeDefinition;
  /** What has no usage may be left out: a filter without any, and the base, are priced at zero units. */
  readonly usage: readonly MeasuredUsage[];
}

/** An add-on in some quantity that a plan asks for with every period; the quantity may be the subscription's own. */
export interface FixedChargeFacts extends HeldUnits {
  readonly id: string;
  /** Of the add-on. */
  readonly code: string;
  readonly displayName: string;
  readonly properties: ChargeProperties;
  /** The turn of the change that the invoice settles; null on every other. */
  readonly settles: number | null;
  readonly payInAdvance: boolean;
  /** False: a period costs the whole price, however few days of it are billed. */
  readonly prorated: boolean;
  /** Of the plan that a change opens, not of the one that closes. */
  readonly next: boolean;
}

export interface CommitmentFacts {
  /** Null where the subscription has one that its plan has not. */
  readonly id: string | null;
  /** The least that a full period costs. */
  readonly amount: Amount;
  readonly displayName: string;
  readonly period: ClosedPeriod;
  /** The period's plan fees, less what was credited of them, and usage fees, less what was credited as usage that shrank, that other invoices have. */
  readonly posted: Amount;
}

/** What invoices that were asked for have billed of the period that this one bills. */
export interface InterimFacts {
  /** In arrears, of the days that were over; in order of time. */
  readonly planFees: readonly InterimPlanFee[];
  /** Null where no such invoice was made since the usage period opened. */
  readonly usage: InterimUsage | null;
}

interface InterimPlanFee {
  readonly service: Period;
  readonly days: bigint;
  readonly amount: Amount;
}

export interface InterimUsage {
  /** One of the parts of the period that were billed, by which its fees are found. */
  readonly billedPeriodId: string;
  /** Up to when usage was billed last. */
  readonly through: Temporal.Instant;
  readonly lines: readonly InterimLine[];
}

/** What a filter and group of a charge was billed so far, less what was credited of it as usage that shrank. */
export interface InterimLine {
  readonly chargeId: string;
  /** Of the charge, which the plan may not have any more. */
  readonly displayName: string;
  readonly filterId: string | null;
  readonly group: Group | null;
  readonly amount: Amount;
  readonly units: Quantity;
  readonly eventsCount: bigint;
}

interface AdvanceFacts {
  readonly definition: ChargeDefinition;
  /** The sum of the fees of single events. */
  readonly posted: Amount;
}

/** One charge of a period that was billed before, with the usage of the whole period as it is known now, and what it was billed so far. */
export interface LateUsageFacts {
  readonly billedPeriodId: string;
  readonly usage: UsageSpan;
  /** Priced as it was then. */
  readonly charge: ChargeFacts;
  readonly billed: { readonly amount: Amount; readonly units: Quantity; readonly eventsCount: bigint };
}

/** A charge as it is rated, and what its fees show; `displayName` is its name on invoices, else the metric's. */
export interface ChargeDefinition extends RatableCharge {
  readonly id: string;
  readonly code: string;
  readonly planCode: string;
  readonly metric: MetricFacts;
  /** The least a full period costs, over all filters and groups; null without one (I1). */
  readonly minAmount: Amount | null;
  /** False: usage is rated and shown, but no invoice carries it. */
  readonly invoiceable: boolean;
}

export interface MetricFacts extends Pick<MetricDefinition, 'aggregationType' | 'recurring' | 'rounding'> {
  readonly code: string;
  readonly name: string;
}

/** Usage that is aggregated, rounded and priced on its own: of one filter, or of none, and of one group (P4). */
export interface MeasuredUsage extends CollectedUsage {
  /** The aggregate before the metric's rounding (P3); null when there was nothing to round. */
  readonly unrounded: Quantity | null;
}

/** A priced line that remembers its measurement. */
export type MeasuredLine = RatedLine<MeasuredUsage>;
