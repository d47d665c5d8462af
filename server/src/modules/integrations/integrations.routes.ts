import { z } from 'zod';
import { type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { customerParams, findCustomer } from '../customers/index.ts';
import { CustomerIntegrationMappingResponse } from './integrations.schemas.ts';
import { mappingsOf } from './integrations.sql.ts';

export const integrationsOperations: Operation[] = [
  query({
    id: 'listCustomerIntegrationMappings',
    method: 'GET',
    path: '/v1/customers/{customer_id}/integration_mappings',
    tag: 'Customers',
    summary: 'List customer integration mappings',
    description: 'What each connected system calls the customer.',
    permission: 'customers:read',
    params: customerParams,
    returns: z.array(CustomerIntegrationMappingResponse),
    handle: async ({ params, read: { db } }) => {
      const customer = await findCustomer(db, params.customer_id);
      if (customer === undefined) throw notFound('customer');
      return mappingsOf(db, customer.id);
    },
  }),
];
