/** Terms and lives of subscriptions as short texts, so that a test reads like a table. */
import { Amount, Currency } from '../money/index.ts';
import type { Period } from '../time/index.ts';
import {
  type InvoicePlan,
  invoiceKindOf,
  invoicePlan,
  overdueWork,
  type PlanTerms,
  type SubscriptionTerms,
} from './index.ts';

type Times = 'startedAt' | 'subscriptionAt' | 'endingAt' | 'terminatedAt' | 'trialEndsAt';
type Given = Partial<Omit<SubscriptionTerms, Times | 'plan'> & Record<Times, string> & { plan: Partial<PlanTerms> }>;

/** An instant written as local time of the zone: "2026-01-15" is its midnight, "2026-01-15 15:00" an hour of it. */
export function local(text: string, zone: string): Temporal.Instant {
  return Temporal.PlainDateTime.from(text.replace(' ', 'T')).toZonedDateTime(zone).toInstant();
}

/** Terms of a monthly calendar plan of 49.00 USD in arrears in New York from 15 January 2026, unless said otherwise; times are local. */
export function termsOf(given: Given = {}): SubscriptionTerms {
  const zone = given.zone ?? 'America/New_York';
  const at = (text: string | undefined): Temporal.Instant | null => (text === undefined ? null : local(text, zone));
  return {
    terminationAction: 'generate_invoice',
    billedThrough: null,
    opened: null,
    closed: null,
    successor: null,
    anchorDay: null,
    pauses: [],
    billingTime: 'calendar',
    currency: Currency.parse('USD'),
    ...given,
    zone,
    startZone: given.startZone ?? zone,
    startedAt: local(given.startedAt ?? '2026-01-15', zone),
    subscriptionAt: at(given.subscriptionAt),
    endingAt: at(given.endingAt),
    terminatedAt: at(given.terminatedAt),
    trialEndsAt: at(given.trialEndsAt),
    plan: {
      code: 'growth',
      id: 'plan-growth',
      name: 'Growth',
      interval: 'monthly',
      intervalCount: 1,
      amount: Amount.of(4900),
      payInAdvance: false,
      fixedCharges: [],
      billChargesMonthly: false,
      ...given.plan,
    },
  };
}

/** Everything that falls due up to a local time, one line each, with what its invoice covers. */
export function lifeOf(terms: SubscriptionTerms, until: string): string[] {
  return [...overdueWork(terms, null, local(until, terms.zone))].map((due) => {
    const plan = invoicePlan(terms, due.at, invoiceKindOf[due.kind]);
    const trial = due.trialEnds && due.kind !== 'trial_end' ? ' and trial_end' : '';
    return `${when(due.at, terms.zone)} ${due.kind}${trial}: ${plan === null ? 'no invoice' : coverOf(plan, terms.zone)}`;
  });
}

/** "arrears 17/31 of 01-15..02-01; usage 01-15..02-01", in local time; midnights are written as dates. */
export function coverOf(plan: InvoicePlan, zone: string): string {
  const fees = plan.planFees.map(({ service, days, advance }) => {
    return `${advance ? 'advance' : 'arrears'} ${days.numerator}/${days.denominator} of ${spanOf(service, zone)}`;
  });
  const usage = plan.usage === null ? [] : [`usage ${spanOf(plan.usage.period, zone)}`];
  return [...fees, ...usage].join('; ');
}

export function spanOf({ start, end }: Period, zone: string): string {
  return `${when(start, zone)}..${when(end, zone)}`;
}

export function when(at: Temporal.Instant, zone: string): string {
  const here = at.toZonedDateTimeISO(zone);
  const midnight = here.startOfDay().equals(here);
  return midnight ? here.toPlainDate().toString() : here.toPlainDateTime().toString().replace('T', ' ');
}
