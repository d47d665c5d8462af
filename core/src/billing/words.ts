import type { ChargeFilter, GroupedBy, RatedLine } from '../rating/index.ts';
import type { ChargeDefinition } from './facts.ts';

/** "region: eu, us; tier: any", in which any stands for no list of values. */
export function conditionWords({ conditions }: Pick<ChargeFilter, 'conditions'>): string {
  return conditions.map(({ key, values }) => `${key}: ${values.length === 0 ? 'any' : values.join(', ')}`).join('; ');
}

/** "model: small, region: none", in which none is an event without the key. */
export function groupWords(groupedBy: GroupedBy): string {
  return Object.entries(groupedBy)
    .map(([key, value]) => `${key}: ${value ?? 'none'}`)
    .join(', ');
}

/** What the line of a charge is called: "API calls (region: eu), model: small". A filter's own name for invoices replaces the first part. */
export function lineWords(definition: ChargeDefinition, line: RatedLine): string {
  const filter = filterOf(definition, line);
  const named = filter === null || filter.invoiceDisplayName !== null;
  const name = named ? line.displayName : `${line.displayName} (${conditionWords(filter)})`;
  const group = groupWords(line.groupedBy);
  return group === '' ? name : `${name}, ${group}`;
}

/** The filter of a line; null for the base. */
export function filterOf(definition: ChargeDefinition, line: RatedLine): ChargeFilter | null {
  return definition.filters.find(({ id }) => id === line.filterId) ?? null;
}
