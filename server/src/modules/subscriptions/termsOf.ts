import { Amount, Currency } from '@farthing/core/money';
import type { Pause, Proration, SubscriptionTerms, Successor, Turn } from '@farthing/core/subscriptions';
import { conflict } from '../../kernel/problem.ts';
import { agreedChange } from './agreedChange.ts';
import type { ClosedPhase, Phase, PhaseColumns } from './phases.sql.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';

/** When it ends as far as anything has been agreed on: its `ending_at`, or where a cancellation ends it before. */
export function agreedEnd({ ending_at: ending, cancels_at: cancels }: Pick<SubscriptionRow, 'ending_at' | 'cancels_at'>): Temporal.Instant | null {
  if (ending === null || cancels === null) return ending ?? cancels;
  return Temporal.Instant.compare(ending, cancels) < 0 ? ending : cancels;
}

function pausesOf(row: SubscriptionRow): readonly Pause[] {
  return row.pauses.map(({ from_day: from, resumed_at: at, until_day: day }) => ({
    from: Temporal.PlainDate.from(from),
    until: at === null || day === null ? null : { at: Temporal.Instant.from(at), day: Temporal.PlainDate.from(day) },
  }));
}

interface Shared {
  readonly row: SubscriptionRow;
  readonly startedAt: Temporal.Instant;
}

/** What closes a phase. */
interface Closing {
  readonly turn: Turn;
  readonly successor: Successor | null;
}

function turnOf(at: Temporal.Instant | null, day: string | null): Turn | null {
  return at === null || day === null ? null : { at, day: Temporal.PlainDate.from(day) };
}

/** The terms of one phase: what is the subscription's at any time, and what is the phase's own. */
function phaseTerms({ row, startedAt }: Shared, phase: PhaseColumns, closing: Closing | null): SubscriptionTerms {
  return {
    startedAt,
    subscriptionAt: phase.subscription_at,
    endingAt: agreedEnd(row),
    terminatedAt: row.terminated_at,
    terminationAction: row.cancel_action ?? row.on_termination_action,
    trialEndsAt: phase.trial_ends_at,
    billedThrough: turnOf(row.billed_through_at, row.billed_through_day),
    opened: turnOf(phase.opened_at, phase.opened_day),
    closed: closing?.turn ?? null,
    successor: closing?.successor ?? null,
    anchorDay: phase.anchor_day === null ? null : Temporal.PlainDate.from(phase.anchor_day),
    pauses: pausesOf(row),
    billingTime: row.billing_time,
    zone: row.effective_timezone,
    startZone: row.start_zone ?? row.effective_timezone,
    currency: Currency.parse(row.plan_currency),
    plan: {
      code: phase.plan_code,
      id: phase.plan_id,
      name: phase.plan_name,
      interval: phase.plan_interval,
      intervalCount: phase.plan_interval_count,
      amount: Amount.of(phase.plan_amount_cents),
      payInAdvance: phase.pay_in_advance,
      fixedCharges: [...(phase.plan_has_fixed_advance ? ['advance' as const] : []), ...(phase.plan_has_fixed_arrears ? ['arrears' as const] : [])],
      billChargesMonthly: phase.plan_bill_charges_monthly,
    },
  };
}

/** What billing needs of a subscription as it is now, with the change agreed on for the end of its period; null where it has no date of start yet. */
export function ownTerms(row: SubscriptionRow): SubscriptionTerms | null {
  if (row.started_at === null) return null;
  if (row.pending_day === null || row.pending_plan === null) return phaseTerms({ row, startedAt: row.started_at }, row, null);
  const { next, turn, proration } = agreedChange(row);
  return changedTerms(row, next, turn, proration);
}

/** As `ownTerms`. Throws 409 `subscription_not_started` where it has no date of start. */
export function termsOf(row: SubscriptionRow): SubscriptionTerms {
  const terms = ownTerms(row);
  if (terms === null) throw conflict('subscription_not_started', 'The subscription has no date of start yet: activate it first.');
  return terms;
}

/** The present terms as they are when a change closes them: what the invoice of the change, or its preview, is made of. */
export function changedTerms(row: SubscriptionRow, next: Phase, turn: Turn, proration: Proration): SubscriptionTerms | null {
  if (row.started_at === null) return null;
  const shared = { row, startedAt: row.started_at };
  return phaseTerms(shared, row, { turn, successor: { terms: phaseTerms(shared, next, null), proration } });
}

/** The terms of one of a subscription's phases, `closed` being those that are over: its present ones, or those of then. */
export function termsOfPhase(row: SubscriptionRow, closed: readonly ClosedPhase[], number: number): SubscriptionTerms {
  const phase = closed.find(({ phase: other }) => other === number);
  if (phase === undefined || row.started_at === null) return termsOf(row);
  const shared = { row, startedAt: row.started_at };
  const after = closed.find(({ phase: other }) => other === number + 1);
  const next = phaseTerms(shared, after ?? row, after === undefined ? null : { turn: turnOfClosed(after), successor: null });
  return phaseTerms(shared, phase, { turn: { at: phase.closed_at, day: lastOwnDay(closed, phase) }, successor: { terms: next, proration: phase.proration } });
}

/**
 * The terms of one of a subscription's phases, followed by all that came after it and have days of their own, each by the next: what a
 * resumption bills where its day is still that phase's (T3a, T3b).
 */
export function termsOfPhaseAndLater(row: SubscriptionRow, closed: readonly ClosedPhase[], number: number): SubscriptionTerms {
  const [own, ...later] = closed.filter(({ phase }) => phase >= number).map(({ phase }) => termsOfPhase(row, closed, phase));
  if (own === undefined || row.started_at === null) return termsOf(row);
  const followed = [...later.filter(hasDays), phaseTerms({ row, startedAt: row.started_at }, row, null)];
  return { ...own, successor: { terms: followed.reduceRight((terms, before) => ({ ...before, successor: { terms, proration: 'day' } })), proration: 'day' } };
}

const hasDays = ({ opened, closed }: SubscriptionTerms): boolean => opened === null || closed === null || Temporal.PlainDate.compare(opened.day, closed.day) < 0;

/** A change that left the period to the plan before it leaves it no day that a later one took from both. */
function lastOwnDay(closed: readonly ClosedPhase[], { phase, closed_day: day }: ClosedPhase): Temporal.PlainDate {
  const days = closed.filter((other) => other.phase > phase).map((other) => other.closed_day);
  // Dates as texts are in the order of their days.
  return Temporal.PlainDate.from(days.reduce((a, b) => (b < a ? b : a), day));
}

const turnOfClosed = ({ closed_at: at, closed_day: day }: ClosedPhase): Turn => ({ at, day: Temporal.PlainDate.from(day) });
