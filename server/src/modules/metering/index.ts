import type { Module } from '../../kernel/module.ts';
import { eventAmended } from './amendments.events.ts';
import { amendmentsOperations } from './amendments.routes.ts';
import { meteringOperations } from './metering.routes.ts';
import { usageOperations } from './usage.routes.ts';

export type { FinalizedUsage } from './amendments.sql.ts';
export { finalizeUsage, releaseUsage } from './finalizeUsage.ts';
export { type BilledEdge, findLateHours, type LateHour } from './lateEvents.sql.ts';
export { measureUsage } from './measureUsage.ts';
export { EventResponse } from './metering.schemas.ts';
export { presentEvent } from './presentEvent.ts';
export { listSelected } from './selection.sql.ts';

export const metering: Module = {
  name: 'metering',
  operations: [...meteringOperations, ...amendmentsOperations, ...usageOperations],
  events: [eventAmended],
};
