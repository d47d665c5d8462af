import type { Module } from '../../kernel/module.ts';
import type { ReadUnits } from './checkEntitlement.ts';
import * as events from './entitlements.events.ts';
import { entitlementsOperations } from './entitlements.routes.ts';
import { overridesOperations } from './overrides.routes.ts';

interface EntitlementsConfig {
  /** What was used of a metric so far: metering's, of the same rank. */
  readonly readUnits: ReadUnits;
}

/** What plans and subscriptions grant, and who may use what. */
export function entitlements({ readUnits }: EntitlementsConfig): Module {
  return {
    name: 'entitlements',
    operations: [...entitlementsOperations(readUnits), ...overridesOperations],
    events: Object.values(events),
  };
}
