import type { ChargeFacts, LateUsageFacts } from '@farthing/core/billing';
import { Amount, Quantity } from '@farthing/core/money';
import type { UsageSpan } from '@farthing/core/subscriptions';
import { Period } from '@farthing/core/time';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { decodeCharges, type PlanCharge } from '../catalog/index.ts';
import { findLateHours, isEventsExpired, type LateHour, measureUsage } from '../metering/index.ts';
import type { SubscriptionRow } from '../subscriptions/index.ts';
import { type BilledPeriodRow, type BilledSoFar, billedSoFar, readLateUsageCheck, settledPeriods } from './billedPeriods.sql.ts';

export interface LateUsage {
  readonly facts: readonly LateUsageFacts[];
  /** What is kept once an invoice is made of it: the next look begins there. */
  readonly checkedTo: string;
}

/**
 * What came late for the billed periods of a subscription (E3): each charge of which events came since the last look, with the usage of
 * its whole period, and what it was billed on any invoice but `exceptInvoice`, which is a draft that is computed anew. Without late
 * events this is one small read. Charges paid in advance bill their late events themselves (P6).
 */
export async function readLateUsage(db: ReadDb, subscription: SubscriptionRow, exceptInvoice: string | null): Promise<LateUsage> {
  const check = await readLateUsageCheck(db, subscription.id);
  const none: LateUsage = { facts: [], checkedTo: check.until };
  const customer = subscription.customer_external_id;
  if (customer === null || check.since === null || check.ignored) return none;
  const hours = await findLateHours(db, {
    externalCustomerId: customer,
    externalSubscriptionId: subscription.external_id,
    since: check.since,
    edges: check.edges,
  });
  if (hours.length === 0 && !check.rechecks) return none;
  const touched = (await settledPeriods(db, subscription.id)).flatMap((row) => {
    const charges = decodeCharges(row.charges).filter((charge) => isTouched(row, charge, hours));
    return charges.length === 0 ? [] : [{ row, charges }];
  });
  const billed = await billedSoFar(db, touched.map(({ row }) => row.id), exceptInvoice);
  const facts: LateUsageFacts[] = [];
  for (const { row, charges } of touched) {
    const usage = spanOf(row);
    for (const charge of await measureLate(db, subscription, charges, usage))
      facts.push({ billedPeriodId: row.id, usage, charge, billed: sumsOf(billed, row.id, charge.definition.id) });
  }
  return { facts, checkedTo: check.until };
}

/** Without the charges whose usage is not known exactly any more: what they were billed stays, rather than to be corrected by a guess. */
async function measureLate(db: ReadDb, subscription: SubscriptionRow, charges: readonly PlanCharge[], usage: UsageSpan): Promise<ChargeFacts[]> {
  const measured: ChargeFacts[] = [];
  for (const charge of charges) {
    try {
      measured.push(...(await measureUsage(db, { subscription, charges: [charge], usage })));
    } catch (error) {
      if (!isEventsExpired(error)) throw error;
    }
  }
  return measured;
}

/** Whether events of the charge's metric came late for the period; of a recurring one also those dated before it (P5). */
function isTouched(row: BilledPeriodRow, { definition, metric, payInAdvance }: PlanCharge, hours: readonly LateHour[]): boolean {
  if (payInAdvance || !definition.invoiceable) return false;
  if (row.recheck) return true;
  return hours.some(({ code, hour }) => {
    if (code !== metric.code || Temporal.Instant.compare(hour, row.usage_to) >= 0) return false;
    return metric.definition.recurring || Temporal.Instant.compare(hour.add({ hours: 1 }), row.usage_from) > 0;
  });
}

/** The usage that a billed period is of. */
export function spanOf(row: BilledPeriodRow): UsageSpan {
  return {
    period: Period.of(row.usage_from, row.usage_to),
    full: Period.of(row.full_from, row.full_to),
    days: {
      firstDay: Temporal.PlainDate.from(row.first_day),
      lastDay: Temporal.PlainDate.from(row.last_day),
      periodDays: row.period_days,
      zone: row.timezone,
    },
  };
}

function sumsOf(billed: readonly BilledSoFar[], periodId: string, chargeId: string): LateUsageFacts['billed'] {
  const sums = billed.find((row) => row.billed_period_id === periodId && row.charge_id === chargeId);
  if (sums === undefined) return { amount: Amount.zero, units: Quantity.zero, eventsCount: 0n };
  return { amount: Amount.of(sums.amount), units: Quantity.restore(sums.units), eventsCount: sums.events };
}
