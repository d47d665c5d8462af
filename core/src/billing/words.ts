import type { ChargeFilter, Group } from '../rating/index.ts';
import type { MeasuredLine } from './facts.ts';

/** "region: eu, us; tier: any", in which any stands for no list of values. */
export function conditionWords({ conditions }: Pick<ChargeFilter, 'conditions'>): string {
  return conditions.map(({ key, values }) => `${key}: ${values.length === 0 ? 'any' : values.join(', ')}`).join('; ');
}

/** "model: small, region: none", in which none is an event without the key. */
export function groupWords(group: Group): string {
  return Object.entries(group)
    .map(([key, value]) => `${key}: ${value ?? 'none'}`)
    .join(', ');
}

/** What the line of a charge is called: "API calls (region: eu), model: small". A filter's own name for invoices says the first part. */
export function lineWords({ displayName, filter, group }: MeasuredLine): string {
  const named = filter === null || filter.invoiceDisplayName !== null;
  const name = named ? displayName : `${displayName} (${conditionWords(filter)})`;
  return group === null ? name : `${name}, ${groupWords(group)}`;
}
