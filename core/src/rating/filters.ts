import type { ChargeProperties } from './models/index.ts';

/** What an event must have to be priced by a filter: every key with one of its values; no values means any value. */
export interface FilterCondition {
  readonly key: string;
  readonly values: readonly string[];
}

export interface ChargeFilter {
  readonly id: string;
  readonly conditions: readonly FilterCondition[];
  /** Complete: the charge's properties with the filter's own laid over them. */
  readonly properties: ChargeProperties;
  readonly invoiceDisplayName: string | null;
}

/** The properties of an event as texts; see `textOf` in core/metering. */
export type EventTexts = Readonly<Record<string, string | null>>;

/**
 * The filter that prices an event: of those it matches, the one with the most keys, then the first declared; null means the
 * charge's own properties (P4). A filter without conditions matches nothing, for that is what the charge itself is.
 */
export function matchFilter<F extends Pick<ChargeFilter, 'conditions'>>(filters: readonly F[], event: EventTexts): F | null {
  let best: F | null = null;
  for (const filter of filters) {
    const moreSpecific = filter.conditions.length > (best?.conditions.length ?? 0);
    if (moreSpecific && filter.conditions.every((condition) => matches(condition, event))) best = filter;
  }
  return best;
}

function matches({ key, values }: FilterCondition, event: EventTexts): boolean {
  const text = Object.hasOwn(event, key) ? (event[key] ?? null) : null;
  if (text === null) return false;
  return values.length === 0 || values.includes(text);
}

/** The values by which a fee is grouped; a key the event does not have is null (P4). */
export type Group = Readonly<Record<string, string | null>>;

/** The group of an event under `pricing_group_keys`; null without keys. */
export function groupOf(pricingGroupKeys: readonly string[], event: EventTexts): Group | null {
  if (pricingGroupKeys.length === 0) return null;
  return Object.fromEntries(
    pricingGroupKeys.map((key) => [key, Object.hasOwn(event, key) ? (event[key] ?? null) : null]),
  );
}

/** A text that is equal for equal groups, whatever the order of their keys, and for no others: to collect events by. */
export function groupKey(group: Group | null): string {
  const keys = Object.keys(group ?? {}).toSorted();
  return JSON.stringify(keys.map((key) => [key, group?.[key] ?? null]));
}
