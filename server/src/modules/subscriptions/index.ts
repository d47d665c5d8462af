import { z } from 'zod';
import type { Module } from '../../kernel/module.ts';
import { planUpdated } from '../catalog/index.ts';
import { customerUpdated } from '../customers/index.ts';
import * as events from './subscriptions.events.ts';
import { rescheduleCustomer, reschedulePlan, subscriptionDue } from './subscriptions.jobs.ts';
import { subscriptionsOperations } from './subscriptions.routes.ts';

export { markBilledThrough } from './markBilledThrough.ts';
export { subscriptionBillingDue } from './subscriptions.events.ts';
export { findSubscription, lockSubscription, type SubscriptionRow } from './subscriptions.sql.ts';
export { termsOf } from './termsOf.ts';

const customer = z.object({ id: z.string() });
const plan = z.object({ id: z.string(), bill_charges_monthly: z.boolean() });

export const subscriptions: Module = {
  name: 'subscriptions',
  operations: subscriptionsOperations,
  events: Object.values(events),
  timers: [subscriptionDue],
  reactions: [
    {
      // A customer that moves to another zone has other midnights.
      name: 'subscriptions.followZone',
      to: customerUpdated,
      inline: true,
      handle: async (tx, occurred) => rescheduleCustomer(tx, customer.parse(occurred.data).id),
    },
    {
      name: 'subscriptions.followMonths',
      to: planUpdated,
      inline: true,
      handle: async (tx, occurred) => {
        const { id, bill_charges_monthly: monthly } = plan.parse(occurred.data);
        if (monthly) await reschedulePlan(tx, id);
      },
    },
  ],
};
