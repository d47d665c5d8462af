import { Amount, type Currency, Precise, Quantity } from '../money/index.ts';
import { type FeeDraft, feeOf } from './draft.ts';
import { explainNode } from './explain.ts';

/** An add-on that was applied to a customer, at the price of that moment. */
export interface AppliedAddOn {
  readonly addOnId: string;
  readonly code: string;
  /** As invoices call it. */
  readonly displayName: string;
  readonly amount: Amount;
}

/** The fee of an add-on that was applied: one, at its price. */
export function addOnFee({ addOnId, code, displayName, amount }: AppliedAddOn, currency: Currency, at: Temporal.Instant): FeeDraft {
  const precise = Precise.ofMinor(amount);
  return feeOf({
    type: 'add_on',
    kind: 'regular',
    description: displayName,
    chargeId: null,
    addOnId,
    filterId: null,
    groupedBy: null,
    metricCode: null,
    units: Quantity.one,
    eventsCount: 0n,
    precise,
    from: at,
    to: at,
    properties: { add_on_code: code, amount_cents: Amount.toNumber(amount) },
    price: explainNode('price', `The price of the add-on, ${Amount.toMajor(amount, currency)} ${currency}`, { inputs: { add_on: code }, amount: precise }),
    quantity: null,
    inputs: { add_on: code },
  });
}
