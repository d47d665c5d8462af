-- What one subscription has instead of its plan's, kept with each phase so that it is priced as it was billed then.
-- pending_overrides: those of the plan it changes to at the end of its period.
alter table subscriptions
  add column overrides jsonb check (jsonb_typeof(overrides) = 'object'),
  add column pending_overrides jsonb check (jsonb_typeof(pending_overrides) = 'object');
alter table subscription_phases add column overrides jsonb check (jsonb_typeof(overrides) = 'object');
