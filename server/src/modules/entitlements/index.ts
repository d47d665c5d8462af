import type { Lookups } from '../../kernel/lookups.ts';
import type { Module } from '../../kernel/module.ts';
import * as events from './entitlements.events.ts';
import { entitlementsOperations } from './entitlements.routes.ts';
import { keepMeters, type UsageSource } from './keepMeters.ts';
import { overridesOperations } from './overrides.routes.ts';

interface EntitlementsConfig extends UsageSource {
  readonly lookups: Lookups;
}

/** What plans and subscriptions grant, and who may use what. */
export function entitlements({ lookups, ...source }: EntitlementsConfig): Module {
  const meterOf = keepMeters(lookups, source);
  return {
    name: 'entitlements',
    operations: [...entitlementsOperations(meterOf), ...overridesOperations],
    events: Object.values(events),
  };
}
