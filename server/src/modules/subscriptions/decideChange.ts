import {
  changeDays,
  compareYearly,
  endOfPlanPeriod,
  type Proration,
  type SubscriptionTerms,
  samePeriods,
  type Turn,
} from '@farthing/core/subscriptions';
import { localMidnight } from '@farthing/core/time';
import { conflict, invalid } from '../../kernel/problem.ts';
import { overridePlan, type PlanOverrides, type PlanRow } from '../catalog/index.ts';
import { comingAnchor, isInTrial, nextPhase } from './nextPhase.ts';
import type { Phase } from './phases.sql.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';
import { changedTerms, termsOf } from './termsOf.ts';

/** What a request may say of how a plan changes; what it leaves out, the rule decides (T3a). */
export interface ChangeAsked {
  readonly timing?: 'now' | 'period_end' | undefined;
  readonly proration?: Proration | undefined;
  /** What the subscription will have instead of the plan's. */
  readonly overrides?: PlanOverrides | null;
}

/** A change of plan with all that follows from it, done or only shown. */
export interface PlanChange {
  readonly kind: 'upgrade' | 'downgrade';
  readonly timing: 'now' | 'period_end';
  readonly proration: Proration;
  /** Where the present phase closes. */
  readonly turn: Turn;
  readonly next: Phase;
  /** The present terms, closed there, with those that follow. */
  readonly terms: SubscriptionTerms;
}

/**
 * What changing to a plan at an instant comes to. To the same or a higher price a year it is an upgrade and done now, else at the end of
 * the period, unless the request says otherwise. Throws 422 for a plan in another currency, and for a proration that does not apply.
 */
export function decideChange(row: SubscriptionRow, given: PlanRow, asked: ChangeAsked, at: Temporal.Instant): PlanChange {
  refuseOtherCurrency(row, given);
  const overrides = asked.overrides ?? null;
  const plan = { ...overridePlan(given, overrides), overrides };
  const unchanged = { ...row, pending_day: null, pending_plan: null, pending_overrides: null };
  const old = termsOf(unchanged);
  const opens = (turn: Turn, phase: Phase): PlanChange['terms'] => {
    const terms = changedTerms(unchanged, phase, turn, proration);
    if (terms === null) throw conflict('subscription_not_started', 'The subscription has no date of start yet: activate it first.');
    return terms;
  };
  const proration = asked.proration ?? 'day';
  const today = changeDays(old, at, 'day');
  const turnToday = { at, day: today.closes };
  const candidate = opens(turnToday, nextPhase(unchanged, plan, turnToday, today.opens)).successor?.terms.plan ?? old.plan;
  const kind = compareYearly(candidate, old.plan) < 0 ? 'downgrade' : 'upgrade';
  const timing = asked.timing ?? (kind === 'upgrade' ? 'now' : 'period_end');
  if (proration !== 'day') refuseUnfit(proration, { timing, inTrial: isInTrial(row, at), old, candidate });
  const end = endOfPlanPeriod(old, at);
  const days = timing === 'now' ? changeDays(old, at, proration, candidate) : { closes: end, opens: end };
  const turn = { at: timing === 'now' ? at : localMidnight(end, row.effective_timezone), day: days.closes };
  const next = nextPhase(unchanged, plan, turn, days.opens, timing === 'now' ? null : comingAnchor(row));
  return { kind, timing, proration, turn, next, terms: opens(turn, next) };
}

/** A subscription is billed in one currency for ever (M7). */
export function refuseOtherCurrency(row: SubscriptionRow, plan: PlanRow): void {
  if (plan.currency !== row.plan_currency)
    throw invalid('plan_id', 'currency_mismatch', `The plan is priced in ${plan.currency}, the subscription is billed in ${row.plan_currency}.`);
}

interface Circumstances {
  readonly timing: PlanChange['timing'];
  readonly inTrial: boolean;
  readonly old: SubscriptionTerms;
  readonly candidate: SubscriptionTerms['plan'];
}

/** Other ways than by the day presuppose a paid period that both plans have. */
function refuseUnfit(proration: Proration, { timing, inTrial, old, candidate }: Circumstances): void {
  const refused = (code: string, message: string) => invalid('proration', code, message);
  if (timing === 'period_end') throw refused('only_now', 'At the end of a period there is nothing to prorate.');
  if (inTrial) throw refused('in_trial', 'In a trial there is no price to prorate.');
  if (!samePeriods(old.plan, candidate))
    throw refused('different_periods', 'The plans have other periods or are paid at another time: only proration by the day fits both.');
  if (proration === 'difference' && old.plan.payInAdvance && candidate.amount < old.plan.amount)
    throw refused('no_difference', 'The new price is lower: prorate by the day to have what is left credited.');
}
