import type { MeasuredUsage } from '@farthing/core/billing';
import {
  type AggregationType,
  carriedFrom,
  type EventProperties,
  type FoldState,
  foldFor,
  fullUnits,
  type MeteredEvent,
  nothingCarriedIn,
  prorate,
  roundAggregate,
  weightedUnits,
} from '@farthing/core/metering';
import { type Currency, Precise, Quantity } from '@farthing/core/money';
import {
  type ChargeModelName,
  type ChargeProperties,
  chargeModels,
  dynamicAmount,
  type EventTexts,
  type Group,
  groupKey,
  groupOf,
  matchFilter,
  type PropertiesOf,
  type Usage,
} from '@farthing/core/rating';
import type { UsageSpan } from '@farthing/core/subscriptions';
import { Period } from '@farthing/core/time';
import type { PlanCharge } from '../catalog/index.ts';
import type { PartialAggregate, PricedKey } from './eventStore.ts';

/** What one filter (or none) and one group of a charge have collected so far. */
interface Line {
  readonly filterId: string | null;
  readonly group: Group | null;
  readonly properties: ChargeProperties;
  inside: FoldState;
  /** What was there before the period, for recurring metrics (P5). */
  before: FoldState;
  eventsCount: bigint;
  /** Only where the price needs every single one. */
  readonly events: MeteredEvent[];
  dynamic: Precise;
}

function needsEvents<M extends ChargeModelName>(model: M, properties: PropertiesOf[M]): boolean {
  return chargeModels[model].needsEvents(properties);
}

const allProperties = ({ definition }: PlanCharge): readonly ChargeProperties[] => [
  definition.properties,
  ...definition.filters.map(({ properties }) => properties),
];

/** The event properties by which these charges price usage apart; of those that only filter, just the values they name. */
export function pricedKeys(charges: readonly PlanCharge[]): readonly PricedKey[] {
  const groupKeys = new Set(charges.flatMap(allProperties).flatMap(({ pricingGroupKeys }) => pricingGroupKeys));
  const conditions = charges.flatMap(({ definition }) => definition.filters.flatMap((filter) => filter.conditions));
  const filterKeys = Map.groupBy(conditions, ({ key }) => key);
  for (const key of groupKeys) filterKeys.delete(key);
  return [
    ...[...groupKeys].map((key) => ({ key, values: null })),
    ...[...filterKeys].map(([key, list]) => ({ key, values: [...new Set(list.flatMap(({ values }) => values))] })),
  ];
}

/** Whether an aggregate says too little for a charge: proration, exempt events, limits of each event, prices that events bring along. */
export function readsSingleEvents(charge: PlanCharge): boolean {
  return charge.prorated || charge.model === 'dynamic' || allProperties(charge).some((p) => needsEvents(p.model, p));
}

/** Whether the aggregation takes an event: it has what the metric reads (P7). */
function isTaken(aggregationType: AggregationType, { value, uniqueValue }: MeteredEvent): boolean {
  if (aggregationType === 'count') return true;
  return aggregationType === 'unique_count' ? uniqueValue !== null : value !== null;
}

/** Collects the usage of one charge: every event, or aggregate of events, goes to exactly one line (P4). */
export class ChargeUsageCollector {
  readonly #charge: PlanCharge;
  readonly #currency: Currency;
  readonly #lines = new Map<string, Line>();

  constructor(charge: PlanCharge, currency: Currency) {
    this.#charge = charge;
    this.#currency = currency;
  }

