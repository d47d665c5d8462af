import { event } from '../../kernel/event.ts';
import { FeatureResponse } from './features.schemas.ts';

const declare = (action: 'created' | 'updated' | 'deleted', description: string) =>
  event({ name: `feature.${action}`, subject: 'feature', action, description, data: FeatureResponse });

export const featureCreated = declare('created', 'A feature was created.');
export const featureUpdated = declare('updated', 'A feature changed.');
export const featureDeleted = declare('deleted', 'A feature was deleted.');
