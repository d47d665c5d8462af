import type { InterimFacts } from '@farthing/core/billing';
import { Amount, Quantity } from '@farthing/core/money';
import type { InvoicePlan } from '@farthing/core/subscriptions';
import { Period } from '@farthing/core/time';
import { z } from 'zod';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { interimLines, interimParts, interimPlanFees } from './interim.sql.ts';

const group = z.record(z.string(), z.string().nullable());

/** What invoices that were asked for have billed of what an invoice covers; without any this is one or two small reads. */
export async function readInterim(db: ReadDb, subscriptionId: string, { planFees, usage }: Pick<InvoicePlan, 'planFees' | 'usage'>, exceptInvoice: string | null): Promise<InterimFacts> {
  // What a change of plan settles ahead may have been billed in arrears for days that were over.
  const [inArrears] = planFees.filter(({ advance, plan }) => !(advance && plan.payInAdvance));
  const fees = inArrears === undefined ? [] : await interimPlanFees(db, { subscriptionId, since: inArrears.service.start, exceptInvoice });
  return {
    planFees: fees.map((fee) => ({ service: Period.of(fee.from_datetime, fee.to_datetime), days: BigInt(fee.days), amount: Amount.of(fee.amount_cents) })),
    usage: usage === null ? null : await readInterimUsage(db, subscriptionId, usage.period.start, exceptInvoice),
  };
}

async function readInterimUsage(db: ReadDb, subscriptionId: string, opens: Temporal.Instant, exceptInvoice: string | null): Promise<InterimFacts['usage']> {
  const parts = await interimParts(db, { subscriptionId, since: opens, exceptInvoice });
  const last = parts.at(-1);
  if (last === undefined) return null;
  const rows = await interimLines(db, parts.map(({ id }) => id));
  const lines = rows.map((row) => {
    const by = group.parse(row.grouped_by);
    return {
      chargeId: row.charge_id,
      displayName: row.display_name,
      filterId: row.charge_filter_id,
      group: Object.keys(by).length === 0 ? null : by,
      amount: Amount.of(row.amount),
      units: Quantity.restore(row.units),
      eventsCount: row.events,
    };
  });
  return { billedPeriodId: last.id, through: last.usage_to, lines };
}
