import { type Currency, Quantity } from '../money/index.ts';
import { type ChargeFilter, type Group, groupKey } from './filters.ts';
import type { ChargeProperties } from './models/index.ts';
import { priceUsage } from './priceUsage.ts';
import type { Priced, Usage } from './usage.ts';

/** A charge as it is rated. */
export interface RatableCharge {
  /** What prices usage that matches no filter (P4). Their `model` is the charge's; so it is in the filters' properties. */
  readonly properties: ChargeProperties;
  /** In the order of their declaration. */
  readonly filters: readonly ChargeFilter[];
  readonly displayName: string;
}

/** The usage that one filter (null: none of them) and one group (null: the charge has no group keys) has collected. */
export interface CollectedUsage {
  readonly filterId: string | null;
  readonly group: Group | null;
  readonly usage: Usage;
}

/** One fee to be, rounded by nobody yet. */
export interface RatedLine<C extends CollectedUsage> {
  /** Null for the charge's own properties. */
  readonly filter: ChargeFilter | null;
  readonly group: Group | null;
  readonly usage: Usage;
  /** What the line was made from, null where there was no usage. */
  readonly collected: C | null;
  readonly displayName: string;
  /** What priced it. */
  readonly properties: ChargeProperties;
  readonly priced: Priced;
}

/**
 * The fee lines of a charge (P4): for each filter in the order of declaration, then for what matched none, one line per group in
 * the order of the groups' values; where there is no usage, one line without a group, priced at zero units (P2).
 * Throws RangeError for usage of an unknown filter or the same filter and group twice: it would be billed never or twice.
 */
export function rateCharge<C extends CollectedUsage>(
  charge: RatableCharge,
  collected: readonly C[],
  currency: Currency,
): RatedLine<C>[] {
  const byFilter = Map.groupBy(collected, ({ filterId }) => filterId);
  const lines = [...charge.filters, null].flatMap((filter) => {
    const filterId = filter?.id ?? null;
    const used = inOrder(byFilter.get(filterId) ?? []);
    byFilter.delete(filterId);
    const properties = filter?.properties ?? charge.properties;
    const displayName = filter?.invoiceDisplayName ?? charge.displayName;
    return (used.length > 0 ? used : [null]).map((part) => {
      const usage = part?.usage ?? noUsage;
      const priced = priceUsage(properties.model, properties, usage, currency);
      return { filter, group: part?.group ?? null, usage, collected: part, displayName, properties, priced };
    });
  });
  const [unknown] = byFilter.keys();
  if (unknown !== undefined) throw new RangeError(`usage of a filter the charge does not have: ${unknown}`);
  return lines;
}

const noUsage: Usage = { units: Quantity.zero, eventsCount: 0n };

function inOrder<C extends CollectedUsage>(collected: readonly C[]): C[] {
  const byKey = new Map(collected.map((part) => [groupKey(part.group), part]));
  if (byKey.size < collected.length) throw new RangeError('usage of the same filter and group is given twice');
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}
