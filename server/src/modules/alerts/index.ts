import type { Module } from '../../kernel/module.ts';
import * as events from './alerts.events.ts';
import { alertsOperations } from './alerts.routes.ts';

export { followAlerts } from './checkAlerts.ts';

export const alerts: Module = {
  name: 'alerts',
  operations: alertsOperations,
  events: Object.values(events),
};
