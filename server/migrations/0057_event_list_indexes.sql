-- Events that name a subscription, and those that nothing counts, as they are listed: metric by metric, each in order of time. An event
-- that names none and is counted is in no index more for it.
drop index usage_events_by_subscription;
create index usage_events_by_subscription on usage_events (tenant_id, external_subscription_id, code, "timestamp", id)
  where external_subscription_id is not null;
create index usage_events_unmatched_by_code on usage_events (tenant_id, code, "timestamp", id) where reason is not null;
create index usage_events_unmatched_of_customer on usage_events (tenant_id, external_customer_id, code, "timestamp", id) where reason is not null;
