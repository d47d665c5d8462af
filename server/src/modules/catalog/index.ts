import type { Module } from '../../kernel/module.ts';
import * as events from './catalog.events.ts';
import { catalogOperations } from './catalog.routes.ts';
import { commitmentsOperations } from './commitments.routes.ts';

export { checkOverrides } from './checkOverrides.ts';
export { type PlanOverrides, PlanOverridesInput, PlanOverridesOutput, presentOverrides, readOverrides } from './overrides.schemas.ts';
export { planCreated, planDeleted, planUpdated } from './catalog.events.ts';
export { findPlan, type PlanRow } from './catalog.sql.ts';
export { decodeCharges, encodeCharges } from './pricedCharges.ts';
export { loadPlan, overridePlan, type Plan, type PlanCharge } from './loadPlan.ts';

export const catalog: Module = {
  name: 'catalog',
  operations: [...catalogOperations, ...commitmentsOperations],
  events: Object.values(events),
};
