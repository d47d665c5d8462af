import { Quantity } from '@farthing/core/money';
import type { z } from 'zod';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { Read } from '../../kernel/envelope.ts';
import { conflict, notFound } from '../../kernel/problem.ts';
import { type Measured, measureCurrent, openSpan } from '../metering/index.ts';
import { findSubscription } from '../subscriptions/index.ts';
import type { UsageAlertStatusResponse } from './alerts.schemas.ts';
import { type AlertRow, findAlert, metricById } from './alerts.sql.ts';

/** What an alert watches. */
export async function measuredBy(db: ReadDb, { measure, billable_metric_id: metricId }: AlertRow): Promise<Measured> {
  const metric = metricId === null ? null : await metricById(db, metricId);
  if (measure === 'amount') return { measure, metric };
  if (metric === null) throw new Error('An alert on units has a metric.');
  return { measure, metric };
}

const hundred = Quantity.parse('100');

/** How far usage has come; nothing is told and nothing kept. Throws 404; 409 `subscription_not_active` where no period is open. */
export async function readAlertStatus(read: Read, id: string): Promise<z.output<typeof UsageAlertStatusResponse>> {
  const alert = await findAlert(read.db, id);
  if (alert === undefined) throw notFound('usage_alert');
  const subscription = await findSubscription(read.db, alert.subscription_id);
  const usage = subscription === undefined ? null : openSpan(subscription, read.scope.now);
  if (subscription === undefined || usage === null)
    throw conflict('subscription_not_active', 'The subscription is not running: no period is open now.');
  const current = await measureCurrent(read, subscription, usage, await measuredBy(read.db, alert));
  const value = Quantity.restore(alert.threshold_value);
  return {
    alert_id: alert.id,
    current_usage: current,
    threshold_value: value,
    usage_percentage: Quantity.round(Quantity.divide(Quantity.multiply(current, hundred), value), 'round', 4),
    billing_period_start: usage.period.start,
    billing_period_end: usage.period.end,
  };
}
