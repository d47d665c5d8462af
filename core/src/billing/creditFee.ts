import { type Precise, type Quantity, Rate } from '../money/index.ts';
import { type FeeDraft, feeOf } from './draft.ts';
import { explainNode } from './explain.ts';

/** Credits of a wallet that are sold, at a rate of minor units per credit. */
export interface SoldCredits {
  readonly description: string;
  readonly credits: Quantity;
  readonly rate: Rate;
  /** What they are worth, which is their price. */
  readonly value: Precise;
}

/** The fee that sells credits. It is no revenue: what they pay for is. */
export function creditFee({ description, credits, rate, value }: SoldCredits, at: Temporal.Instant): FeeDraft {
  return feeOf({
    type: 'credit',
    kind: 'regular',
    description,
    chargeId: null,
    filterId: null,
    groupedBy: null,
    metricCode: null,
    units: credits,
    eventsCount: 0n,
    precise: value,
    from: at,
    to: at,
    properties: { rate_amount: Rate.toString(rate) },
    price: explainNode('price', 'Credits at what one is worth', { inputs: { rate_amount: Rate.toString(rate) }, amount: value }),
    quantity: null,
    inputs: {},
  });
}
