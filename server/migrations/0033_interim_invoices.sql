-- interim: an invoice that somebody asks for bills a period so far; the period's end bills all of it again, less that. So of one stretch
-- of usage there may be several billed parts, all of which open where it opens, and one whole.
alter table billed_periods add column interim boolean not null default false;
drop index billed_periods_once;
create unique index billed_periods_once on billed_periods (tenant_id, subscription_id, usage_from) where voided_at is null and not interim;
create index billed_periods_interim on billed_periods (tenant_id, subscription_id, usage_from) where interim and voided_at is null;

alter table invoices drop constraint invoices_billing_kind_check, add constraint invoices_billing_kind_check
  check (billing_kind in ('start', 'trial_end', 'periodic', 'plan_change', 'pause', 'resumption', 'termination', 'interim'));
