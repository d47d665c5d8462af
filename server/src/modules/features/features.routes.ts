import { z } from 'zod';
import { crud } from '../../kernel/crud.ts';
import { command, type Operation } from '../../kernel/operation.ts';
import { featureCreated, featureDeleted, featureUpdated } from './features.events.ts';
import { FeatureCreate, FeatureResponse, FeatureUpdate } from './features.schemas.ts';
import type { FeatureRow } from './features.sql.ts';
import { createFeature, deleteFeature, presentFeature, updateFeature } from './saveFeature.ts';

const tag = 'Features';
const path = '/v1/features';
const code = z.string().min(1).max(300);
const one = { path: `${path}/{code}`, tag, params: z.object({ code }) } as const;

const { list, get } = crud({
  name: { one: 'Feature', many: 'Features' },
  tag,
  path,
  family: 'features',
  table: 'features',
  key: { param: 'code', column: 'code', schema: code },
  response: FeatureResponse,
  create: FeatureCreate,
  update: FeatureUpdate,
  updateMethod: 'PATCH',
  sortable: { created_at: 'created_at', code: 'code', name: 'name' },
  events: { created: featureCreated, updated: featureUpdated, deleted: featureDeleted },
  present: (row) => presentFeature(row as FeatureRow),
});

export const featuresOperations: Operation[] = [
  list,
  get,
  command({
    id: 'createFeature', method: 'POST', path, tag, summary: 'Create Feature', permission: 'features:write', status: 201,
    description: 'A quantity is measured by the billable metric given, else by the one that has the same code; null: by none, and only its limit is known.',
    body: FeatureCreate, returns: FeatureResponse, problems: { code_taken: 'another feature has this code' },
    handle: ({ body, tx }) => createFeature(tx, body),
  }),
  command({
    id: 'updateFeature', method: 'PATCH', ...one, summary: 'Update Feature', permission: 'features:write',
    body: FeatureUpdate, returns: FeatureResponse,
    handle: ({ params, body, tx }) => updateFeature(tx, params.code, body),
  }),
  command({
    id: 'deleteFeature', method: 'DELETE', ...one, summary: 'Delete Feature', permission: 'features:write', returns: null,
    problems: { feature_in_use: 'a plan or a subscription grants it' },
    handle: ({ params, tx }) => deleteFeature(tx, params.code),
  }),
];
