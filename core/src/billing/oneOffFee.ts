import { type Currency, Precise, type Quantity, Rate } from '../money/index.ts';
import { type FeeDraft, feeOf } from './draft.ts';
import { explainNode } from './explain.ts';

/** A line that somebody asked for: so many units at a price in major units. */
export interface OneOffLine {
  readonly description: string;
  readonly quantity: Quantity;
  readonly unitPrice: Rate;
  readonly metricCode: string | null;
}

/** The fee of a line of a one-off invoice: quantity × unit price, exactly, rounded once (M3). */
export function oneOffFee(line: OneOffLine, currency: Currency, at: Temporal.Instant): FeeDraft {
  const { description, quantity, unitPrice, metricCode } = line;
  const precise = Precise.price(quantity, unitPrice, currency);
  return feeOf({
    type: 'add_on',
    kind: 'regular',
    description,
    chargeId: null,
    filterId: null,
    groupedBy: null,
    metricCode,
    units: quantity,
    eventsCount: 0n,
    precise,
    from: at,
    to: at,
    properties: { unit_price: Rate.toString(unitPrice) },
    price: explainNode('price', 'Quantity times unit price', { inputs: { unit_price: Rate.toString(unitPrice) }, amount: precise }),
    quantity: null,
    inputs: {},
  });
}
