import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import {
  MetricPlanCounts,
  metricParams,
  PlanCreate,
  PlanReference,
  PlanResponse,
  PlanSimulateRequest,
  PlanSimulateResponse,
  PlanUpdate,
  planParams,
} from './catalog.schemas.ts';
import { countPlansPerMetric, findMetricId, findPlan, listPlans, listPlansWithMetric } from './catalog.sql.ts';
import { presentPlan } from './presentPlan.ts';
import { readContents } from './readContents.ts';
import { createPlan, deletePlan, updatePlan } from './savePlan.ts';
import { simulatePlan } from './simulatePlan.ts';

const tag = 'Plans';
const path = '/v1/plans';

const planOperations: Operation[] = [
  query({
    id: 'listPlans',
    method: 'GET',
    path,
    tag,
    summary: 'List plans',
    permission: 'plans:read',
    query: listQuery({}),
    returns: { list: PlanResponse },
    handle: async ({ query: page, read: { db } }) => {
      const found = await listPlans(db, page);
      const contents = await readContents(db, found.items.map(({ id }) => id));
      return { ...found, items: found.items.map((row) => presentPlan(row, contents)) };
    },
  }),
  command({
    id: 'createPlan',
    method: 'POST',
    path,
    tag,
    summary: 'Create a plan',
    description: 'With its charges. Amounts named `*_cents` are minor units; prices inside charge properties are decimals in major units.',
    permission: 'plans:write',
    status: 201,
    body: PlanCreate,
    returns: PlanResponse,
    problems: { code_taken: 'another plan has this code' },
    handle: ({ body, tx }) => createPlan(tx, body),
  }),
  query({
    id: 'getPlan',
    method: 'GET',
    path: `${path}/{plan_id}`,
    tag,
    summary: 'Get a plan',
    description: 'By id, prefixed id (`plan_…`) or `code`.',
    permission: 'plans:read',
    params: planParams,
    returns: PlanResponse,
    handle: async ({ params, read: { db } }) => {
      const row = await findPlan(db, params.plan_id);
      if (row === undefined) throw notFound('plan');
      return presentPlan(row, await readContents(db, [row.id]));
    },
  }),
  command({
    id: 'updatePlan',
    method: 'PUT',
    path: `${path}/{plan_id}`,
    tag,
    summary: 'Update a plan',
    description:
      'Partial: what is absent stays, an explicit null clears. `charges` is the new set: a charge named by `id`, or with the `code` of one on the same metric, keeps its id; those missing are removed.',
    permission: 'plans:write',
    params: planParams,
    body: PlanUpdate,
    returns: PlanResponse,
    problems: { plan_in_use: 'what is to change cannot while subscriptions have the plan', charge_overridden: 'subscriptions have a price of their own for a charge that would be gone or priced another way' },
    handle: ({ params, body, tx }) => updatePlan(tx, params.plan_id, body),
  }),
  command({
    id: 'deletePlan',
    method: 'DELETE',
    path: `${path}/{plan_id}`,
    tag,
    summary: 'Delete a plan',
    description: 'Hides the plan; what was billed by it is kept.',
    permission: 'plans:write',
    params: planParams,
    returns: null,
    problems: { plan_in_use: 'a subscription that has not ended has the plan, or is to change to it' },
    handle: ({ params, tx }) => deletePlan(tx, params.plan_id),
  }),
];

const simulation = query({
  id: 'simulatePlan',
  method: 'POST',
  path: `${path}/{plan_id}/simulate`,
  tag,
  summary: 'Simulate the price of a plan',
  description:
    'One full period at so many units of each charge, priced like an invoice by the charges’ own properties. A percentage charge takes the units as the amount of one event; a dynamic charge costs what its events say, here nothing.',
  permission: 'plans:read',
  params: planParams,
  body: PlanSimulateRequest,
  returns: PlanSimulateResponse,
  handle: ({ params, body, read: { db } }) => simulatePlan(db, params.plan_id, body),
});

const metricTag = 'Billable Metrics';
const metricPath = '/v1/billable_metrics';

const metricOperations: Operation[] = [
  query({
    id: 'countPlansPerBillableMetric',
    method: 'GET',
    path: `${metricPath}/plan_counts`,
    tag: metricTag,
    summary: 'Count plans per billable metric',
    permission: 'billable_metrics:read',
    returns: MetricPlanCounts,
    handle: ({ read: { db } }) => countPlansPerMetric(db),
  }),
  query({
    id: 'listPlansOfBillableMetric',
    method: 'GET',
    path: `${metricPath}/{metric_id}/plans`,
    tag: metricTag,
    summary: 'List the plans that use a billable metric',
    permission: 'billable_metrics:read',
    params: metricParams,
    query: listQuery({}),
    returns: { list: PlanReference },
    handle: async ({ params, query: page, read: { db } }) => {
      const id = await findMetricId(db, params.metric_id);
      if (id === undefined) throw notFound('billable metric');
      return listPlansWithMetric(db, id, page);
    },
  }),
];

export const catalogOperations: Operation[] = [...planOperations, simulation, ...metricOperations];
