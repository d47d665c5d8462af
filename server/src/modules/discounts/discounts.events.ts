import { type EventAction, event } from '../../kernel/event.ts';
import { AppliedCouponResponse, CouponResponse } from './discounts.schemas.ts';

const coupon = (name: string, action: EventAction, description: string) =>
  event({ name: `coupon.${name}`, subject: 'coupon', action, description, data: CouponResponse });

export const couponCreated = coupon('created', 'created', 'A coupon was created.');
export const couponUpdated = coupon('updated', 'updated', 'A coupon changed.');
export const couponTerminated = coupon('terminated', 'status_changed', 'A coupon was ended: it is not given any more.');

const applied = (name: string, action: EventAction, description: string) =>
  event({ name: `applied_coupon.${name}`, subject: 'applied_coupon', action, description, data: AppliedCouponResponse });

export const appliedCouponCreated = applied('created', 'created', 'A customer got a coupon.');
export const appliedCouponTerminated = applied('terminated', 'status_changed', 'A customer’s coupon was used up, or taken from the customer.');
export const appliedCouponUsed = applied('used', 'updated', 'An invoice took a customer’s coupon.');
export const appliedCouponReturned = applied('returned', 'updated', 'An invoice gave a customer’s coupon back.');
