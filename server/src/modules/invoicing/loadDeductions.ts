import type { DeductionFacts } from '@farthing/core/billing';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { type CouponTaker, loadCoupons } from '../discounts/index.ts';
import { loadTaxes } from '../taxes/index.ts';

/**
 * What lowers the fees of an invoice of this customer and what tax is on them, as it is now. `planIds` are plans that its fees may be of
 * although no subscription of the customer has them, such as that of a preview.
 */
export async function loadDeductions(db: ReadDb, of: CouponTaker, planIds: readonly string[] = []): Promise<DeductionFacts> {
  return { coupons: await loadCoupons(db, of), taxes: await loadTaxes(db, of.customerId, planIds) };
}
