import { z } from 'zod';
import type { JsonValue } from '../metering/index.ts';
import { type ChargeModelName, chargeModels, type PropertiesOf } from './models/index.ts';

/** A refusal of a property: its path below the properties ("tiers.1.up_to", empty for the whole) and a clause to show after it. */
export interface PropertyIssue {
  readonly path: string;
  readonly message: string;
}

export type ParsedProperties<M extends ChargeModelName> =
  | { readonly ok: true; readonly value: PropertiesOf[M] }
  | { readonly ok: false; readonly issues: readonly PropertyIssue[] };

/** Checks and reads the properties of a charge, in either notation and with either of two names; unknown keys are refused (A3). */
export function parseProperties<M extends ChargeModelName>(model: M, raw: unknown): ParsedProperties<M> {
  const parsed = chargeModels[model].properties.safeParse(raw ?? {}, { reportInput: true });
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, issues: parsed.error.issues.flatMap(plainIssues) };
}

/** The stored form: one notation, one name for everything, decimals as strings. Reading it gives the same properties again. */
export function encodeProperties<M extends ChargeModelName>(model: M, properties: PropertiesOf[M]): JsonObject {
  return z.encode(chargeModels[model].properties, properties) as JsonObject;
}

type JsonObject = { readonly [key: string]: JsonValue };

/**
 * The properties of a charge filter: those of the charge, key by key replaced by the filter's own. A key of the filter replaces
 * its synonyms too: `unit_price` over `amount`, `tiers` over `graduated_ranges`. Both sides as they came or as they are stored.
 */
export function overlayProperties(
  model: ChargeModelName,
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const replaced = new Set(Object.keys(over));
  for (const synonyms of chargeModels[model].synonyms) {
    if (synonyms.some((key) => replaced.has(key))) for (const key of synonyms) replaced.add(key);
  }
  const kept = Object.entries(base).filter(([key]) => !replaced.has(key));
  return { ...Object.fromEntries(kept), ...over };
}

function plainIssues(issue: z.core.$ZodIssue): PropertyIssue[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'is not a property of this charge model' }));
  }
  return [{ path: path.join('.'), message: plainMessage(issue) }];
}

/** Our own refusals are clauses already; the library's are sentences about types. */
function plainMessage(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${article(issue.expected)}`;
    case 'too_big':
      return `must not be longer than ${issue.maximum}`;
    case 'too_small':
      return 'must not be empty';
    default:
      return issue.message;
  }
}

function article(type: string): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}
