import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { customerParams, findCustomer } from '../customers/index.ts';
import { applyCoupon, removeApplied } from './applyCoupon.ts';
import {
  AppliedCouponResponse,
  ApplyCouponRequest,
  appliedCouponParams,
  CouponAnalyticsResponse,
  CouponCreate,
  CouponResponse,
  CouponUpdate,
  couponFilters,
  couponParams,
} from './discounts.schemas.ts';
import { findCoupon, listApplied, listCoupons } from './discounts.sql.ts';
import { presentApplied, presentCoupon } from './presentCoupon.ts';
import { readAnalytics } from './readAnalytics.ts';
import { createCoupon, duplicateCoupon, terminateCoupon, updateCoupon } from './saveCoupon.ts';

const tag = 'Coupons';
const path = '/v1/coupons';
const one = { path: `${path}/{code}`, tag, params: couponParams } as const;
const ended = { coupon_terminated: 'the coupon was ended' };

export const discountsOperations: Operation[] = [
  query({
    id: 'listCoupons',
    method: 'GET',
    path,
    tag,
    summary: 'List coupons',
    permission: 'coupons:read',
    query: listQuery(couponFilters),
    returns: { list: CouponResponse },
    handle: async ({ query: page, read }) => {
      const found = await listCoupons(read.db, page);
      return { ...found, items: found.items.map(presentCoupon) };
    },
  }),
  command({
    id: 'createCoupon',
    method: 'POST',
    path,
    tag,
    summary: 'Create a coupon',
    description: 'A fixed amount of each invoice in one currency, or a percentage; for one invoice, for so many, or for ever.',
    permission: 'coupons:write',
    status: 201,
    body: CouponCreate,
    returns: CouponResponse,
    problems: { code_taken: 'another coupon has this code' },
    handle: ({ body, tx }) => createCoupon(tx, body),
  }),
  query({
    id: 'getCoupon',
    method: 'GET',
    ...one,
    summary: 'Get a coupon',
    permission: 'coupons:read',
    returns: CouponResponse,
    handle: async ({ params, read }) => {
      const row = await findCoupon(read.db, params.code);
      if (row === undefined) throw notFound('coupon');
      return presentCoupon(row);
    },
  }),
  command({
    id: 'updateCoupon',
    method: 'PUT',
    ...one,
    summary: 'Update a coupon',
    description: 'Its texts, and until when it is given. What it gives is fixed.',
    permission: 'coupons:write',
    body: CouponUpdate,
    returns: CouponResponse,
    problems: ended,
    silent: 'ending what has ended changes nothing',
    handle: ({ params, body, tx }) => updateCoupon(tx, params.code, body),
  }),
  command({
    id: 'terminateCoupon',
    method: 'DELETE',
    ...one,
    summary: 'Terminate a coupon',
    description: 'It is not given any more; customers who have it keep it.',
    permission: 'coupons:write',
    returns: null,
    silent: 'ending what has ended changes nothing',
    handle: ({ params, tx }) => terminateCoupon(tx, params.code),
  }),
  command({
    id: 'applyCoupon',
    method: 'POST',
    path: `${path}/apply`,
    tag,
    summary: 'Apply a coupon to a customer',
    permission: 'coupons:write',
    status: 201,
    body: ApplyCouponRequest,
    returns: AppliedCouponResponse,
    problems: { ...ended, coupon_expired: 'the coupon has expired', coupon_already_applied: 'it is not reusable and the customer had it' },
    handle: ({ body, tx }) => applyCoupon(tx, body),
  }),
  command({
    id: 'removeAppliedCoupon',
    method: 'DELETE',
    path: `${path}/applied/{applied_coupon_id}`,
    tag,
    summary: 'Remove a customer’s coupon',
    description: 'Invoices to come do not take it; drafts lose it when they are computed again.',
    permission: 'coupons:write',
    params: appliedCouponParams,
    returns: null,
    silent: 'removing what was removed changes nothing',
    handle: ({ params, tx }) => removeApplied(tx, params.applied_coupon_id),
  }),
  query({
    id: 'getCouponAnalytics',
    method: 'GET',
    ...one,
    path: `${one.path}/analytics`,
    summary: 'Get what a coupon was used for',
    permission: 'coupons:read',
    returns: CouponAnalyticsResponse,
    handle: ({ params, read }) => readAnalytics(read, params.code),
  }),
  command({
    id: 'duplicateCoupon',
    method: 'POST',
    ...one,
    path: `${one.path}/duplicate`,
    summary: 'Duplicate a coupon',
    permission: 'coupons:write',
    status: 201,
    returns: CouponResponse,
    problems: { code_taken: 'there is a copy already', code_too_long: 'the code of the copy would be too long' },
    handle: ({ params, tx }) => duplicateCoupon(tx, params.code),
  }),
  query({
    id: 'listCustomerAppliedCoupons',
    method: 'GET',
    path: '/v1/customers/{customer_id}/applied_coupons',
    tag: 'Customers',
    summary: 'List a customer’s coupons',
    permission: 'coupons:read',
    params: customerParams,
    query: listQuery({}),
    returns: { list: AppliedCouponResponse },
    handle: async ({ params, query: page, read }) => {
      const customer = await findCustomer(read.db, params.customer_id);
      if (customer === undefined) throw notFound('customer');
      const found = await listApplied(read.db, customer.id, page);
      return { ...found, items: found.items.map(presentApplied) };
    },
  }),
];
