import { z } from 'zod';
import { crud } from '../../kernel/crud.ts';
import type { Operation } from '../../kernel/operation.ts';
import { publicId } from '../../kernel/wire.ts';
import { featureCreated, featureDeleted, featureUpdated } from './features.events.ts';
import { FeatureCreate, FeatureResponse, FeatureUpdate } from './features.schemas.ts';

export const featuresOperations: Operation[] = Object.values(
  crud({
    name: { one: 'Feature', many: 'Features' },
    tag: 'Features',
    path: '/v1/features',
    family: 'features',
    table: 'features',
    key: { param: 'code', column: 'code', schema: z.string().min(1).max(300) },
    response: FeatureResponse,
    create: FeatureCreate,
    update: FeatureUpdate,
    updateMethod: 'PATCH',
    sortable: { created_at: 'created_at', code: 'code', name: 'name' },
    events: { created: featureCreated, updated: featureUpdated, deleted: featureDeleted },
    present: (row) => ({ ...row, public_id: publicId('feat', row.id) }),
  }),
);
