import { z } from 'zod';
import { code, instant, text, uuid } from '../../kernel/wire.ts';

const featureType = z.enum(['boolean', 'quantity', 'custom']);

export const FeatureCreate = z
  .strictObject({
    code: code(100),
    name: text(1, 255),
    description: text(0, 2000).nullable().optional(),
    feature_type: featureType,
  })
  .meta({ id: 'FeatureCreate' });

export const FeatureUpdate = z
  .strictObject({ name: text(1, 255), description: text(0, 2000).nullable() })
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
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'FeatureResponse' });
