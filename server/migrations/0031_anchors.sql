-- pending_anchor_day: the anchor that counts from the end of the open period on (pending_day); pending_subscription_at: as it was asked for.
-- Where the plan stays what it is, pending_plan_id is the present plan.
alter table subscriptions
  add column pending_anchor_day date,
  add column pending_subscription_at timestamptz,
  add check (pending_anchor_day is null or pending_day is not null),
  add check (pending_subscription_at is null or pending_anchor_day is not null);
