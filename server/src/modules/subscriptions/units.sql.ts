import { sql } from 'kysely';
import { json } from '../../kernel/db/parameters.ts';
import type { Tx } from '../../kernel/envelope.ts';

/** A number of units as a row of a subscription carries it: numbers, instants and dates are still text. */
export interface UnitsColumns {
  readonly add_on_id: string;
  readonly turn: number;
  readonly units: string;
  readonly timing: 'start' | 'now' | 'period_end';
  readonly asked_at: string;
  /** Null for those of the start. */
  readonly from_day: string | null;
}

/** Keeps numbers of units of a subscription. */
export async function insertUnits(tx: Tx, subscriptionId: string, rows: readonly UnitsColumns[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`insert into fixed_charge_units (tenant_id, subscription_id, add_on_id, turn, units, timing, asked_at, from_day)
    select ${tx.scope.tenant.id}, ${subscriptionId}, r.add_on_id, r.turn, r.units, r.timing, r.asked_at, r.from_day
    from jsonb_to_recordset(${json(rows)}::jsonb) as r (add_on_id uuid, turn integer, units numeric, timing text, asked_at timestamptz, from_day date)`.execute(tx.db);
}

/** Forgets numbers of units that have not come to count yet. */
export async function removeUnits(tx: Tx, subscriptionId: string, turns: readonly number[]): Promise<void> {
  if (turns.length === 0) return;
  await tx.db.deleteFrom('fixed_charge_units').where('subscription_id', '=', subscriptionId).where('turn', 'in', turns).execute();
}

/** Lets the numbers of units that were to count from after a day on do so from another. */
export async function moveComingUnits(tx: Tx, subscriptionId: string, after: Temporal.PlainDate, to: Temporal.PlainDate): Promise<void> {
  await tx.db
    .updateTable('fixed_charge_units')
    .set({ from_day: to.toString() })
    .where('subscription_id', '=', subscriptionId)
    .where(sql<boolean>`from_day > ${after.toString()}::date`)
    .execute();
}
