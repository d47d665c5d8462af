-- What somebody wants to be told of: usage of a subscription's period that comes to a value, in units of a metric or in money. `generation`
-- counts how often the value, or whether it recurs, was changed: each is watched for anew. One that was removed keeps its history.
create table usage_alerts (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  subscription_id uuid not null,
  billable_metric_id uuid,
  measure text not null check (measure in ('units', 'amount')),
  threshold_value numeric not null check (threshold_value > 0),
  recurring boolean not null,
  name text,
  generation integer not null default 0,
  times_triggered integer not null default 0,
  triggered_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, billable_metric_id) references billable_metrics (tenant_id, id),
  check (measure = 'amount' or billable_metric_id is not null)
);
create index usage_alerts_by_subscription on usage_alerts (tenant_id, subscription_id) where deleted_at is null;
call app.scope_to_tenant('usage_alerts');

-- That an alert was triggered. A recurring one is by the highest multiple reached, in each period anew; another one once for ever, so that
-- its row has no period.
create table usage_alert_triggers (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  usage_alert_id uuid not null,
  generation integer not null,
  period_start timestamptz,
  step numeric not null,
  current_usage numeric not null,
  threshold_value numeric not null,
  metric_code text,
  triggered_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, usage_alert_id) references usage_alerts (tenant_id, id)
);
create unique index usage_alert_triggers_once on usage_alert_triggers (tenant_id, usage_alert_id, generation, period_start, step) nulls not distinct;
create index usage_alert_triggers_by_time on usage_alert_triggers (tenant_id, usage_alert_id, triggered_at desc, id desc);
call app.scope_to_tenant('usage_alert_triggers', 'select, insert');
