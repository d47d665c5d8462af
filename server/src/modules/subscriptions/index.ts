import { z } from 'zod';
import type { Module } from '../../kernel/module.ts';
import { customerUpdated } from '../customers/index.ts';
import * as events from './subscriptions.events.ts';
import { rescheduleCustomer } from './scheduleNext.ts';
import { subscriptionDue } from './subscriptions.jobs.ts';
import { subscriptionsOperations } from './subscriptions.routes.ts';
import * as thresholdEvents from './thresholds.events.ts';
import { thresholdsOperations } from './thresholds.routes.ts';

export { markBilledThrough } from './markBilledThrough.ts';
export { subscriptionBillingDue, subscriptionCreated, subscriptionPlanChanged } from './subscriptions.events.ts';
export { findSubscription, type SubscriptionRow, subscriptionsOfCustomer } from './subscriptions.sql.ts';
export { presentThreshold } from './saveThreshold.ts';
export { usageThresholdCreated } from './thresholds.events.ts';
export { UsageThresholdResponse } from './thresholds.schemas.ts';
export { hasThresholds, thresholdsOf } from './thresholds.sql.ts';
export { nextStatus } from './nextStatus.ts';
export { changeOptions, SupposedSubscription, subscriptionParams } from './subscriptions.schemas.ts';
export { supposeSubscription } from './supposeSubscription.ts';
export { takeSubscription } from './takeSubscription.ts';
export { termsOf } from './termsOf.ts';
export { decideChange, type PlanChange } from './decideChange.ts';
export { decideUnits } from './decideUnits.ts';
export { heldUnits } from './heldUnits.ts';
export { presentUnits } from './presentUnits.ts';
export { SubscriptionFixedCharge, SubscriptionFixedChargeUpdate, unitsParams } from './units.schemas.ts';
export { hasEarlierFixedCharges, loadPhase, loadPhasePlan, loadPhases, presentPhase, type SubscriptionPhase } from './loadPhase.ts';

const customer = z.object({ id: z.string() });

export const subscriptions: Module = {
  name: 'subscriptions',
  operations: [...subscriptionsOperations, ...thresholdsOperations],
  events: [...Object.values(events), ...Object.values(thresholdEvents)],
  timers: [subscriptionDue],
  reactions: [
    {
      // A customer that moves to another zone has other midnights.
      name: 'subscriptions.followZone',
      to: customerUpdated,
      inline: true,
      handle: async (tx, occurred) => rescheduleCustomer(tx, customer.parse(occurred.data).id),
    },
  ],
};
