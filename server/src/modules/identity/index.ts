import type { Module } from '../../kernel/module.ts';
import * as events from './identity.events.ts';
import { identityOperations } from './identity.routes.ts';

export { createOrganization } from './createOrganization.ts';
export { adminGuard, apiKeyGuard, publicGuard } from './guardRequests.ts';
export { organizationCreated } from './identity.events.ts';
export { findOrganization } from './identity.sql.ts';
export { keepClockForward } from './testClock.ts';

export const identity: Module = {
  name: 'identity',
  operations: identityOperations,
  events: Object.values(events),
};
