import { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { checkEntitlement } from './checkEntitlement.ts';
import {
  checkQuery,
  EntitlementCheckResponse,
  EntitlementCopyRequest,
  EntitlementCreate,
  EntitlementResponse,
  EntitlementUpdate,
  entitlementParams,
  entitlementsQuery,
  PlanCountsPerFeature,
} from './entitlements.schemas.ts';
import { countPlans, listEntitlements } from './entitlements.sql.ts';
import type { Meter } from './keepMeters.ts';
import { presentEntitlement } from './presentEntitlement.ts';
import { copyEntitlements, createEntitlement, deleteEntitlement, updateEntitlement } from './saveEntitlement.ts';

const tag = 'Entitlements';
const path = '/v1/entitlements';
const read = 'entitlements:read';
const write = 'entitlements:write';
const one = { path: `${path}/{entitlement_id}`, tag, params: entitlementParams } as const;

/** What plans grant, and the question whether somebody may use a feature; a meter tells what was used of a limit. */
export function entitlementsOperations(meterOf: (read: Read, question: string) => Meter): Operation[] {
  return [
    ...operations,
    query({
      id: 'checkEntitlement', method: 'GET', path: `${path}/check`, tag, summary: 'Check whether a customer may use a feature',
      description: 'For the path of a request. Of several running subscriptions the one that grants most answers. A quantity that a metric measures is compared with what was used in the open period; without a metric only the limit is known.',
      permission: read, query: checkQuery, returns: EntitlementCheckResponse,
      problems: { events_expired: 'the usage of the open period cannot be told any more' },
      handle: ({ query: asked, read: snapshot }) => checkEntitlement(snapshot, asked, meterOf),
    }),
  ];
}

const operations: Operation[] = [
  query({
    id: 'countPlansPerFeature', method: 'GET', path: '/v1/features/plan_counts', tag: 'Features', summary: 'Count plans per feature',
    permission: read, returns: PlanCountsPerFeature, handle: ({ read: { db } }) => countPlans(db),
  }),
  query({
    id: 'listEntitlements', method: 'GET', path, tag, summary: 'List entitlements', permission: read,
    query: entitlementsQuery, returns: { list: EntitlementResponse },
    handle: async ({ query: page, read: { db } }) => {
      const found = await listEntitlements(db, page);
      return { ...found, items: found.items.map(presentEntitlement) };
    },
  }),
  command({
    id: 'createEntitlement', method: 'POST', path, tag, summary: 'Create an entitlement', permission: write, status: 201,
    description: 'A plan grants a feature, at once to everybody on it. The value is of the feature’s type.',
    body: EntitlementCreate, returns: EntitlementResponse, problems: { already_entitled: 'the plan grants the feature already' },
    handle: ({ body, tx }) => createEntitlement(tx, body),
  }),
  command({
    id: 'copyEntitlements', method: 'POST', path: `${path}/copy`, tag, summary: 'Copy entitlements from one plan to another', permission: write, status: 201,
    description: 'Features that the target grants already keep their value there; the reply has those that are new.',
    body: EntitlementCopyRequest, returns: z.array(EntitlementResponse),
    handle: ({ body, tx }) => copyEntitlements(tx, body),
  }),
  command({
    id: 'updateEntitlement', method: 'PATCH', ...one, summary: 'Update an entitlement', permission: write,
    body: EntitlementUpdate, returns: EntitlementResponse,
    handle: ({ params, body, tx }) => updateEntitlement(tx, params.entitlement_id, body),
  }),
  command({
    id: 'deleteEntitlement', method: 'DELETE', ...one, summary: 'Delete an entitlement', permission: write, returns: null,
    handle: ({ params, tx }) => deleteEntitlement(tx, params.entitlement_id),
  }),
];
