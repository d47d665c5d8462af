import type { Amount, Currency } from '../money/index.ts';
import { type BillingTime, type Calendar, type Interval, localDate, localMidnight, monthlyCuts, periodOnDay } from '../time/index.ts';

/** What ends with a subscription besides its service (I1a). */
export const terminationActions = ['generate_invoice', 'generate_credit_note', 'skip'] as const;
type TerminationAction = (typeof terminationActions)[number];

export type PaymentTime = 'advance' | 'arrears';

/** What billing needs of a plan, the overrides of the subscription already applied. */
export interface PlanTerms {
  readonly code: string;
  readonly id: string;
  /** As invoices show it. */
  readonly name: string;
  readonly interval: Interval;
  readonly intervalCount: number;
  /** The price of one full period, in minor units. */
  readonly amount: Amount;
  readonly payInAdvance: boolean;
  /** When the fixed charges that the plan has are paid: some may be paid ahead, others in arrears. */
  readonly fixedCharges: readonly PaymentTime[];
  /** Usage of a period longer than a month is cut and invoiced at monthly boundaries (T2). */
  readonly billChargesMonthly: boolean;
}

/** Where billed usage ends: the instant, and the local day that began there in the zone of that time. */
export interface BilledThrough {
  readonly at: Temporal.Instant;
  readonly day: Temporal.PlainDate;
}

/** Local days of which the plan's price is not due, because the subscription is paused (T3b). Usage goes on. */
export interface Pause {
  /** The first day that is not billed: the one after the day of the pause. */
  readonly from: Temporal.PlainDate;
  /** The instant of the resumption and its day, which is billed again; null while the pause lasts. No day is paused where it is not after `from`. */
  readonly until: { readonly at: Temporal.Instant; readonly day: Temporal.PlainDate } | null;
}

/** What a change of plan does to the days of the period it falls into (T3a); `planChange.ts` says what each means. */
export const prorations = ['day', 'none', 'full_price', 'difference'] as const;
export type Proration = (typeof prorations)[number];

/** Where the time of one plan meets that of the next: usage from the instant on, the price from the day on. */
export interface Turn {
  readonly at: Temporal.Instant;
  readonly day: Temporal.PlainDate;
}

/** What a subscription changes to where its present terms close. */
export interface Successor {
  readonly terms: SubscriptionTerms;
  readonly proration: Proration;
}

/**
 * Everything billing needs of one subscription, as one value. It stands for one plan at a time: another plan, before or after, is other
 * terms, and so is another zone.
 */
export interface SubscriptionTerms {
  /** When it started, or for a pending one when it will. */
  readonly startedAt: Temporal.Instant;
  /** The anchor asked for; null: the start (T2). */
  readonly subscriptionAt: Temporal.Instant | null;
  /** The end agreed on or asked for; `endOf` says when it takes effect (T3). */
  readonly endingAt: Temporal.Instant | null;
  /** When it was ended, once it has. It wins over `endingAt`. */
  readonly terminatedAt: Temporal.Instant | null;
  readonly terminationAction: TerminationAction;
  /** The end of the free trial (T4); null without one. */
  readonly trialEndsAt: Temporal.Instant | null;
  /**
   * What `InvoicePlan.billsThrough` said when the last invoice with usage was made; null before the first. It keeps a period from
   * being billed again, and after a change of zone it is where the next one opens (T1).
   */
  readonly billedThrough: BilledThrough | null;
  /** Where the time of this plan opened; null: with the subscription. */
  readonly opened: Turn | null;
  /** Where it closed, or at the end of the open period will; null while no change of plan is known. */
  readonly closed: Turn | null;
  /** What follows where it closes; null where nothing does, or where that is of no account. */
  readonly successor: Successor | null;
  /** The anchor, once a change of plan has fixed it (T2). */
  readonly anchorDay: Temporal.PlainDate | null;
  /** In order of time. */
  readonly pauses: readonly Pause[];
  readonly billingTime: BillingTime;
  /** The customer's zone, else the billing entity's, else the organization's (T1). */
  readonly zone: string;
  /**
   * The zone of the customer when the subscription started: the dates of the start, the anchor and the trial's end are read in it, so
   * that a change of zone does not move the boundaries to another date.
   */
  readonly startZone: string;
  readonly currency: Currency;
  readonly plan: PlanTerms;
}

/**
 * The calendar of the plan's periods. The anchor is the local date of `subscription_at`, else the first day after the trial, else the
 * local date of the start (T2).
 */
export function calendarOf(terms: SubscriptionTerms): Calendar {
  const anchor = terms.subscriptionAt ?? trialEndOf(terms) ?? terms.startedAt;
  return {
    interval: terms.plan.interval,
    intervalCount: terms.plan.intervalCount,
    billingTime: terms.billingTime,
    anchor: terms.anchorDay ?? localDate(anchor, terms.startZone),
    zone: terms.zone,
  };
}

/** The calendar of the usage periods: the plan's own, or its monthly cuts (T2). */
export function usageCalendarOf(terms: SubscriptionTerms): Calendar {
  const calendar = calendarOf(terms);
  return terms.plan.billChargesMonthly ? monthlyCuts(calendar) : calendar;
}

/** The local date of the start. */
export function startDayOf(terms: SubscriptionTerms): Temporal.PlainDate {
  return localDate(terms.startedAt, terms.startZone);
}

/** The first day of which the plan's price is due: that of the start, or the one on which the trial ends (T3, T4). */
export function firstFeeDayOf(terms: SubscriptionTerms): Temporal.PlainDate {
  return localDate(trialEndOf(terms) ?? terms.startedAt, terms.startZone);
}

/** The end of a trial that lasts any time at all, else null. */
export function trialEndOf(terms: SubscriptionTerms): Temporal.Instant | null {
  const { trialEndsAt, startedAt } = terms;
  return trialEndsAt !== null && Temporal.Instant.compare(trialEndsAt, startedAt) > 0 ? trialEndsAt : null;
}

/**
 * When the subscription ends, or null while no end is known. An `ending_at` on the first local day of a period ends it with the period
 * before, that is at the midnight between them, unless the subscription only starts on that day (T3). A termination that has happened
 * is taken at its instant.
 */
export function endOf(terms: SubscriptionTerms): Temporal.Instant | null {
  const { terminatedAt, endingAt, zone } = terms;
  if (terminatedAt !== null) return terminatedAt;
  if (endingAt === null) return null;
  const day = localDate(endingAt, zone);
  const opensPeriod = periodOnDay(calendarOf(terms), day).start.equals(day);
  const startsEarlier = Temporal.PlainDate.compare(startDayOf(terms), day) < 0;
  return opensPeriod && startsEarlier ? localMidnight(day, zone) : endingAt;
}
