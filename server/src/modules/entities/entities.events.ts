import { event } from '../../kernel/event.ts';
import { BillingEntityResponse } from './entities.schemas.ts';

const declare = (action: 'created' | 'updated' | 'deleted', description: string) =>
  event({ name: `billing_entity.${action}`, subject: 'billing_entity', action, description, data: BillingEntityResponse });

export const billingEntityCreated = declare('created', 'A billing entity was created.');
export const billingEntityUpdated = declare('updated', 'A billing entity changed.');
export const billingEntityDeleted = declare('deleted', 'A billing entity was deleted.');
