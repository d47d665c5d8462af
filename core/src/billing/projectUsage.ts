import { type AggregationType, roundAggregate } from '../metering/index.ts';
import { type Amount, type Currency, Fraction, Precise, Quantity } from '../money/index.ts';
import {
  type ChargeModelName,
  chargeModels,
  type Group,
  type PropertiesOf,
  priceUsage,
  rateCharge,
  type Usage,
} from '../rating/index.ts';
import type { Period } from '../time/index.ts';
import type { ChargeFacts, MeasuredLine, MetricFacts, UsageFacts } from './facts.ts';
import { lineWords } from './words.ts';

/** One line of usage, as it stands and as it will stand at the end of the period if it goes on as it did. */
export interface ProjectedLine {
  readonly chargeId: string;
  readonly filterId: string | null;
  readonly groupedBy: Group | null;
  readonly metricCode: string;
  readonly description: string;
  readonly units: Quantity;
  readonly amount: Amount;
  readonly projectedUnits: Quantity;
  readonly projectedAmount: Amount;
}

// A number of events, a sum of values and time held grow with time; the highest, the latest and the different values do not.
const growsWithTime: Readonly<Record<AggregationType, boolean>> = {
  count: true,
  sum: true,
  weighted_sum: true,
  custom: true,
  max: false,
  latest: false,
  unique_count: false,
};

/**
 * Usage at the end of the period, in a straight line from what was used by `now`: units are projected first and priced then, so that
 * tiers, packages and free units count as they will on the invoice. `facts` hold the usage from the start of the period to `now`; a
 * weighted sum, too, must be that of its level up to `now` only. At the start and from the end on, nothing is projected.
 */
export function projectUsage(facts: UsageFacts, now: Temporal.Instant): ProjectedLine[] {
  const growth = growthOf(facts.usage.period, now);
  return facts.charges.flatMap((charge) => projectCharge(facts, charge, growth));
}

function projectCharge(facts: UsageFacts, charge: ChargeFacts, growth: Fraction): ProjectedLine[] {
  const { currency } = facts.subscription.terms;
  const { metric, id } = charge.definition;
  return rateCharge(charge.definition, charge.usage, currency).map((line) => {
    const projected = grows(metric, line.usage) ? grown(line, metric, growth, currency) : unchanged(line);
    return {
      chargeId: id,
      filterId: line.filter?.id ?? null,
      groupedBy: line.group,
      metricCode: metric.code,
      description: lineWords(line),
      units: line.usage.fullUnits ?? line.usage.units,
      amount: Precise.toAmount(line.priced.amount),
      projectedUnits: projected.units,
      projectedAmount: Precise.toAmount(projected.amount),
    };
  });
}

interface Projected {
  readonly units: Quantity;
  readonly amount: Precise;
}

/** A running total that goes on from earlier periods has not come about in this one, and what days weigh is known: both stay (P5). */
function grows({ aggregationType, recurring }: MetricFacts, usage: Usage): boolean {
  if (aggregationType === 'weighted_sum') return true;
  return growsWithTime[aggregationType] && !recurring && usage.fullUnits === undefined;
}

function unchanged({ usage, priced }: MeasuredLine): Projected {
  return { units: usage.fullUnits ?? usage.units, amount: priced.amount };
}

function grown({ usage, properties, priced }: MeasuredLine, metric: MetricFacts, growth: Fraction, currency: Currency): Projected {
  const price = (of: Usage): Precise => priceUsage(properties.model, properties, of, currency).amount;
  const scaled = Quantity.scale(usage.units, growth);
  const counted = metric.aggregationType === 'count' ? Quantity.round(scaled, 'round', 0) : scaled;
  const units = roundAggregate(counted, metric);
  if (usage.events !== undefined && needsEvents(properties.model, properties)) {
    return { units, amount: Precise.add(priced.amount, furtherEvents(usage, usage.events, priced.amount, growth, price)) };
  }
  const { dynamic } = usage;
  const events = Quantity.round(Quantity.scale(Quantity.fromInteger(usage.eventsCount), growth), 'round', 0);
  const projected: Usage = {
    units,
    eventsCount: BigInt(Quantity.toString(events)),
    ...(dynamic === undefined ? {} : { dynamic: { amount: Precise.scale(dynamic.amount, growth) } }),
  };
  return { units, amount: price(projected) };
}

/**
 * What further events will cost where every event is priced by itself and none of them can be invented: as much as the known ones
 * would cost once more, in proportion to the time left. The second time round, free events and free units are used up already.
 */
function furtherEvents(
  usage: Usage,
  events: NonNullable<Usage['events']>,
  cost: Precise,
  growth: Fraction,
  price: (of: Usage) => Precise,
): Precise {
  const twice: Usage = {
    units: Quantity.add(usage.units, usage.units),
    eventsCount: 2n * usage.eventsCount,
    events: [...events, ...events],
  };
  const left = Fraction.of(growth.numerator - growth.denominator, growth.denominator);
  return Precise.scale(Precise.subtract(price(twice), cost), left);
}

function needsEvents<M extends ChargeModelName>(model: M, properties: PropertiesOf[M]): boolean {
  return chargeModels[model].needsEvents(properties);
}

/** Length of the period over the part that has passed; one outside the period. */
function growthOf(period: Period, now: Temporal.Instant): Fraction {
  const elapsed = now.epochNanoseconds - period.start.epochNanoseconds;
  const length = period.end.epochNanoseconds - period.start.epochNanoseconds;
  return elapsed <= 0n || elapsed >= length ? Fraction.one : Fraction.of(length, elapsed);
}
