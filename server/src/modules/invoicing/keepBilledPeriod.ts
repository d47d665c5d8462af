import { hash, randomUUIDv7 } from 'node:crypto';
import type { InvoiceDraft } from '@farthing/core/billing';
import { json } from '../../kernel/db/parameters.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { encodeCharges } from '../catalog/index.ts';
import { setRecheck, writeBilledPeriod, writeLateUsageCheck } from './billedPeriods.sql.ts';
import type { LoadedPart } from './loadFacts.ts';

/** What was priced alike has the same id: 128 bits of SHA-256 over the charges. */
function pricedId(charges: unknown): string {
  return hash('sha256', json(charges)).slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Has the periods to which an invoice adds late usage, or of which it gives some back, looked at once more when it is final. */
export async function recheckLate(tx: Tx, { fees, lateCredits }: Pick<InvoiceDraft, 'fees' | 'lateCredits'>): Promise<void> {
  const late = [...fees.flatMap(({ billedPeriodId: id }) => (id === null ? [] : [id])), ...lateCredits.map((credit) => credit.billedPeriodId)];
  await setRecheck(tx.db, late, true);
}

/**
 * Keeps which usage of a subscription an invoice bills and how it is priced, so that events which come late can be priced as the others were
 * (E3), those of charges paid in advance in the period that they would have been in (P6), and from where to look for them next. `before` is the period of a draft that is computed anew. Answers the id of the period; null
 * where no usage is billed, now or within the period before: what was billed of charges that are gone is given back by it.
 */
export async function keepBilledPeriod(tx: Tx, facts: LoadedPart, invoiceId: string | null, before?: string): Promise<string | null> {
  const { tenant, now } = tx.scope;
  const subscriptionId = facts.subscription.id;
  await writeLateUsageCheck(tx.db, { tenantId: tenant.id, subscriptionId, until: facts.lateCheckedTo, now });
  const { usage } = facts.invoicePlan;
  const charges = facts.planCharges;
  if (usage === null || (charges.length === 0 && facts.progressive.length === 0 && facts.advance.length === 0)) return null;
  const id = before ?? randomUUIDv7();
  const { period, full, days } = usage;
  const stored = encodeCharges(charges);
  const codes = [...new Set(charges.map(({ metric }) => metric.code))];
  const recurring = [...new Set(charges.flatMap(({ metric }) => (metric.definition.recurring ? [metric.code] : [])))];
  await writeBilledPeriod(tx.db, {
    row: {
      tenant_id: tenant.id,
      id,
      subscription_id: subscriptionId,
      invoice_id: invoiceId,
      usage_from: period.start,
      usage_to: period.end,
      full_from: full.start,
      full_to: full.end,
      first_day: days.firstDay.toString(),
      last_day: days.lastDay.toString(),
      period_days: days.periodDays,
      interim: facts.invoicePlan.kind === 'interim',
      timezone: days.zone,
      codes,
      recurring_codes: recurring,
      priced_charges_id: pricedId(stored),
      created_at: now,
    },
    charges: stored,
  });
  return id;
}
