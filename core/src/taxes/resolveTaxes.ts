import { Rate } from '../money/index.ts';
import type { Tax, TaxCategory } from './tax.ts';

/** What taxes there are, as they stand at the moment of the draft. */
export interface TaxFacts {
  /** Where the customer pays none, and why. */
  readonly exemption: { readonly category: TaxCategory; readonly reason: string } | null;
  /** By the id of the charge, add-on, commitment, fixed charge or plan they are applied to; each in order of application. */
  readonly applied: ReadonlyMap<string, readonly Tax[]>;
  /** The plan of a charge or a commitment, by its id. */
  readonly planOf: ReadonlyMap<string, string>;
  /** Those of the customer, of its billing entity and of the organization, in this order. */
  readonly general: readonly (readonly Tax[])[];
}

/** What a fee is for, which decides its taxes. */
export interface Taxable {
  readonly chargeId: string | null;
  readonly addOnId: string | null;
  readonly commitmentId: string | null;
  readonly fixedChargeId: string | null;
  /** Of a plan's own fee. */
  readonly planId: string | null;
}

/** No taxes at all. */
export const noTaxes: TaxFacts = { exemption: null, applied: new Map(), planOf: new Map(), general: [] };

/** What stands in place of taxes on every fee of a customer that pays none. */
const EXEMPT = 'exempt';

/**
 * The taxes of a fee: those of the first level that has any; several of one level add up. The levels: the charge, fixed charge, add-on or
 * commitment itself, its plan, the customer, the billing entity, the organization. A customer that is exempt has none, with a line that says why.
 */
export function resolveTaxes({ exemption, applied, planOf, general }: TaxFacts, { chargeId, addOnId, commitmentId, fixedChargeId, planId }: Taxable): readonly Tax[] {
  if (exemption !== null) {
    const { category, reason } = exemption;
    return [{ id: null, code: EXEMPT, name: reason, rate: Rate.zero, category, jurisdiction: EXEMPT, compound: false, inclusive: false, reason }];
  }
  const own = chargeId ?? addOnId ?? commitmentId ?? fixedChargeId;
  const plan = planId ?? (own === null ? null : (planOf.get(own) ?? null));
  const levels = [own, plan].map((id) => (id === null ? undefined : applied.get(id)));
  return [...levels, ...general].find((taxes) => taxes !== undefined && taxes.length > 0) ?? [];
}
