import { event } from '../../kernel/event.ts';
import { UsageAlertResponse, UsageAlertTriggered } from './alerts.schemas.ts';

const declare = (action: 'created' | 'updated' | 'deleted', description: string) =>
  event({ name: `usage_alert.${action}`, subject: 'usage_alert', action, description, data: UsageAlertResponse });

export const usageAlertCreated = declare('created', 'A usage alert was set.');
export const usageAlertUpdated = declare('updated', 'A usage alert changed.');
export const usageAlertDeleted = declare('deleted', 'A usage alert was removed.');

export const usageAlertTriggered = event({
  name: 'usage_alert.triggered',
  subject: 'usage_alert_trigger',
  action: 'created',
  description: 'Usage came to the value of an alert.',
  data: UsageAlertTriggered,
});
