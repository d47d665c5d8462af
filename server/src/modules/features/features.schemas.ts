import { featureTypes } from '@farthing/core/entitlements';
import { z } from 'zod';
import { code, idInput, instant, text, uuid } from '../../kernel/wire.ts';

const featureType = z.enum(featureTypes);

const metric = idInput('bm').nullable().meta({ description: 'What measures how much of a quantity was used.' });

export const FeatureCreate = z
  .strictObject({
    code: code(100),
    name: text(1, 255),
    description: text(0, 2000).nullable().optional(),
    feature_type: featureType,
    billable_metric_id: metric.optional(),
  })
  .meta({ id: 'FeatureCreate' });

export const FeatureUpdate = z
  .strictObject({ name: text(1, 255), description: text(0, 2000).nullable(), billable_metric_id: metric })
  .partial()
  .meta({ id: 'FeatureUpdate' });

export const FeatureResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    code: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    feature_type: featureType,
    billable_metric_id: uuid.nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'FeatureResponse' });
