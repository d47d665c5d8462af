import type { Module } from '../../kernel/module.ts';
import * as events from './discounts.events.ts';
import { discountsOperations } from './discounts.routes.ts';

export { lockCoupons } from './discounts.sql.ts';
export { type CouponTaker, loadCoupons, supposeCoupons } from './loadCoupons.ts';
export { recordUses } from './recordUses.ts';

export const discounts: Module = { name: 'discounts', operations: discountsOperations, events: Object.values(events) };
