import { Quantity } from '@farthing/core/money';
import type { UsageSpan } from '@farthing/core/subscriptions';
import { timesReached } from '@farthing/core/thresholds';
import type { Tx } from '../../kernel/envelope.ts';
import { nextId } from '../../kernel/nextId.ts';
import type { UsageFollower } from '../invoicing/index.ts';
import { measureCurrent, openSpan } from '../metering/index.ts';
import { findSubscription, type SubscriptionRow } from '../subscriptions/index.ts';
import { usageAlertCreated, usageAlertTriggered } from './alerts.events.ts';
import { type AlertRow, arrivedForAlerts, hasAlerts, highestStep, lockAlertsOf, type TriggerRow } from './alerts.sql.ts';
import { measuredBy } from './readAlertStatus.ts';
import { presentAlert } from './saveAlert.ts';

/** Looks at the alerts of subscriptions that got usage. */
export const followAlerts: UsageFollower = {
  name: 'alerts',
  startsOn: [usageAlertCreated],
  isWanted: hasAlerts,
  arrived: arrivedForAlerts,
  take: checkAlerts,
};

/** Triggers each alert of a subscription whose usage has come further than was noticed before; what several watch is measured once. */
async function checkAlerts(tx: Tx, subscriptionId: string): Promise<void> {
  const subscription = await findSubscription(tx.db, subscriptionId);
  const usage = subscription === undefined ? null : openSpan(subscription, tx.scope.now);
  if (subscription === undefined || usage === null) return;
  const measured = new Map<string, Quantity>();
  for (const alert of await lockAlertsOf(tx.db, subscription.id)) {
    const period = alert.recurring ? usage.period.start : null;
    const noticed = await highestStep(tx.db, alert, period);
    if (noticed !== null && !alert.recurring) continue;
    const key = `${alert.measure} ${alert.billable_metric_id ?? ''}`;
    const current = measured.get(key) ?? (await measureCurrent(tx, subscription, usage, await measuredBy(tx.db, alert)));
    measured.set(key, current);
    const step = timesReached({ value: Quantity.restore(alert.threshold_value), recurring: alert.recurring }, current);
    const before = noticed === null ? Quantity.zero : Quantity.restore(noticed);
    if (Quantity.compare(step, before) > 0) await trigger(tx, { alert, subscription, usage, current, step, period });
  }
}

interface Reached {
  readonly alert: AlertRow;
  readonly subscription: SubscriptionRow;
  readonly usage: UsageSpan;
  readonly current: Quantity;
  readonly step: Quantity;
  readonly period: Temporal.Instant | null;
}

async function trigger(tx: Tx, { alert, subscription, usage, current, step, period }: Reached): Promise<void> {
  const { tenant, now } = tx.scope;
  const { metric } = await measuredBy(tx.db, alert);
  const row = await tx.db
    .insertInto('usage_alert_triggers')
    .values({
      tenant_id: tenant.id,
      id: nextId(),
      usage_alert_id: alert.id,
      generation: alert.generation,
      period_start: period,
      step: Quantity.toString(step),
      current_usage: Quantity.toString(current),
      threshold_value: alert.threshold_value,
      metric_code: metric?.code ?? null,
      triggered_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const changed = await tx.db
    .updateTable('usage_alerts')
    .set({ times_triggered: alert.times_triggered + 1, triggered_at: now })
    .where('id', '=', alert.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const data = {
    ...presentTrigger(row),
    usage_alert: presentAlert(changed, tx.scope),
    subscription_id: subscription.id,
    external_subscription_id: subscription.external_id,
    customer_id: subscription.customer_id,
    step,
    billing_period_start: usage.period.start,
    billing_period_end: usage.period.end,
  };
  await tx.emit(usageAlertTriggered, { id: row.id, data });
}

export function presentTrigger(row: TriggerRow) {
  return { ...row, current_usage: Quantity.restore(row.current_usage), threshold_value: Quantity.restore(row.threshold_value) };
}
