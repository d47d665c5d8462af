import type { Module } from '../../kernel/module.ts';
import * as events from './features.events.ts';
import { featuresOperations } from './features.routes.ts';

export { type FeatureRow, findFeature } from './features.sql.ts';

export const features: Module = { name: 'features', operations: featuresOperations, events: Object.values(events) };
