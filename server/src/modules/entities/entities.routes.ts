import { z } from 'zod';
import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { findOrganization } from '../identity/index.ts';
import { BillingEntityCreate, BillingEntityResponse, BillingEntityUpdate, billingEntityParams } from './entities.schemas.ts';
import { countCustomers, findEntity, listEntities } from './entities.sql.ts';
import { createEntity, deleteEntity, presentEntity, updateEntity } from './saveEntity.ts';

const tag = 'Billing Entities';
const path = '/v1/billing_entities';

export const entitiesOperations: Operation[] = [
  query({
    id: 'listBillingEntities',
    method: 'GET',
    path,
    tag,
    summary: 'List billing entities',
    permission: 'billing_entities:read',
    query: listQuery({}),
    returns: { list: BillingEntityResponse },
    handle: async ({ query: page, read }) => {
      const found = await listEntities(read.db, page);
      return { ...found, items: found.items.map(presentEntity) };
    },
  }),
  command({
    id: 'createBillingEntity',
    method: 'POST',
    path,
    tag,
    summary: 'Create a billing entity',
    description: 'A legal entity that invoices are issued by, with a numbering of its own.',
    permission: 'billing_entities:write',
    status: 201,
    body: BillingEntityCreate,
    returns: BillingEntityResponse,
    problems: { code_taken: 'another billing entity has this code' },
    handle: async ({ body, tx }) => {
      const organization = await findOrganization(tx.db, tx.scope.tenant.organizationId);
      return createEntity(tx, body, organization?.default_currency ?? 'USD');
    },
  }),
  query({
    id: 'countCustomersPerBillingEntity',
    method: 'GET',
    path: `${path}/customer_counts`,
    tag,
    summary: 'Count customers per billing entity',
    permission: 'billing_entities:read',
    returns: z.record(z.string(), z.int()).meta({ id: 'BillingEntityCustomerCounts', description: 'Billing entity id -> customers.' }),
    handle: ({ read }) => countCustomers(read.db),
  }),
  query({
    id: 'getBillingEntity',
    method: 'GET',
    path: `${path}/{code}`,
    tag,
    summary: 'Get a billing entity',
    permission: 'billing_entities:read',
    params: billingEntityParams,
    returns: BillingEntityResponse,
    handle: async ({ params, read }) => {
      const row = await findEntity(read.db, { code: params.code });
      if (row === undefined) throw notFound('billing entity');
      return presentEntity(row);
    },
  }),
  command({
    id: 'updateBillingEntity',
    method: 'PATCH',
    path: `${path}/{code}`,
    tag,
    summary: 'Update a billing entity',
    permission: 'billing_entities:write',
    params: billingEntityParams,
    body: BillingEntityUpdate,
    returns: BillingEntityResponse,
    problems: { numbering_in_use: 'invoices already carry numbers of this entity' },
    handle: ({ params, body, tx }) => updateEntity(tx, params.code, body),
  }),
  command({
    id: 'deleteBillingEntity',
    method: 'DELETE',
    path: `${path}/{code}`,
    tag,
    summary: 'Delete a billing entity',
    permission: 'billing_entities:write',
    params: billingEntityParams,
    returns: null,
    problems: { entity_in_use: 'customers or invoices belong to it', default_entity: 'it is the default' },
    handle: ({ params, tx }) => deleteEntity(tx, params.code),
  }),
];
