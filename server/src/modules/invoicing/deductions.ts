import type { DeductionFacts } from '@farthing/core/billing';

/** Nothing is taken off an invoice, and no tax is on it. */
export const noDeductions: DeductionFacts = { coupons: [], taxes: [] };
