import { randomUUIDv7 } from 'node:crypto';
import type { FieldError } from '../../kernel/problem.ts';
import type { ChargeRow } from './catalog.sql.ts';
import type { CheckedCharge } from './checkCharges.ts';

/** A charge with its place in a plan. */
export interface PlacedCharge extends CheckedCharge {
  readonly id: string;
  readonly code: string;
  /** The charge it continues, whose id it has. */
  readonly kept: ChargeRow | null;
}

/**
 * Gives each charge its code and its id. One that is named by id, or has the code of an existing charge on the same metric,
 * continues that charge; without a code a charge gets its metric's, or that with -2, -3 and so on.
 */
export function placeCharges(
  charges: readonly CheckedCharge[],
  existing: readonly ChargeRow[],
): { readonly placed: readonly PlacedCharge[]; readonly errors: readonly FieldError[] } {
  const errors: FieldError[] = [];
  const refuse = (index: number, field: string, code: string, message: string): void => {
    errors.push({ path: `charges.${index}.${field}`, code, message });
  };
  const claimed = new Set<string>();
  const byId = charges.map(({ input, metric }, index) => {
    if (input.id === undefined) return null;
    const found = existing.find(({ id }) => id === input.id);
    if (found === undefined) refuse(index, 'id', 'not_found', 'The plan has no such charge.');
    else if (claimed.has(found.id)) refuse(index, 'id', 'duplicate', 'This charge is named twice.');
    else if (found.billable_metric_id !== metric.id)
      refuse(index, 'billable_metric_id', 'immutable', 'The metric of a charge cannot change; leave the id out to make another charge.');
    if (found !== undefined) claimed.add(found.id);
    return found ?? null;
  });
  const codes = codesOf(charges, byId, refuse);
  const placed = charges.map((charge, index) => {
    const code = codes[index] ?? '';
    const sameCode = existing.find((row) => row.code === code && row.billable_metric_id === charge.metric.id && !claimed.has(row.id));
    const kept = byId[index] ?? sameCode ?? null;
    if (kept !== null) claimed.add(kept.id);
    return { ...charge, id: kept?.id ?? randomUUIDv7(), code, kept };
  });
  return { placed, errors };
}

function codesOf(
  charges: readonly CheckedCharge[],
  byId: readonly (ChargeRow | null)[],
  refuse: (index: number, field: string, code: string, message: string) => void,
): readonly string[] {
  const given = charges.map(({ input }, index) => input.code ?? byId[index]?.code ?? null);
  const taken = new Set<string>();
  given.forEach((code, index) => {
    if (code === null) return;
    if (taken.has(code)) refuse(index, 'code', 'duplicate', `Another charge of the plan has the code ${code}.`);
    taken.add(code);
  });
  return charges.map(({ metric }, index) => {
    const code = given[index] ?? freeCode(metric.code, taken);
    taken.add(code);
    return code;
  });
}

function freeCode(wanted: string, taken: ReadonlySet<string>): string {
  let code = wanted;
  for (let next = 2; taken.has(code); next++) code = `${wanted}-${next}`;
  return code;
}
