import { event } from '../../kernel/event.ts';
import { UsageThresholdResponse } from './thresholds.schemas.ts';

const declare = (action: 'created' | 'deleted', description: string) =>
  event({ name: `usage_threshold.${action}`, subject: 'usage_threshold', action, description, data: UsageThresholdResponse });

export const usageThresholdCreated = declare('created', 'A plan or a subscription got a usage threshold.');
export const usageThresholdDeleted = declare('deleted', 'A usage threshold was removed.');
