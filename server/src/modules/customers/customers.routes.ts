import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import {
  CustomerCreate,
  CustomerResponse,
  CustomerUpdate,
  customerFilters,
  customerParams,
  externalParams,
  includeDeleted,
  PortalUrlResponse,
} from './customers.schemas.ts';
import { findCustomer, listCustomers } from './customers.sql.ts';
import { presentCustomer } from './presentCustomer.ts';
import { createCustomer, deleteCustomer, updateCustomer } from './saveCustomer.ts';
import { type PortalAccess, signPortalLink } from './signPortalLink.ts';

const tag = 'Customers';
const path = '/v1/customers';

/** Customers, and the way into their portal where there is one. */
export function customersOperations(portal: PortalAccess | null): Operation[] {
  return [
    ...operations,
    query({
      id: 'getCustomerPortalUrl',
      method: 'GET',
      path: `${path}/{external_id}/portal_url`,
      tag,
      summary: 'Generate customer portal URL',
      description: 'Whoever has the link is the customer for about an hour: give it to nobody else.',
      permission: 'customers:write',
      params: externalParams,
      returns: PortalUrlResponse,
      problems: { portal_not_configured: 'this installation has no portal' },
      handle: async ({ params, read: { db, scope } }) => {
        const row = await findCustomer(db, params.external_id);
        if (row === undefined) throw notFound('customer');
        return signPortalLink(portal, scope, row.id);
      },
    }),
  ];
}

const operations: Operation[] = [
  query({
    id: 'listCustomers',
    method: 'GET',
    path,
    tag,
    summary: 'List customers',
    permission: 'customers:read',
    query: listQuery(customerFilters),
    returns: { list: CustomerResponse },
    handle: async ({ query: page, read }) => {
      const found = await listCustomers(read.db, page);
      return { ...found, items: found.items.map(presentCustomer) };
    },
  }),
  command({
    id: 'createCustomer',
    method: 'POST',
    path,
    tag,
    summary: 'Create a customer',
    permission: 'customers:write',
    status: 201,
    body: CustomerCreate,
    returns: CustomerResponse,
    problems: { external_id_taken: 'another customer has this external_id' },
    handle: ({ body, tx }) => createCustomer(tx, body),
  }),
  query({
    id: 'getCustomer',
    method: 'GET',
    path: `${path}/{customer_id}`,
    tag,
    summary: 'Get a customer',
    description: 'By id, prefixed id (`cus_…`) or `external_id`.',
    permission: 'customers:read',
    params: customerParams,
    query: includeDeleted,
    returns: CustomerResponse,
    handle: async ({ params, query: { include_deleted: includeDeleted }, read }) => {
      const row = await findCustomer(read.db, params.customer_id, { includeDeleted });
      if (row === undefined) throw notFound('customer');
      return presentCustomer(row);
    },
  }),
  command({
    id: 'updateCustomer',
    method: 'PUT',
    path: `${path}/{customer_id}`,
    tag,
    summary: 'Update a customer',
    description: 'Partial: what is absent stays, an explicit null clears.',
    permission: 'customers:write',
    params: customerParams,
    body: CustomerUpdate,
    returns: CustomerResponse,
    problems: { external_id_taken: 'another customer has this external_id', currency_in_use: 'subscriptions or invoices are in the old currency' },
    handle: ({ params, body, tx }) => updateCustomer(tx, params.customer_id, body),
  }),
  command({
    id: 'deleteCustomer',
    method: 'DELETE',
    path: `${path}/{customer_id}`,
    tag,
    summary: 'Delete a customer',
    description: 'Hides the customer; invoices, fees and usage are kept.',
    permission: 'customers:write',
    params: customerParams,
    returns: null,
    problems: { customer_has_subscriptions: 'a subscription still bills the customer' },
    handle: ({ params, tx }) => deleteCustomer(tx, params.customer_id),
  }),
];
