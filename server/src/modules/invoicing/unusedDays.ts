import type { CreditableFee } from '@farthing/core/credits';
import { Amount, Precise } from '@farthing/core/money';
import { creditForUnusedDays, givesBack, type SubscriptionTerms } from '@farthing/core/subscriptions';
import { type DatePeriod, localDate, Period } from '@farthing/core/time';
import { z } from 'zod';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { advanceFeesAfter, type CreditNoteRow } from './creditNotes.sql.ts';
import type { FeeRow } from './invoicing.sql.ts';
import { creditablesOf } from './readCreditable.ts';

/** From when on what was paid ahead is not used, and why. */
export interface UnusedFrom {
  readonly at: Temporal.Instant;
  readonly reason: CreditNoteRow['reason'];
  /** The first local day that is not used, in the zone of the fee's invoice. */
  readonly firstUnused: (zone: string) => Temporal.PlainDate;
  /** Where only one fixed charge is not used as it was paid; absent: all that was paid ahead. */
  readonly fixedChargeId?: string;
}

interface UnusedCredit {
  readonly fee: FeeRow;
  readonly creditable: CreditableFee;
  /** Of its price. */
  readonly price: Amount;
  /** The days of the fee that stay used. */
  readonly keptDays: DatePeriod;
}

/** The days from a change on are the new plan's (T3a); null where the change leaves the running period as it was paid. */
export function unusedByChange({ successor, plan }: SubscriptionTerms, at: Temporal.Instant): UnusedFrom | null {
  const day = successor?.terms.opened?.day;
  if (day === undefined || successor === null || !givesBack(plan, successor.terms.plan, successor.proration) || !(plan.payInAdvance || plan.fixedCharges.includes('advance'))) return null;
  return { at, reason: 'order_change', firstUnused: () => day };
}

/** What is to be credited of each finalized fee that was paid ahead, as it stands now; posting and previewing read the same. */
export async function unusedCredits(db: ReadDb, subscriptionId: string, { at, firstUnused, fixedChargeId }: UnusedFrom): Promise<readonly UnusedCredit[]> {
  const fees = (await advanceFeesAfter(db, subscriptionId, at)).filter((fee) => fixedChargeId === undefined || fee.fixed_charge_id === fixedChargeId);
  const creditables = await creditablesOf(db, fees);
  return fees.flatMap((fee, index) => {
    const { from_datetime: from, to_datetime: to, invoice_timezone: zone } = fee;
    const creditable = creditables[index];
    if (from === null || to === null || creditable === undefined) return [];
    const first = firstUnused(zone);
    const price = unusedOf(fee, creditable, { service: Period.of(from, to), firstUnused: first, zone });
    const opened = localDate(from, zone);
    // A fee may open with the first day that is not used: then no day of it is kept.
    const keptDays = { start: opened, end: Temporal.PlainDate.compare(first, opened) < 0 ? opened : first };
    return Amount.isZero(price) ? [] : [{ fee, creditable, price, keptDays }];
  });
}

const advance = z.union([
  z.object({ amount_cents: z.int().transform((cents) => Precise.ofMinor(Amount.of(cents))), period_days: z.int() }),
  z.object({ price_cents: z.string().transform((cents) => Precise.parse(cents)), period_days: z.int() }),
]);

interface UnusedSpan {
  readonly service: Period;
  readonly firstUnused: Temporal.PlainDate;
  readonly zone: string;
}

/** What the days from one on are worth of a fee that was paid ahead (T3), with the tax that is in its price. */
function unusedOf(fee: FeeRow, { amount, included, given }: CreditableFee, { service, firstUnused, zone }: UnusedSpan): Amount {
  const of = advance.parse(fee.properties);
  const price = 'price_cents' in of ? of.price_cents : of.amount_cents;
  const firstDay = service.start.toZonedDateTimeISO(zone).toPlainDate();
  const full = Period.of(service.start, firstDay.add({ days: of.period_days }).toZonedDateTime(zone).toInstant());
  const paid = { price, posted: Amount.add(amount, included), credited: Amount.add(given.amount, given.included), service, full };
  return creditForUnusedDays(paid, firstUnused, zone).amount;
}
