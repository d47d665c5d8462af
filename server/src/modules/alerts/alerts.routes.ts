import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import {
  alertParams,
  alertsQuery,
  triggersQuery,
  UsageAlertCreate,
  UsageAlertResponse,
  UsageAlertStatusResponse,
  UsageAlertTriggerResponse,
  UsageAlertUpdate,
} from './alerts.schemas.ts';
import { findAlert, listAlerts, listTriggers } from './alerts.sql.ts';
import { presentTrigger } from './checkAlerts.ts';
import { readAlertStatus } from './readAlertStatus.ts';
import { createAlert, deleteAlert, presentAlert, updateAlert } from './saveAlert.ts';

const tag = 'Usage Alerts';
const path = '/v1/usage_alerts';
const one = { path: `${path}/{alert_id}`, tag, params: alertParams } as const;
const notRunning = { subscription_not_active: 'the subscription has no open period' };

export const alertsOperations: Operation[] = [
  query({
    id: 'listUsageAlerts', method: 'GET', path, tag, summary: 'List usage alerts',
    permission: 'subscriptions:read', query: alertsQuery, returns: { list: UsageAlertResponse },
    handle: async ({ query: page, read: { db, scope } }) => {
      const found = await listAlerts(db, page);
      return { ...found, items: found.items.map((row) => presentAlert(row, scope)) };
    },
  }),
  command({
    id: 'createUsageAlert', method: 'POST', path, tag, summary: 'Create usage alert',
    description: 'Tells, by the event usage_alert.triggered, that the usage of a subscription’s period came to a value, within seconds of the event that did it.',
    permission: 'subscriptions:write', status: 201, body: UsageAlertCreate, returns: UsageAlertResponse,
    problems: { subscription_terminated: 'the subscription has ended' },
    handle: ({ body, tx }) => createAlert(tx, body),
  }),
  query({
    id: 'getUsageAlert', method: 'GET', ...one, summary: 'Get usage alert', permission: 'subscriptions:read', returns: UsageAlertResponse,
    handle: async ({ params, read: { db, scope } }) => {
      const row = await findAlert(db, params.alert_id);
      if (row === undefined) throw notFound('usage_alert');
      return presentAlert(row, scope);
    },
  }),
  command({
    id: 'updateUsageAlert', method: 'PATCH', ...one, summary: 'Update usage alert',
    permission: 'subscriptions:write', body: UsageAlertUpdate, returns: UsageAlertResponse,
    handle: ({ params, body, tx }) => updateAlert(tx, params.alert_id, body),
  }),
  command({
    id: 'deleteUsageAlert', method: 'DELETE', ...one, summary: 'Delete usage alert', permission: 'subscriptions:write', returns: null,
    handle: ({ params, tx }) => deleteAlert(tx, params.alert_id),
  }),
  query({
    id: 'getUsageAlertStatus', method: 'GET', ...one, path: `${one.path}/status`, summary: 'Get usage alert status with current usage',
    permission: 'subscriptions:read', returns: UsageAlertStatusResponse, problems: notRunning,
    handle: ({ params, read }) => readAlertStatus(read, params.alert_id),
  }),
  query({
    id: 'listUsageAlertTriggers', method: 'GET', ...one, path: `${one.path}/triggers`, summary: 'List alert trigger history',
    permission: 'subscriptions:read', query: triggersQuery, returns: { list: UsageAlertTriggerResponse },
    handle: async ({ params, query: page, read: { db } }) => {
      const row = await findAlert(db, params.alert_id);
      if (row === undefined) throw notFound('usage_alert');
      const found = await listTriggers(db, row.id, page);
      return { ...found, items: found.items.map(presentTrigger) };
    },
  }),
  query({
    id: 'testUsageAlert', method: 'POST', ...one, path: `${one.path}/test`, summary: 'Test a usage alert by checking current usage',
    description: 'What the status says; nothing is told and nothing kept.',
    permission: 'subscriptions:read', returns: UsageAlertStatusResponse, problems: notRunning,
    handle: ({ params, read }) => readAlertStatus(read, params.alert_id),
  }),
];