  get needsEvents(): boolean {
    return readsSingleEvents(this.#charge);
  }

  get needsProperties(): boolean {
    return this.#charge.model === 'dynamic';
  }

  /** Whether an aggregate of all events and single ones of them tell the aggregate of the others. */
  get canRemove(): boolean {
    return this.#fold.remove !== undefined && !this.needsEvents;
  }

  addPart({ texts, inside, before, events }: PartialAggregate): void {
    const line = this.#lineOf(texts);
    const fold = this.#fold;
    line.inside = fold.merge(line.inside, inside);
    line.before = fold.merge(line.before, before);
    line.eventsCount += events;
  }

  addEarlier(texts: EventTexts, event: MeteredEvent): void {
    const line = this.#lineOf(texts);
    line.before = this.#fold.add(line.before, event);
  }

  addEvent(texts: EventTexts, event: MeteredEvent, properties: EventProperties | null): void {
    if (!isTaken(this.#aggregationType, event)) return;
    const line = this.#lineOf(texts);
    line.inside = this.#fold.add(line.inside, event);
    line.eventsCount += 1n;
    if (this.#charge.prorated || needsEvents(line.properties.model, line.properties)) line.events.push(event);
    if (line.properties.model !== 'dynamic' || properties === null) return;
    const priced = dynamicAmount(line.properties, properties, this.#currency);
    if (priced.ok) line.dynamic = Precise.add(line.dynamic, priced.amount);
  }

  /** Takes an event out of an aggregate that it is in; only where `canRemove`. */
  removeEvent(texts: EventTexts, event: MeteredEvent): void {
    const fold = this.#fold;
    if (fold.remove === undefined || !isTaken(this.#aggregationType, event)) return;
    const line = this.#lineOf(texts);
    line.inside = fold.remove(line.inside, event);
    line.eventsCount -= 1n;
  }

  /** The usage of the lines that have any. A weighted sum holds its level up to `heldUntil` only, where that is given. */
  finish(span: UsageSpan, heldUntil: Temporal.Instant | null): MeasuredUsage[] {
    return [...this.#lines.values()].map((line) => this.#measure(line, span, heldUntil)).filter(hasUsage);
  }

  /** The usage so far of the line that events with these texts belong to. */
  usageOf(texts: EventTexts, span: UsageSpan): MeasuredUsage {
    return this.#measure(this.#lineOf(texts), span, null);
  }

  get #aggregationType(): AggregationType {
    return this.#charge.metric.definition.aggregationType;
  }

  get #fold() {
    return foldFor(this.#charge.metric.definition);
  }

  #lineOf(texts: EventTexts): Line {
    const { definition } = this.#charge;
    const filter = matchFilter(definition.filters, texts);
    const properties = filter?.properties ?? definition.properties;
    const group = groupOf(properties.pricingGroupKeys, texts);
    const key = `${filter?.id ?? ''} ${groupKey(group)}`;
    const known = this.#lines.get(key);
    if (known !== undefined) return known;
    const [inside, before] = [this.#fold.empty(), this.#fold.empty()];
    const line: Line = { filterId: filter?.id ?? null, group, properties, inside, before, eventsCount: 0n, events: [], dynamic: Precise.zero };
    this.#lines.set(key, line);
    return line;
  }

  #measure(line: Line, span: UsageSpan, heldUntil: Temporal.Instant | null): MeasuredUsage {
    const { metric } = this.#charge;
    const measured = this.#charge.prorated ? this.#prorated(line, span) : this.#aggregated(line, span, heldUntil);
    const { unrounded, ...parts } = measured;
    const { model } = line.properties;
    return {
      filterId: line.filterId,
      group: line.group,
      usage: {
        ...parts,
        units: roundAggregate(unrounded, metric.definition),
        eventsCount: line.eventsCount,
        ...(needsEvents(model, line.properties) ? { events: this.#amounts(line) } : {}),
        ...(model === 'dynamic' ? { dynamic: { amount: line.dynamic } } : {}),
      },
      unrounded: metric.definition.rounding === null ? null : unrounded,
    };
  }

  #aggregated(line: Line, { period, full }: UsageSpan, heldUntil: Temporal.Instant | null): { readonly unrounded: Quantity } {
    const carriedIn = this.#charge.metric.definition.recurring ? { carriedIn: line.before } : {};
    const held = heldUntil === null ? period : heldPart(period, heldUntil);
    return { unrounded: this.#fold.result(line.inside, { period: held, fullPeriod: full, ...carriedIn }) };
  }

  #prorated(line: Line, { days }: UsageSpan): Pick<Usage, 'fullUnits' | 'prorated'> & { readonly unrounded: Quantity } {
    const carriedIn = this.#charge.metric.definition.recurring ? carriedFrom(line.before) : nothingCarriedIn;
    const prorated = prorate(this.#aggregationType, line.events, carriedIn, days);
    return { unrounded: weightedUnits(prorated), fullUnits: fullUnits(prorated), prorated };
  }

  /** What each event is priced on: its own value, or one where events are counted. */
  #amounts({ events }: Line): { readonly amount: Quantity }[] {
    const inOrder = events.toSorted(byPlace);
    return inOrder.map(({ value }) => ({ amount: value ?? Quantity.one }));
  }
}

function byPlace(a: MeteredEvent, b: MeteredEvent): number {
  return Temporal.Instant.compare(a.timestamp, b.timestamp) || (a.receivedOrder < b.receivedOrder ? -1 : 1);
}

function heldPart(period: Period, until: Temporal.Instant): Period {
  if (Temporal.Instant.compare(period.end, until) <= 0) return period;
  return Period.contains(period, until) ? Period.of(period.start, until) : Period.of(period.start, period.start);
}

/** A group that was there in an earlier period and has nothing left is no line: it would pay flat amounts for ever. */
function hasUsage({ usage: { units, fullUnits: full, eventsCount } }: MeasuredUsage): boolean {
  return eventsCount > 0n || !Quantity.isZero(units) || (full !== undefined && !Quantity.isZero(full));
}
