-- The list of events is read by code as well as by time, and by time alone from the events of each code in turn: one index for both, in
-- ascending order because events come in about that order, and the end of a range of keys is where rows are added most cheaply.
drop index usage_events_by_time;
create index usage_events_by_code on usage_events (tenant_id, code, "timestamp");
