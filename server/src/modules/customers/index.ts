import type { Module } from '../../kernel/module.ts';
import * as events from './customers.events.ts';
import { customersOperations } from './customers.routes.ts';

export { customerUpdated } from './customers.events.ts';
export { customerParams } from './customers.schemas.ts';
export { type CustomerRow, findCustomer, lockCustomer } from './customers.sql.ts';
export { lockBilling } from './lockBilling.ts';

export const customers: Module = {
  name: 'customers',
  operations: customersOperations,
  events: Object.values(events),
};
