import { z } from 'zod';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { changeUnits, fixedChargesOf } from './changeUnits.ts';
import { subscriptionParams } from './subscriptions.schemas.ts';
import { findSubscription } from './subscriptions.sql.ts';
import { SubscriptionFixedCharge, SubscriptionFixedChargeUpdate, unitsParams } from './units.schemas.ts';

const tag = 'Subscriptions';
const path = '/v1/subscriptions/{subscription_id}/fixed_charges';

export const unitsOperations: Operation[] = [
  query({
    id: 'listSubscriptionFixedCharges',
    method: 'GET',
    path,
    tag,
    summary: 'List the fixed charges of a subscription',
    description: 'Those of its plan, with the units that the subscription has of each.',
    permission: 'subscriptions:read',
    params: subscriptionParams,
    returns: z.array(SubscriptionFixedCharge),
    handle: async ({ params, read: { db, scope } }) => {
      const row = await findSubscription(db, params.subscription_id);
      if (row === undefined) throw notFound('subscription');
      return fixedChargesOf(db, row, scope.now);
    },
  }),
  command({
    id: 'updateSubscriptionFixedCharge',
    method: 'PUT',
    path: `${path}/{add_on_code}`,
    tag,
    summary: 'Change the units of a fixed charge',
    description:
      'Paid in advance and by the day, more units are invoiced at once for the days left of the period; of fewer units the rest is credited and charged anew. In arrears each number is billed its days.',
    permission: 'subscriptions:write',
    params: unitsParams,
    body: SubscriptionFixedChargeUpdate,
    returns: SubscriptionFixedCharge,
    problems: { subscription_terminated: 'the subscription has ended', subscription_not_active: 'it is paused, and the number was to change now' },
    silent: 'asking for the units that there are changes nothing',
    handle: ({ params, body, tx }) => changeUnits(tx, params.subscription_id, params.add_on_code, body),
  }),
];
