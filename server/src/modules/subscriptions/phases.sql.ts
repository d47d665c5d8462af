import type { Proration, Turn } from '@farthing/core/subscriptions';
import { sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { Tx } from '../../kernel/envelope.ts';
import type { SubscriptionRow } from './subscriptions.sql.ts';

/** What a change of plan opens. */
export interface Phase extends PhaseColumns {
  /** Of the plan; which of them counts for the subscription, `own_trial` says. */
  readonly plan_trial_period_days: number;
}

/** The columns of a subscription that belong to its time on one plan. */
export type PhaseColumns = Pick<
  SubscriptionRow,
  | 'phase'
  | 'plan_id'
  | 'plan_code'
  | 'plan_name'
  | 'plan_interval'
  | 'plan_interval_count'
  | 'plan_amount_cents'
  | 'plan_bill_charges_monthly'
  | 'plan_has_fixed_advance'
  | 'plan_has_fixed_arrears'
  | 'overrides'
  | 'pay_in_advance'
  | 'trial_ends_at'
  | 'subscription_at'
  | 'anchor_day'
  | 'opened_at'
  | 'opened_day'
>;

/** A phase that is over, and how it was. */
export interface ClosedPhase extends PhaseColumns {
  readonly closed_at: Temporal.Instant;
  readonly closed_day: string;
  readonly proration: Proration;
}

/** The phases of a subscription that are over, first to last. */
export async function closedPhases(db: ReadDb, subscriptionId: string): Promise<readonly ClosedPhase[]> {
  return db
    .selectFrom('subscription_phases as f')
    .innerJoin('plans as p', (join) => join.onRef('p.tenant_id', '=', 'f.tenant_id').onRef('p.id', '=', 'f.plan_id'))
    .selectAll('f')
    .select([
      'p.code as plan_code',
      'p.name as plan_name',
      'p.interval as plan_interval',
      'p.interval_count as plan_interval_count',
      sql<bigint>`coalesce((f.overrides->>'amount_cents')::bigint, p.amount_cents)`.as('plan_amount_cents'),
      'p.bill_charges_monthly as plan_bill_charges_monthly',
      'p.has_fixed_advance as plan_has_fixed_advance',
      'p.has_fixed_arrears as plan_has_fixed_arrears',
    ])
    .where('f.subscription_id', '=', subscriptionId)
    .orderBy('f.phase')
    .execute();
}

/** Notes the present phase of a subscription as over. */
export async function closePhase(tx: Tx, row: SubscriptionRow, { at, day }: Turn, proration: Proration): Promise<void> {
  const { phase, plan_id, pay_in_advance, trial_ends_at, subscription_at, anchor_day, opened_at, opened_day, overrides } = row;
  const columns = { overrides, phase, plan_id, pay_in_advance, trial_ends_at, subscription_at, anchor_day, opened_at, opened_day };
  await tx.db
    .insertInto('subscription_phases')
    .values({ ...columns, tenant_id: tx.scope.tenant.id, subscription_id: row.id, closed_at: at, closed_day: day.toString(), proration })
    .execute();
}
