/** Facts of a growing customer: a plan of 49.00 USD a month and five charges, from 15 January 2026 in New York. */
import { Quantity } from '../money/index.ts';
import { type ChargeModelName, type ChargeProperties, type Group, parseProperties, type Usage } from '../rating/index.ts';
import { type InvoiceKind, invoicePlan, type SubscriptionTerms, type UsageSpan } from '../subscriptions/index.ts';
import { local, termsOf } from '../subscriptions/testing.ts';
import { noTaxes } from '../taxes/index.ts';
import { type BillingFacts, type ChargeFacts, draftInvoice, type InvoiceDraft, type MeasuredUsage, type MetricFacts, type PartFacts, type UsageFacts } from './index.ts';

const q = Quantity.parse;

export function propertiesOf(model: ChargeModelName, raw: unknown): ChargeProperties {
  const parsed = parseProperties(model, raw);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

type Aggregation = MetricFacts['aggregationType'];

/** A charge without filters on a metric of the same code, and what it measured. */
export function chargeOf(
  code: string,
  aggregationType: Aggregation,
  properties: ChargeProperties,
  ...usage: MeasuredUsage[]
): ChargeFacts {
  const metric = { code, name: code, aggregationType, recurring: false, rounding: null };
  const definition = { id: `charge-${code}`, code, planCode: 'growth', metric, properties, filters: [], displayName: code, minAmount: null };
  return { definition: { ...definition, invoiceable: true }, usage };
}

/** Usage of the base, or of a filter, or of a group. */
export function used(
  units: string,
  eventsCount: number,
  rest: Partial<Omit<Usage, 'units' | 'eventsCount'>> & { filterId?: string; group?: Group; unrounded?: string } = {},
): MeasuredUsage {
  const { filterId = null, group = null, unrounded, ...usage } = rest;
  return {
    filterId,
    group,
    usage: { units: q(units), eventsCount: BigInt(eventsCount), ...usage },
    unrounded: unrounded === undefined ? null : q(unrounded),
  };
}

const graduated = propertiesOf('graduated', {
  graduated_ranges: [
    { from_value: 0, to_value: 1000, per_unit_amount: '0', flat_amount: '0' },
    { from_value: 1001, to_value: null, per_unit_amount: '0.002', flat_amount: '0' },
  ],
});
const packages = propertiesOf('package', { amount: '0.50', package_size: 1000, free_units: 5000 });
const volume = propertiesOf('volume', {
  volume_ranges: [
    { from_value: 0, to_value: 50, per_unit_amount: '0.10', flat_amount: '0' },
    { from_value: 51, to_value: null, per_unit_amount: '0.08', flat_amount: '1.00' },
  ],
});
const standard = propertiesOf('standard', { amount: '1.50' });
const percentage = propertiesOf('percentage', { rate: '2.9', fixed_amount: '0.30' });

/** What was used in January, by charge. */
export const january: readonly ChargeFacts[] = [
  chargeOf('api_calls', 'count', graduated, used('1500', 1500)),
  chargeOf('tokens', 'sum', packages, used('12345', 3)),
  chargeOf('storage', 'max', volume, used('80', 3)),
  chargeOf('seats', 'unique_count', standard, used('7', 9)),
  chargeOf('card_volume', 'sum', percentage, used('169.95', 3)),
];

/** The facts of an invoice of one subscription, its part and what is the whole's as one value. */
export type SingleFacts = PartFacts & Omit<BillingFacts, 'parts'>;

/** The invoice of one subscription. */
export function draftSingle(facts: SingleFacts): InvoiceDraft {
  return draftInvoice({ ...facts, parts: [facts] });
}

export function factsAt(
  at: string,
  kind: InvoiceKind,
  charges: readonly ChargeFacts[] = january,
  terms: SubscriptionTerms = termsOf(),
): SingleFacts {
  const plan = invoicePlan(terms, local(at, terms.zone), kind);
  if (plan === null) throw new Error(`nothing to invoice at ${at}`);
  return { ...usageOf(charges, terms), invoicePlan: plan, fixedCharges: [], advance: [], commitment: null, addOns: [], interim: { planFees: [], usage: null }, late: [], progressive: [], coupons: [], taxes: noTaxes };
}

export function usageFactsOf(charges: readonly ChargeFacts[], usage: UsageSpan): UsageFacts {
  return { ...usageOf(charges, termsOf()), usage };
}

function usageOf(charges: readonly ChargeFacts[], terms: SubscriptionTerms) {
  return {
    customer: { externalId: 'acme' },
    subscription: { id: 'subscription-growth', externalId: 'acme-growth', terms },
    charges,
  };
}
