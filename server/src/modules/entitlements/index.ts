import type { Lookups } from '../../kernel/lookups.ts';
import type { Module } from '../../kernel/module.ts';
import type { ReadUnits } from './checkEntitlement.ts';
import * as events from './entitlements.events.ts';
import { entitlementsOperations } from './entitlements.routes.ts';
import { keepOpenSpans, type SpanAt } from './findOpenSpan.ts';
import { overridesOperations } from './overrides.routes.ts';

interface EntitlementsConfig {
  readonly lookups: Lookups;
  /** Which period is open, and what was used of a metric in it: metering's, of the same rank. */
  readonly spanAt: SpanAt;
  readonly readUnits: ReadUnits;
}

/** What plans and subscriptions grant, and who may use what. */
export function entitlements({ lookups, spanAt, readUnits }: EntitlementsConfig): Module {
  const openSpans = keepOpenSpans(lookups, spanAt);
  const meterOf = (tenantId: string) => ({ findOpenSpan: openSpans(tenantId), readUnits });
  return {
    name: 'entitlements',
    operations: [...entitlementsOperations(meterOf), ...overridesOperations],
    events: Object.values(events),
  };
}
