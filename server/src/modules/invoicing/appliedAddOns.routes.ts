import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { addOnParams, findAddOn } from '../addOns/index.ts';
import { customerParams, findCustomer } from '../customers/index.ts';
import { AppliedAddOnDetailResponse, AppliedAddOnResponse, ApplyAddOnRequest } from './appliedAddOns.schemas.ts';
import { listApplied } from './appliedAddOns.sql.ts';
import { applyAddOn, presentApplied } from './applyAddOn.ts';

const tag = 'Add-ons';

type Listed = Awaited<ReturnType<typeof listApplied>>['items'][number];

const presentDetail = (row: Listed) => ({ ...row, ...presentApplied(row) });

export const appliedAddOnsOperations: Operation[] = [
  command({
    id: 'applyAddOn',
    method: 'POST',
    path: '/v1/add_ons/apply',
    tag,
    summary: 'Apply an add-on to a customer',
    description: 'Bills it: on an invoice of its own, finalized at once, or with `billing: next_invoice` as a line on the customer’s next one.',
    permission: 'add_ons:write',
    status: 201,
    body: ApplyAddOnRequest,
    returns: AppliedAddOnResponse,
    handle: ({ body, tx }) => applyAddOn(tx, body),
  }),
  query({
    id: 'listAddOnApplications',
    method: 'GET',
    path: '/v1/add_ons/{code}/applications',
    tag,
    summary: 'List the applications of an add-on',
    permission: 'add_ons:read',
    params: addOnParams,
    query: listQuery({}),
    returns: { list: AppliedAddOnDetailResponse },
    handle: async ({ params, query: page, read: { db } }) => {
      const addOn = await findAddOn(db, params.code);
      if (addOn === undefined) throw notFound('add-on');
      const found = await listApplied(db, { addOnId: addOn.id }, page);
      return { ...found, items: found.items.map(presentDetail) };
    },
  }),
  query({
    id: 'listCustomerAppliedAddOns',
    method: 'GET',
    path: '/v1/customers/{customer_id}/applied_add_ons',
    tag: 'Customers',
    summary: 'List the add-ons applied to a customer',
    permission: 'customers:read',
    params: customerParams,
    query: listQuery({}),
    returns: { list: AppliedAddOnDetailResponse },
    handle: async ({ params, query: page, read: { db } }) => {
      const customer = await findCustomer(db, params.customer_id);
      if (customer === undefined) throw notFound('customer');
      const found = await listApplied(db, { customerId: customer.id }, page);
      return { ...found, items: found.items.map(presentDetail) };
    },
  }),
];
