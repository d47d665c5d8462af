-- When the event of such a fee happened: the mark of a period is made of the fees of its events, whatever the period was taken for when they
-- were billed, as a change of zone moves where it ends.
alter table fees add column event_at timestamptz;

-- An owner who is no superuser reads no fees and no events otherwise.
alter table fees no force row level security;
alter table usage_events no force row level security;
update fees f set event_at = coalesce((select e."timestamp" from usage_events e where e.id = f.event_id), f.from_datetime) where f.event_id is not null;
alter table usage_events force row level security;
alter table fees force row level security;

alter table fees add constraint fees_event_at_check check ((event_id is null) = (event_at is null));
drop index fees_in_advance;
create index fees_in_advance on fees (tenant_id, subscription_id, event_at) where event_id is not null;
