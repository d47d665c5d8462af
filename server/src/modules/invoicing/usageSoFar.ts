import { type DeductionFacts, draftProgressive, type InvoiceDraft, type UsageFacts } from '@farthing/core/billing';
import { currentPeriod, type UsageSpan } from '@farthing/core/subscriptions';
import type { Read } from '../../kernel/envelope.ts';
import { measureUsage } from '../metering/index.ts';
import { loadPhasePlan, presentPhase, type SubscriptionRow } from '../subscriptions/index.ts';
import { billedWithin } from './progressive.sql.ts';
import { readInterim } from './readInterim.ts';

/** The usage period that is open now; null where none is, or where its invoice was made while this waited. */
export function openUsage(subscription: SubscriptionRow, now: Temporal.Instant): UsageSpan | null {
  if (subscription.status === 'pending' || subscription.status === 'terminated') return null;
  const { terms } = presentPhase(subscription);
  const billed = terms.billedThrough?.at ?? now;
  return Temporal.Instant.compare(billed, now) > 0 ? null : currentPeriod(terms, now);
}

/** The usage so far of what the period's invoice would bill: charges in arrears that invoices carry. */
export async function readUsageSoFar({ db, scope }: Read, subscription: SubscriptionRow, usage: UsageSpan): Promise<UsageFacts> {
  const phase = presentPhase(subscription);
  const plan = await loadPhasePlan(db, phase);
  const charges = plan.charges.filter(({ payInAdvance, definition }) => !payInAdvance && definition.invoiceable);
  return {
    customer: { externalId: subscription.customer_external_id ?? subscription.customer_id },
    subscription: { id: subscription.id, externalId: subscription.external_id, terms: phase.terms },
    charges: await measureUsage(db, { subscription, charges, usage, heldUntil: scope.now }),
    usage,
  };
}

/** What an invoice of the usage so far would bill now: what no invoice of the period has billed yet. */
export async function draftUsageSoFar({ db, scope }: Read, subscription: SubscriptionRow, facts: UsageFacts & DeductionFacts): Promise<InvoiceDraft> {
  const progressive = await billedWithin(db, subscription.id, facts.usage.period);
  const { usage: interim } = await readInterim(db, subscription.id, { planFees: [], usage: facts.usage }, null);
  return draftProgressive({ ...facts, progressive, interim, at: scope.now });
}
