import type { DeductionFacts } from '@farthing/core/billing';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { type CouponTaker, loadCoupons } from '../discounts/index.ts';

/** What lowers the fees of an invoice of this customer and what tax is on them, as it is now. */
export async function loadDeductions(db: ReadDb, of: CouponTaker): Promise<DeductionFacts> {
  return { coupons: await loadCoupons(db, of), taxes: [] };
}
