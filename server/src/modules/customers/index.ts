import type { Module } from '../../kernel/module.ts';
import * as events from './customers.events.ts';
import { customersOperations } from './customers.routes.ts';
import type { PortalAccess } from './signPortalLink.ts';

export { customerUpdated } from './customers.events.ts';
export { customerParams } from './customers.schemas.ts';
export { type CustomerRow, findCustomer, lockCustomer } from './customers.sql.ts';
export { lockBilling } from './lockBilling.ts';

export type { PortalAccess } from './signPortalLink.ts';

/** Who is billed; `portal` null: there is no portal to link to. */
export function customers(portal: PortalAccess | null): Module {
  return { name: 'customers', operations: customersOperations(portal), events: Object.values(events) };
}
