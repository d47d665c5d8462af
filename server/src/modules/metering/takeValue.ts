import { type EventProperties, extract } from '@farthing/core/metering';
import { Currency } from '@farthing/core/money';
import { dynamicAmount } from '@farthing/core/rating';
import { metricDefinitionOf } from '../metrics/index.ts';
import type { KnownMetric } from './metering.sql.ts';

/** Why an event is not taken: the path as EventCreate has it, and a sentence. */
export interface Refusal {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

/** What a metric takes from an event. */
export type Taken = Extract<ReturnType<typeof extract>, { ok: true }>;

export const nothingTaken: Taken = { ok: true, value: null, uniqueValue: null, operation: 'add' };

// Whether a number is one does not depend on the currency.
const anyCurrency = Currency.parse('USD');

/**
 * Reads, once and at intake, what the metric counts; refuses what it, or a charge of the model dynamic on it, could not read later, so
 * that no stored event can spoil a bill (P7).
 */
export function takeValue(metric: KnownMetric, properties: EventProperties): Taken | Refusal {
  const extracted = extract(metricDefinitionOf(metric), properties);
  if (!extracted.ok) return refused(extracted);
  for (const { price_field: priceField, quantity_field: quantityField } of metric.dynamic_fields) {
    const priced = dynamicAmount({ priceField, quantityField }, properties, anyCurrency);
    if (!priced.ok) return refused(priced);
  }
  return extracted;
}

function refused({ path, message }: { readonly path: string; readonly message: string }): Refusal {
  return { code: 'invalid_property', path, message: `${message.charAt(0).toUpperCase()}${message.slice(1)}.` };
}
