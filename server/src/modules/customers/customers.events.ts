import { event } from '../../kernel/event.ts';
import { CustomerResponse } from './customers.schemas.ts';

const declare = (action: 'created' | 'updated' | 'deleted', description: string) =>
  event({ name: `customer.${action}`, subject: 'customer', action, description, data: CustomerResponse });

export const customerCreated = declare('created', 'A customer was created.');
export const customerUpdated = declare('updated', 'A customer changed.');
export const customerDeleted = declare('deleted', 'A customer was deleted; its history is kept.');
