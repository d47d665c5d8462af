import type { UsageFacts } from '@farthing/core/billing';
import { currentPeriod, endOf, pastPeriods, type SubscriptionTerms, type UsageSpan } from '@farthing/core/subscriptions';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { Read } from '../../kernel/envelope.ts';
import { conflict, invalid, notFound } from '../../kernel/problem.ts';
import type { Plan } from '../catalog/index.ts';
import { findCustomer } from '../customers/index.ts';
import { findSubscription, loadPhasePlan, loadPhases, presentPhase, type SubscriptionPhase, type SubscriptionRow } from '../subscriptions/index.ts';
import { measureUsage } from './measureUsage.ts';
import { runningSubscriptions } from './metering.sql.ts';

/** A subscription with everything its usage is rated by. */
export interface RatedSubscription {
  readonly row: SubscriptionRow;
  readonly plan: Plan;
  readonly terms: SubscriptionTerms;
}

/** The usage of one period, ready for core. */
export interface PeriodUsage {
  readonly subscription: RatedSubscription;
  readonly facts: UsageFacts;
}

export async function rated(db: ReadDb, row: SubscriptionRow): Promise<RatedSubscription> {
  return ratedBy(db, row, presentPhase(row));
}

async function ratedBy(db: ReadDb, row: SubscriptionRow, phase: SubscriptionPhase): Promise<RatedSubscription> {
  return { row, plan: await loadPhasePlan(db, phase), terms: phase.terms };
}

/** The usage period that is open now. Throws 409 `subscription_not_active` where none is. */
export function openPeriod({ row, terms }: RatedSubscription, now: Temporal.Instant): UsageSpan {
  const span = row.status === 'pending' ? null : currentPeriod(terms, now);
  if (span === null) throw conflict('subscription_not_active', 'The subscription is not running: no period is open now.');
  return span;
}

/** What was used in a period; `heldUntil` as in `measureUsage`. */
async function readPeriod(
  db: ReadDb,
  subscription: RatedSubscription,
  usage: UsageSpan,
  heldUntil?: Temporal.Instant,
): Promise<PeriodUsage> {
  const { row, plan, terms } = subscription;
  const charges = await measureUsage(db, { subscription: row, charges: plan.charges, usage, ...(heldUntil === undefined ? {} : { heldUntil }) });
  return { subscription, facts: factsOf(row, terms, charges, usage) };
}

/** What core needs to rate the usage of a period. */
export function factsOf(
  row: SubscriptionRow,
  terms: SubscriptionTerms,
  charges: UsageFacts['charges'],
  usage: UsageSpan,
): UsageFacts {
  return {
    customer: { externalId: row.customer_external_id ?? row.customer_id },
    subscription: { id: row.id, externalId: row.external_id, terms },
    charges,
    usage,
  };
}

/** The period that is open now, up to now. */
export async function readCurrent({ db, scope }: Read, row: SubscriptionRow): Promise<PeriodUsage> {
  const subscription = await rated(db, row);
  return readPeriod(db, subscription, openPeriod(subscription, scope.now), scope.now);
}

/** Up to `count` periods that have closed, newest first, each by the plan of its time; of a subscription that has ended, its last one closed with it. */
export async function readPast({ db, scope }: Read, row: SubscriptionRow, count: number): Promise<readonly PeriodUsage[]> {
  const periods: PeriodUsage[] = [];
  for (const phase of await loadPhases(db, row)) {
    if (periods.length === count) break;
    const spans = pastPeriods(asItWasOpen(phase.terms), scope.now, count - periods.length);
    if (spans.length === 0) continue;
    const subscription = await ratedBy(db, row, phase);
    for (const span of spans) periods.push(await readPeriod(db, subscription, span));
  }
  return periods;
}

/** The invoice of the end, or a later one, has billed through it, which leaves nothing to bill of the last period; but it was a period all the same. */
function asItWasOpen(terms: SubscriptionTerms): SubscriptionTerms {
  const [end, billed] = [terms.closed?.at ?? endOf(terms), terms.billedThrough];
  const endIsBilled = end !== null && billed !== null && Temporal.Instant.compare(end, billed.at) <= 0;
  return endIsBilled ? { ...terms, billedThrough: null } : terms;
}

/**
 * The subscription of a customer that a read is about: the one named, or the only one that runs. Throws 404 for an unknown customer or
 * subscription, 422 where it must be named.
 */
export async function subscriptionOf(
  { db }: Read,
  customerReference: string,
  named: { readonly subscription_id?: string | undefined; readonly external_subscription_id?: string | undefined },
): Promise<SubscriptionRow> {
  const customer = await findCustomer(db, customerReference);
  if (customer === undefined) throw notFound('customer');
  const { subscription_id: id, external_subscription_id: externalId } = named;
  if (id !== undefined && externalId !== undefined && id !== externalId)
    throw invalid('external_subscription_id', 'contradiction', 'subscription_id and external_subscription_id name the same thing but differ.');
  const reference = id ?? externalId ?? (await onlyRunning(db, customer.id));
  const found = await findSubscription(db, reference);
  if (found === undefined || found.customer_id !== customer.id) throw notFound('subscription');
  return found;
}

async function onlyRunning(db: ReadDb, customerId: string): Promise<string> {
  const [only, ...more] = await runningSubscriptions(db, customerId);
  if (only !== undefined && more.length === 0) return only;
  const message = only === undefined ? 'The customer has no running subscription: name one.' : 'The customer has several subscriptions: name one.';
  throw invalid('subscription_id', 'required', message);
}
