-- The events that name a subscription, in the order in which they are listed. Those that name none are in no index more for it.
create index usage_events_by_subscription on usage_events (tenant_id, external_subscription_id, "timestamp", id)
  where external_subscription_id is not null;
