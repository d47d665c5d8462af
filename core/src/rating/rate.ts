import { type Currency, Quantity } from '../money/index.ts';
import { type ChargeFilter, type GroupedBy, groupKey } from './filters.ts';
import type { ChargeProperties } from './models/index.ts';
import { priceUsage } from './parseProperties.ts';
import type { Priced, Usage } from './usage.ts';

/** A charge as it is rated. */
export interface RatableCharge {
  /** Their `model` is the charge's; so it is in the filters' properties. */
  readonly properties: ChargeProperties;
  /** In the order of their declaration. */
  readonly filters: readonly ChargeFilter[];
  readonly displayName: string;
}

/** The usage one filter (null: none of them) and group has collected. */
export interface CollectedUsage {
  readonly filterId: string | null;
  readonly groupedBy: GroupedBy;
  readonly usage: Usage;
}

/** One fee to be: rounded by nobody yet. */
export interface RatedLine extends CollectedUsage {
  readonly displayName: string;
  /** What it was priced with. */
  readonly properties: ChargeProperties;
  readonly priced: Priced;
}

/**
 * The fee lines of a charge (P4): for each filter in the order of declaration, then for what matched none, one line per group in
 * the order of the groups' values; where there is no usage, one line without a group, priced at zero units.
 * Throws RangeError for usage of an unknown filter or the same filter and group twice: it would be billed never or twice.
 */
export function rateCharge(charge: RatableCharge, collected: readonly CollectedUsage[], currency: Currency): RatedLine[] {
  const byFilter = Map.groupBy(collected, ({ filterId }) => filterId);
  const parts = [...charge.filters.map((filter) => ({ ...filter })), { ...charge, id: null, invoiceDisplayName: null }];
  const lines = parts.flatMap(({ id, properties, invoiceDisplayName }) => {
    const used = inOrder(byFilter.get(id) ?? []);
    byFilter.delete(id);
    const displayName = invoiceDisplayName ?? charge.displayName;
    return (used.length > 0 ? used : [unused(id)]).map(({ groupedBy, usage }) => {
      const priced = priceUsage(properties.model, properties, usage, currency);
      return { filterId: id, groupedBy, usage, displayName, properties, priced };
    });
  });
  const [unknown] = byFilter.keys();
  if (unknown !== undefined) throw new RangeError(`usage of a filter the charge does not have: ${unknown}`);
  return lines;
}

function unused(filterId: string | null): CollectedUsage {
  return { filterId, groupedBy: {}, usage: { units: Quantity.zero, eventsCount: 0n } };
}

function inOrder(collected: readonly CollectedUsage[]): CollectedUsage[] {
  const byKey = new Map(collected.map((part) => [groupKey(part.groupedBy), part]));
  if (byKey.size < collected.length) throw new RangeError('usage of the same filter and group is given twice');
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}
