-- Generated from the migrations by "npm run goldens"; do not edit.

CREATE OR REPLACE FUNCTION app.cluster()
 RETURNS bigint
 LANGUAGE sql
 STABLE
AS $function$ select system_identifier from pg_catalog.pg_control_system() $function$
;

CREATE OR REPLACE FUNCTION app.enqueue(tasks text[], payloads text[], run_ats timestamp with time zone[], job_keys text[], most_attempts integer[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  perform graphile_worker.add_jobs(array(
    select (job.task, job.payload::json, null, job.run_at, job.most, job.key, null, null)::graphile_worker.job_spec
    from unnest(tasks, payloads, run_ats, job_keys, most_attempts) as job (task, payload, run_at, key, most)));
end $function$
;

CREATE OR REPLACE FUNCTION app.property_text(property jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case jsonb_typeof(property)
    when 'string' then property #>> '{}'
    when 'boolean' then property #>> '{}'
    when 'number' then trim_scale(property::numeric)::text
  end
$function$
;

CREATE OR REPLACE FUNCTION app.property_texts(properties jsonb, keys text[])
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
declare
  texts text[] := '{}';
  key text;
begin
  foreach key in array keys loop
    texts := texts || app.property_text(properties -> key);
  end loop;
  return texts;
end $function$
;

CREATE OR REPLACE FUNCTION app.refuse_expired_copy()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from usage_expired_ids) and exists (
    select from usage_events_all e join usage_expired_ids x on x.id = e.id where e.xid = pg_current_xact_id()
  ) then
    raise unique_violation using message = 'an event with this id was stored before, and expired';
  end if;
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION app.refuse_expired_insert()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from usage_expired_ids) and exists (select from fresh e join usage_expired_ids x on x.id = e.id) then
    raise serialization_failure using message = 'an event with this id expired while it was stored again';
  end if;
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION app.refuse_unbalanced()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  written integer;
  unbalanced text;
begin
  if exists (select from ledger_entries where tenant_id = new.tenant_id and posting_id = new.posting_id and line > new.line) then
    return null;
  end if;
  select count(*) into written from ledger_entries where tenant_id = new.tenant_id and posting_id = new.posting_id;
  if written <> new.line then
    raise exception 'posting % has % entries and its last line is %', new.posting_id, written, new.line using errcode = '23000';
  end if;
  select format('%s %s on %s', sum(amount_cents), currency, booked_on) into unbalanced
  from ledger_entries where tenant_id = new.tenant_id and posting_id = new.posting_id
  group by currency, booked_on having sum(amount_cents) <> 0 limit 1;
  if found then
    raise exception 'the entries of posting % sum to %', new.posting_id, unbalanced using errcode = '23000';
  end if;
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION app.restart_metering()
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  home bigint;
  progress record;
begin
  select system_identifier into home from pg_control_system();
  select * into strict progress from public.usage_progress for update;
  if progress.cluster = home and progress.frontier <= pg_snapshot_xmax(pg_current_snapshot()) then
    return false;
  end if;
  lock table public.usage_events_all in share row exclusive mode;
  update public.usage_events_all
  set xid = least(pg_current_xact_id()::text::numeric, 3 + seq / 20000)::text::xid8
  where xid >= pg_current_xact_id();
  truncate public.usage_meters, public.usage_buckets, public.usage_unique_values, public.usage_days, public.usage_unique_days,
    public.usage_volumes, public.usage_dirty_hours, public.usage_ranges;
  update public.usage_progress set frontier = '0', seq = 0, cluster = home;
  return true;
end $function$
;

CREATE OR REPLACE PROCEDURE app.scope_to_meter(IN target regclass, IN verbs text DEFAULT 'select, insert, update, delete'::text)
 LANGUAGE plpgsql
AS $procedure$
begin
  execute format('create policy meter on %s to farthing_meter using (true) with check (true)', target);
  execute format('grant %s on %s to farthing_meter', verbs, target);
end $procedure$
;

CREATE OR REPLACE PROCEDURE app.scope_to_tenant(IN target regclass, IN verbs text DEFAULT 'select, insert, update, delete'::text)
 LANGUAGE plpgsql
AS $procedure$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant on %s using (tenant_id = (select app.tenant()))', target);
  execute format('grant %s on %s to farthing_app', verbs, target);
end $procedure$
;

CREATE OR REPLACE FUNCTION app.tenant()
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$
  select current_setting('app.tenant')::uuid
$function$
;

CREATE OR REPLACE FUNCTION app.texts_key(texts text[])
 RETURNS bytea
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select case when texts = '{}' then '\x'::bytea else substring(sha256(convert_to(texts::text, 'UTF8')) for 16) end
$function$
;

CREATE OR REPLACE FUNCTION app.usage_tail(customer text, metric text)
 RETURNS SETOF usage_events
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  owner constant uuid := app.tenant();
  followed xid8;
  earliest xid8;
begin
  select frontier into strict followed from public.usage_progress;
  select least(followed, min(from_xid)) into earliest from public.usage_ranges;
  return query
    select e.* from public.usage_events_all e
    where e.xid >= earliest
      and case when e.tenant_id = owner and (customer is null or (e.external_customer_id = customer and e.code = metric)) then true else false end
      and (e.xid >= followed or exists (select from public.usage_ranges r where e.xid >= r.from_xid and e.xid < r.to_xid));
end $function$
;

create table add_ons (
  tenant_id uuid not null,
  id uuid not null,
  code text not null,
  name text not null,
  description text,
  amount_cents bigint not null,
  amount_currency text not null,
  invoice_display_name text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone
);
alter table add_ons add constraint add_ons_amount_cents_check CHECK ((amount_cents >= 0));
alter table add_ons add constraint add_ons_pkey PRIMARY KEY (tenant_id, id);
alter table add_ons add constraint add_ons_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE INDEX add_ons_by_time ON public.add_ons USING btree (tenant_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX add_ons_code ON public.add_ons USING btree (tenant_id, code) WHERE (deleted_at IS NULL);
alter table add_ons enable row level security, force row level security;
create policy tenant on add_ons for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on add_ons to farthing_app;

create table api_keys (
  id uuid not null,
  organization_id uuid not null,
  tenant_id uuid not null,
  environment text not null,
  name text,
  key_prefix text not null,
  key_hash bytea not null,
  scopes text[] not null,
  status text not null default 'active'::text,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null
);
alter table api_keys add constraint api_keys_environment_check CHECK ((environment = ANY (ARRAY['live'::text, 'sandbox'::text])));
alter table api_keys add constraint api_keys_key_hash_key UNIQUE (key_hash);
alter table api_keys add constraint api_keys_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);
alter table api_keys add constraint api_keys_pkey PRIMARY KEY (id);
alter table api_keys add constraint api_keys_status_check CHECK ((status = ANY (ARRAY['active'::text, 'revoked'::text])));
alter table api_keys add constraint api_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE INDEX api_keys_by_organization ON public.api_keys USING btree (organization_id, created_at DESC, id DESC);
grant insert, select, update on api_keys to farthing_app;

create table applied_add_ons (
  tenant_id uuid not null,
  id uuid not null,
  add_on_id uuid not null,
  customer_id uuid not null,
  amount_cents bigint not null,
  amount_currency text not null,
  waits boolean not null default false,
  invoice_id uuid,
  created_at timestamp with time zone not null
);
alter table applied_add_ons add constraint applied_add_ons_amount_cents_check CHECK ((amount_cents >= 0));
alter table applied_add_ons add constraint applied_add_ons_check CHECK ((waits OR (invoice_id IS NOT NULL)));
alter table applied_add_ons add constraint applied_add_ons_pkey PRIMARY KEY (tenant_id, id);
alter table applied_add_ons add constraint applied_add_ons_tenant_id_add_on_id_fkey FOREIGN KEY (tenant_id, add_on_id) REFERENCES add_ons(tenant_id, id);
alter table applied_add_ons add constraint applied_add_ons_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id);
alter table applied_add_ons add constraint applied_add_ons_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table applied_add_ons add constraint applied_add_ons_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id) ON DELETE SET NULL (invoice_id);
CREATE INDEX applied_add_ons_by_customer ON public.applied_add_ons USING btree (tenant_id, customer_id, created_at DESC, id DESC);
CREATE INDEX applied_add_ons_by_invoice ON public.applied_add_ons USING btree (tenant_id, invoice_id) WHERE (invoice_id IS NOT NULL);
CREATE INDEX applied_add_ons_by_time ON public.applied_add_ons USING btree (tenant_id, add_on_id, created_at DESC, id DESC);
CREATE INDEX applied_add_ons_waiting ON public.applied_add_ons USING btree (tenant_id, customer_id, amount_currency) WHERE (invoice_id IS NULL);
alter table applied_add_ons enable row level security, force row level security;
create policy tenant on applied_add_ons for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on applied_add_ons to farthing_app;

create table applied_coupons (
  tenant_id uuid not null,
  id uuid not null,
  coupon_id uuid not null,
  customer_id uuid not null,
  coupon_type text not null,
  amount_cents bigint,
  amount_currency text,
  percentage_rate numeric,
  frequency text not null,
  frequency_duration integer,
  reusable boolean not null,
  plan_codes text[] not null,
  fee_types text[] not null,
  billable_metric_codes text[] not null,
  uses integer not null default 0,
  used_up_at timestamp with time zone,
  removed_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null
);
alter table applied_coupons add constraint applied_coupons_amount_cents_check CHECK ((amount_cents >= 0));
alter table applied_coupons add constraint applied_coupons_check CHECK (
CASE coupon_type
    WHEN 'percentage'::text THEN ((percentage_rate IS NOT NULL) AND (amount_cents IS NULL) AND (amount_currency IS NULL))
    ELSE ((percentage_rate IS NULL) AND (amount_cents IS NOT NULL) AND (amount_currency IS NOT NULL))
END);
alter table applied_coupons add constraint applied_coupons_check1 CHECK (((frequency = 'recurring'::text) = (frequency_duration IS NOT NULL)));
alter table applied_coupons add constraint applied_coupons_check2 CHECK (((uses >= 0) AND ((frequency = 'forever'::text) OR (uses <= COALESCE(frequency_duration, 1)))));
alter table applied_coupons add constraint applied_coupons_check3 CHECK (((used_up_at IS NOT NULL) = ((frequency <> 'forever'::text) AND (uses = COALESCE(frequency_duration, 1)))));
alter table applied_coupons add constraint applied_coupons_coupon_type_check CHECK ((coupon_type = ANY (ARRAY['fixed_amount'::text, 'percentage'::text])));
alter table applied_coupons add constraint applied_coupons_frequency_check CHECK ((frequency = ANY (ARRAY['once'::text, 'recurring'::text, 'forever'::text])));
alter table applied_coupons add constraint applied_coupons_frequency_duration_check CHECK ((frequency_duration >= 1));
alter table applied_coupons add constraint applied_coupons_percentage_rate_check CHECK (((percentage_rate >= (0)::numeric) AND (percentage_rate <= (100)::numeric)));
alter table applied_coupons add constraint applied_coupons_pkey PRIMARY KEY (tenant_id, id);
alter table applied_coupons add constraint applied_coupons_tenant_id_coupon_id_fkey FOREIGN KEY (tenant_id, coupon_id) REFERENCES coupons(tenant_id, id);
alter table applied_coupons add constraint applied_coupons_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id);
alter table applied_coupons add constraint applied_coupons_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE INDEX applied_coupons_by_coupon ON public.applied_coupons USING btree (tenant_id, coupon_id);
CREATE INDEX applied_coupons_by_customer ON public.applied_coupons USING btree (tenant_id, customer_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX applied_coupons_once ON public.applied_coupons USING btree (tenant_id, coupon_id, customer_id) WHERE (NOT reusable);
alter table applied_coupons enable row level security, force row level security;
create policy tenant on applied_coupons for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on applied_coupons to farthing_app;

create table applied_taxes (
  tenant_id uuid not null,
  id uuid not null,
  tax_id uuid not null,
  taxable_type text not null,
  taxable_id uuid not null,
  created_at timestamp with time zone not null
);
alter table applied_taxes add constraint applied_taxes_pkey PRIMARY KEY (tenant_id, id);
alter table applied_taxes add constraint applied_taxes_taxable_type_check CHECK ((taxable_type = ANY (ARRAY['charge'::text, 'fixed_charge'::text, 'add_on'::text, 'commitment'::text, 'plan'::text, 'customer'::text, 'billing_entity'::text, 'organization'::text])));
alter table applied_taxes add constraint applied_taxes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table applied_taxes add constraint applied_taxes_tenant_id_tax_id_fkey FOREIGN KEY (tenant_id, tax_id) REFERENCES taxes(tenant_id, id);
alter table applied_taxes add constraint applied_taxes_tenant_id_tax_id_taxable_type_taxable_id_key UNIQUE (tenant_id, tax_id, taxable_type, taxable_id);
CREATE INDEX applied_taxes_by_taxable ON public.applied_taxes USING btree (tenant_id, taxable_type, taxable_id);
alter table applied_taxes enable row level security, force row level security;
create policy tenant on applied_taxes for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on applied_taxes to farthing_app;

create table billable_metric_filters (
  tenant_id uuid not null,
  id uuid not null,
  billable_metric_id uuid not null,
  key text not null,
  "values" jsonb not null default '[]'::jsonb,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null
);
alter table billable_metric_filters add constraint billable_metric_filters_pkey PRIMARY KEY (tenant_id, id);
alter table billable_metric_filters add constraint billable_metric_filters_tenant_id_billable_metric_id_fkey FOREIGN KEY (tenant_id, billable_metric_id) REFERENCES billable_metrics(tenant_id, id);
alter table billable_metric_filters add constraint billable_metric_filters_tenant_id_billable_metric_id_key_key UNIQUE (tenant_id, billable_metric_id, key);
alter table billable_metric_filters add constraint billable_metric_filters_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table billable_metric_filters enable row level security, force row level security;
create policy tenant on billable_metric_filters for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on billable_metric_filters to farthing_app;

create table billable_metrics (
  tenant_id uuid not null,
  id uuid not null,
  code text not null,
  name text not null,
  description text,
  aggregation_type text not null,
  field_name text,
  recurring boolean not null default false,
  rounding_function text,
  rounding_precision integer,
  expression text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone
);
alter table billable_metrics add constraint billable_metrics_aggregation_type_check CHECK ((aggregation_type = ANY (ARRAY['count'::text, 'sum'::text, 'max'::text, 'unique_count'::text, 'weighted_sum'::text, 'latest'::text, 'custom'::text])));
alter table billable_metrics add constraint billable_metrics_pkey PRIMARY KEY (tenant_id, id);
alter table billable_metrics add constraint billable_metrics_rounding_function_check CHECK ((rounding_function = ANY (ARRAY['round'::text, 'ceil'::text, 'floor'::text])));
alter table billable_metrics add constraint billable_metrics_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE INDEX billable_metrics_by_time ON public.billable_metrics USING btree (tenant_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX billable_metrics_code ON public.billable_metrics USING btree (tenant_id, code) WHERE (deleted_at IS NULL);
alter table billable_metrics enable row level security, force row level security;
create policy tenant on billable_metrics for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on billable_metrics to farthing_app;

create table billed_periods (
  tenant_id uuid not null,
  id uuid not null,
  subscription_id uuid not null,
  invoice_id uuid,
  usage_from timestamp with time zone not null,
  usage_to timestamp with time zone not null,
  full_from timestamp with time zone not null,
  full_to timestamp with time zone not null,
  first_day date not null,
  last_day date not null,
  period_days integer not null,
  timezone text not null,
  codes text[] not null,
  recurring_codes text[] not null,
  priced_charges_id uuid not null,
  recheck boolean not null default false,
  voided_at timestamp with time zone,
  created_at timestamp with time zone not null,
  interim boolean not null default false
);
alter table billed_periods add constraint billed_periods_pkey PRIMARY KEY (tenant_id, id);
alter table billed_periods add constraint billed_periods_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table billed_periods add constraint billed_periods_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id) ON DELETE CASCADE;
alter table billed_periods add constraint billed_periods_tenant_id_priced_charges_id_fkey FOREIGN KEY (tenant_id, priced_charges_id) REFERENCES priced_charges(tenant_id, id);
alter table billed_periods add constraint billed_periods_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id);
CREATE INDEX billed_periods_by_end ON public.billed_periods USING btree (tenant_id, subscription_id, usage_to);
CREATE INDEX billed_periods_by_invoice ON public.billed_periods USING btree (tenant_id, invoice_id);
CREATE INDEX billed_periods_interim ON public.billed_periods USING btree (tenant_id, subscription_id, usage_from) WHERE (interim AND (voided_at IS NULL));
CREATE INDEX billed_periods_to_recheck ON public.billed_periods USING btree (tenant_id, subscription_id) WHERE recheck;
CREATE UNIQUE INDEX billed_periods_once ON public.billed_periods USING btree (tenant_id, subscription_id, usage_from) WHERE ((voided_at IS NULL) AND (NOT interim));
alter table billed_periods enable row level security, force row level security;
create policy tenant on billed_periods for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on billed_periods to farthing_app;

create table billing_entities (
  tenant_id uuid not null,
  id uuid not null,
  code text not null,
  name text not null,
  legal_name text,
  address_line1 text,
  address_line2 text,
  city text,
  state text,
  country text,
  zip_code text,
  tax_id text,
  email text,
  currency text not null,
  timezone text,
  document_locale text not null default 'en'::text,
  invoice_prefix text,
  next_invoice_number bigint not null default 1,
  invoice_grace_period integer not null default 0,
  net_payment_term integer not null default 30,
  invoice_footer text,
  is_default boolean not null default false,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  next_credit_note_number bigint not null default 1
);
alter table billing_entities add constraint billing_entities_invoice_grace_period_check CHECK ((invoice_grace_period >= 0));
alter table billing_entities add constraint billing_entities_net_payment_term_check CHECK ((net_payment_term >= 0));
alter table billing_entities add constraint billing_entities_next_invoice_number_check CHECK ((next_invoice_number >= 1));
alter table billing_entities add constraint billing_entities_pkey PRIMARY KEY (tenant_id, id);
alter table billing_entities add constraint billing_entities_tenant_id_code_key UNIQUE (tenant_id, code);
alter table billing_entities add constraint billing_entities_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE UNIQUE INDEX billing_entities_one_default ON public.billing_entities USING btree (tenant_id) WHERE is_default;
alter table billing_entities enable row level security, force row level security;
create policy tenant on billing_entities for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on billing_entities to farthing_app;

create table charge_filters (
  tenant_id uuid not null,
  id uuid not null,
  charge_id uuid not null,
  "position" integer not null,
  conditions jsonb not null,
  properties jsonb not null default '{}'::jsonb,
  invoice_display_name text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone
);
alter table charge_filters add constraint charge_filters_pkey PRIMARY KEY (tenant_id, id);
alter table charge_filters add constraint charge_filters_tenant_id_charge_id_fkey FOREIGN KEY (tenant_id, charge_id) REFERENCES charges(tenant_id, id);
alter table charge_filters add constraint charge_filters_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE INDEX charge_filters_by_charge ON public.charge_filters USING btree (tenant_id, charge_id) WHERE (deleted_at IS NULL);
alter table charge_filters enable row level security, force row level security;
create policy tenant on charge_filters for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on charge_filters to farthing_app;

create table charges (
  tenant_id uuid not null,
  id uuid not null,
  plan_id uuid not null,
  billable_metric_id uuid not null,
  code text not null,
  "position" integer not null,
  charge_model text not null,
  properties jsonb not null,
  pay_in_advance boolean not null default false,
  invoiceable boolean not null default true,
  prorated boolean not null default false,
  min_amount_cents bigint not null default 0,
  invoice_display_name text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone
);
alter table charges add constraint charges_charge_model_check CHECK ((charge_model = ANY (ARRAY['standard'::text, 'graduated'::text, 'volume'::text, 'package'::text, 'percentage'::text, 'graduated_percentage'::text, 'custom'::text, 'dynamic'::text])));
alter table charges add constraint charges_min_amount_cents_check CHECK ((min_amount_cents >= 0));
alter table charges add constraint charges_pkey PRIMARY KEY (tenant_id, id);
alter table charges add constraint charges_tenant_id_billable_metric_id_fkey FOREIGN KEY (tenant_id, billable_metric_id) REFERENCES billable_metrics(tenant_id, id);
alter table charges add constraint charges_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table charges add constraint charges_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES plans(tenant_id, id);
CREATE INDEX charges_by_metric ON public.charges USING btree (tenant_id, billable_metric_id) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX charges_code ON public.charges USING btree (tenant_id, plan_id, code) WHERE (deleted_at IS NULL);
alter table charges enable row level security, force row level security;
create policy tenant on charges for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on charges to farthing_app;

create table commitments (
  tenant_id uuid not null,
  id uuid not null,
  plan_id uuid not null,
  commitment_type text not null,
  amount_cents bigint not null,
  invoice_display_name text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone
);
alter table commitments add constraint commitments_amount_cents_check CHECK ((amount_cents >= 0));
alter table commitments add constraint commitments_commitment_type_check CHECK ((commitment_type = 'minimum_commitment'::text));
alter table commitments add constraint commitments_pkey PRIMARY KEY (tenant_id, id);
alter table commitments add constraint commitments_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table commitments add constraint commitments_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES plans(tenant_id, id);
CREATE UNIQUE INDEX commitments_one_of_plan ON public.commitments USING btree (tenant_id, plan_id, commitment_type) WHERE (deleted_at IS NULL);
alter table commitments enable row level security, force row level security;
create policy tenant on commitments for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on commitments to farthing_app;

create table coupon_uses (
  tenant_id uuid not null,
  id uuid not null,
  applied_coupon_id uuid not null,
  invoice_id uuid not null,
  uses integer not null,
  amount_cents bigint not null,
  currency text not null,
  created_at timestamp with time zone not null
);
alter table coupon_uses add constraint coupon_uses_check CHECK ((sign((amount_cents)::double precision) = (uses)::double precision));
alter table coupon_uses add constraint coupon_uses_pkey PRIMARY KEY (tenant_id, id);
alter table coupon_uses add constraint coupon_uses_tenant_id_applied_coupon_id_fkey FOREIGN KEY (tenant_id, applied_coupon_id) REFERENCES applied_coupons(tenant_id, id);
alter table coupon_uses add constraint coupon_uses_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table coupon_uses add constraint coupon_uses_uses_check CHECK ((uses = ANY (ARRAY[1, '-1'::integer])));
CREATE INDEX coupon_uses_by_application ON public.coupon_uses USING btree (tenant_id, applied_coupon_id);
CREATE INDEX coupon_uses_by_invoice ON public.coupon_uses USING btree (tenant_id, invoice_id);
alter table coupon_uses enable row level security, force row level security;
create policy tenant on coupon_uses for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on coupon_uses to farthing_app;

create table coupons (
  tenant_id uuid not null,
  id uuid not null,
  code text not null,
  name text not null,
  description text,
  coupon_type text not null,
  amount_cents bigint,
  amount_currency text,
  percentage_rate numeric,
  frequency text not null,
  frequency_duration integer,
  reusable boolean not null,
  expiration text not null,
  expiration_at timestamp with time zone,
  plan_codes text[] not null,
  fee_types text[] not null,
  billable_metric_codes text[] not null,
  terminated_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null
);
alter table coupons add constraint coupons_amount_cents_check CHECK ((amount_cents >= 0));
alter table coupons add constraint coupons_check CHECK (
CASE coupon_type
    WHEN 'percentage'::text THEN ((percentage_rate IS NOT NULL) AND (amount_cents IS NULL) AND (amount_currency IS NULL))
    ELSE ((percentage_rate IS NULL) AND (amount_cents IS NOT NULL) AND (amount_currency IS NOT NULL))
END);
alter table coupons add constraint coupons_check1 CHECK (((frequency = 'recurring'::text) = (frequency_duration IS NOT NULL)));
alter table coupons add constraint coupons_check2 CHECK (((expiration = 'time_limit'::text) = (expiration_at IS NOT NULL)));
alter table coupons add constraint coupons_coupon_type_check CHECK ((coupon_type = ANY (ARRAY['fixed_amount'::text, 'percentage'::text])));
alter table coupons add constraint coupons_expiration_check CHECK ((expiration = ANY (ARRAY['no_expiration'::text, 'time_limit'::text])));
alter table coupons add constraint coupons_frequency_check CHECK ((frequency = ANY (ARRAY['once'::text, 'recurring'::text, 'forever'::text])));
alter table coupons add constraint coupons_frequency_duration_check CHECK ((frequency_duration >= 1));
alter table coupons add constraint coupons_percentage_rate_check CHECK (((percentage_rate >= (0)::numeric) AND (percentage_rate <= (100)::numeric)));
alter table coupons add constraint coupons_pkey PRIMARY KEY (tenant_id, id);
alter table coupons add constraint coupons_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE INDEX coupons_by_time ON public.coupons USING btree (tenant_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX coupons_code ON public.coupons USING btree (tenant_id, code);
alter table coupons enable row level security, force row level security;
create policy tenant on coupons for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on coupons to farthing_app;

create table credit_note_items (
  tenant_id uuid not null,
  id uuid not null,
  credit_note_id uuid not null,
  fee_id uuid not null,
  amount_cents bigint not null,
  created_at timestamp with time zone not null,
  coupons_amount_cents bigint not null default 0,
  "position" integer not null default 0,
  taxes_amount_cents bigint not null default 0,
  included_tax_cents bigint not null default 0
);
alter table credit_note_items add constraint credit_note_items_amount_cents_check CHECK ((amount_cents <> 0));
alter table credit_note_items add constraint credit_note_items_pkey PRIMARY KEY (tenant_id, id);
alter table credit_note_items add constraint credit_note_items_tenant_id_credit_note_id_fkey FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_notes(tenant_id, id);
alter table credit_note_items add constraint credit_note_items_tenant_id_fee_id_fkey FOREIGN KEY (tenant_id, fee_id) REFERENCES fees(tenant_id, id);
alter table credit_note_items add constraint credit_note_items_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE INDEX credit_note_items_by_fee ON public.credit_note_items USING btree (tenant_id, fee_id);
CREATE INDEX credit_note_items_by_note ON public.credit_note_items USING btree (tenant_id, credit_note_id);
alter table credit_note_items enable row level security, force row level security;
create policy tenant on credit_note_items for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on credit_note_items to farthing_app;

create table credit_note_taxes (
  tenant_id uuid not null,
  id uuid not null,
  credit_note_id uuid not null,
  "position" integer not null,
  is_void boolean not null,
  tax_id uuid,
  tax_code text not null,
  tax_name text not null,
  tax_rate numeric not null,
  tax_category text not null,
  jurisdiction text not null,
  compound boolean not null,
  inclusive boolean not null,
  reason text,
  base_amount_cents bigint not null,
  amount_cents bigint not null,
  created_at timestamp with time zone not null
);
alter table credit_note_taxes add constraint credit_note_taxes_pkey PRIMARY KEY (tenant_id, id);
alter table credit_note_taxes add constraint credit_note_taxes_tenant_id_credit_note_id_fkey FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_notes(tenant_id, id);
alter table credit_note_taxes add constraint credit_note_taxes_tenant_id_credit_note_id_is_void_position_key UNIQUE (tenant_id, credit_note_id, is_void, "position");
alter table credit_note_taxes add constraint credit_note_taxes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table credit_note_taxes enable row level security, force row level security;
create policy tenant on credit_note_taxes for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on credit_note_taxes to farthing_app;

create table credit_notes (
  tenant_id uuid not null,
  id uuid not null,
  number text,
  billing_entity_id uuid not null,
  customer_id uuid not null,
  invoice_id uuid not null,
  credit_note_type text not null,
  status text not null,
  credit_status text,
  refund_status text,
  reason text not null,
  description text,
  currency text not null,
  total_amount_cents bigint not null,
  taxes_amount_cents bigint not null default 0,
  credit_amount_cents bigint not null default 0,
  refund_amount_cents bigint not null default 0,
  balance_amount_cents bigint not null default 0,
  issued_at timestamp with time zone,
  voided_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  late_usage boolean not null default false,
  billed_period_id uuid,
  progressive_rest boolean not null default false,
  coupons_amount_cents bigint not null default 0,
  own_number boolean not null default false,
  draft_lines jsonb,
  asked_refund_cents bigint,
  voided_amount_cents bigint not null default 0
);
alter table credit_notes add constraint credit_notes_asked_refund_cents_check CHECK ((asked_refund_cents >= 0));
alter table credit_notes add constraint credit_notes_balance_amount_cents_check CHECK ((balance_amount_cents >= 0));
alter table credit_notes add constraint credit_notes_check CHECK ((balance_amount_cents <= credit_amount_cents));
alter table credit_notes add constraint credit_notes_check1 CHECK (((voided_amount_cents >= 0) AND (voided_amount_cents <= total_amount_cents)));
alter table credit_notes add constraint credit_notes_credit_note_type_check CHECK ((credit_note_type = ANY (ARRAY['credit'::text, 'refund'::text, 'offset'::text])));
alter table credit_notes add constraint credit_notes_credit_status_check CHECK ((credit_status = ANY (ARRAY['available'::text, 'consumed'::text, 'voided'::text])));
alter table credit_notes add constraint credit_notes_issued_check CHECK (((status = 'draft'::text) OR ((number IS NOT NULL) AND (issued_at IS NOT NULL))));
alter table credit_notes add constraint credit_notes_pkey PRIMARY KEY (tenant_id, id);
alter table credit_notes add constraint credit_notes_reason_check CHECK ((reason = ANY (ARRAY['duplicated_charge'::text, 'product_unsatisfactory'::text, 'order_change'::text, 'order_cancellation'::text, 'fraudulent_charge'::text, 'other'::text])));
alter table credit_notes add constraint credit_notes_refund_check CHECK (((refund_status IS NULL) OR (refund_amount_cents > 0)));
alter table credit_notes add constraint credit_notes_refund_status_check CHECK ((refund_status = ANY (ARRAY['pending'::text, 'succeeded'::text, 'failed'::text])));
alter table credit_notes add constraint credit_notes_split_check CHECK (((credit_amount_cents >= 0) AND (refund_amount_cents >= 0) AND ((credit_amount_cents + refund_amount_cents) <= total_amount_cents)));
alter table credit_notes add constraint credit_notes_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'finalized'::text])));
alter table credit_notes add constraint credit_notes_tenant_id_billing_entity_id_fkey FOREIGN KEY (tenant_id, billing_entity_id) REFERENCES billing_entities(tenant_id, id);
alter table credit_notes add constraint credit_notes_tenant_id_billing_entity_id_number_key UNIQUE (tenant_id, billing_entity_id, number);
alter table credit_notes add constraint credit_notes_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id);
alter table credit_notes add constraint credit_notes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table credit_notes add constraint credit_notes_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id);
alter table credit_notes add constraint credit_notes_total_amount_cents_check CHECK ((total_amount_cents > 0));
CREATE INDEX credit_notes_available ON public.credit_notes USING btree (tenant_id, customer_id, issued_at, id) WHERE (balance_amount_cents > 0);
CREATE INDEX credit_notes_by_invoice ON public.credit_notes USING btree (tenant_id, invoice_id);
CREATE INDEX credit_notes_by_time ON public.credit_notes USING btree (tenant_id, created_at DESC, id DESC);
alter table credit_notes enable row level security, force row level security;
create policy tenant on credit_notes for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on credit_notes to farthing_app;

create table customers (
  tenant_id uuid not null,
  id uuid not null,
  external_id text,
  name text not null,
  email text,
  currency text not null,
  timezone text,
  billing_metadata jsonb not null default '{}'::jsonb,
  invoice_grace_period integer,
  net_payment_term integer,
  billing_entity_id uuid not null,
  tax_id text,
  vat_id text,
  vat_id_normalized text,
  address_street text,
  address_line2 text,
  address_city text,
  address_state text,
  address_zip text,
  address_country text,
  group_ids uuid[] not null default '{}'::uuid[],
  tags text[] not null default '{}'::text[],
  billing_model text not null default 'hybrid'::text,
  mode text not null default 'PREPAID'::text,
  customer_type text not null default 'UNKNOWN'::text,
  status text not null default 'active'::text,
  locale text,
  einvoice_email text,
  peppol_id text,
  prefer_einvoice boolean not null default false,
  preferred_provider text,
  disabled_providers text[] not null default '{}'::text[],
  default_auto_topup_enabled boolean not null default false,
  default_auto_topup_amount bigint,
  default_credit_limit bigint,
  default_low_balance_threshold bigint,
  default_max_balance bigint,
  default_max_single_credit bigint,
  vat_validation_status text not null default 'UNVALIDATED'::text,
  vat_validation_disabled boolean not null default false,
  vat_validation_disabled_reason text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone,
  tax_exempt boolean not null default false,
  tax_exemption_category text,
  tax_exemption_reason text
);
alter table customers add constraint customers_billing_model_check CHECK ((billing_model = ANY (ARRAY['prepaid'::text, 'postpaid'::text, 'hybrid'::text])));
alter table customers add constraint customers_customer_type_check CHECK ((customer_type = ANY (ARRAY['BUSINESS'::text, 'CONSUMER'::text, 'UNKNOWN'::text])));
alter table customers add constraint customers_invoice_grace_period_check CHECK ((invoice_grace_period >= 0));
alter table customers add constraint customers_mode_check CHECK ((mode = ANY (ARRAY['PREPAID'::text, 'POSTPAID'::text])));
alter table customers add constraint customers_net_payment_term_check CHECK ((net_payment_term >= 0));
alter table customers add constraint customers_pkey PRIMARY KEY (tenant_id, id);
alter table customers add constraint customers_status_check CHECK ((status = ANY (ARRAY['active'::text, 'inactive'::text])));
alter table customers add constraint customers_tax_exemption CHECK (((NOT tax_exempt) OR ((tax_exemption_reason IS NOT NULL) AND (tax_exemption_category IS NOT NULL))));
alter table customers add constraint customers_tax_exemption_category_check CHECK ((tax_exemption_category = ANY (ARRAY['Z'::text, 'E'::text, 'AE'::text, 'K'::text, 'G'::text, 'O'::text])));
alter table customers add constraint customers_tenant_id_billing_entity_id_fkey FOREIGN KEY (tenant_id, billing_entity_id) REFERENCES billing_entities(tenant_id, id);
alter table customers add constraint customers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table customers add constraint customers_vat_validation_status_check CHECK ((vat_validation_status = ANY (ARRAY['UNVALIDATED'::text, 'PENDING'::text, 'VALID'::text, 'INVALID'::text, 'MANUAL'::text])));
CREATE INDEX customers_by_entity ON public.customers USING btree (tenant_id, billing_entity_id);
CREATE INDEX customers_by_tag ON public.customers USING gin (tags);
CREATE INDEX customers_by_time ON public.customers USING btree (tenant_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX customers_external_id ON public.customers USING btree (tenant_id, external_id) WHERE (deleted_at IS NULL);
alter table customers enable row level security, force row level security;
create policy tenant on customers for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on customers to farthing_app;

create table domain_events (
  tenant_id uuid not null,
  id uuid not null,
  type text not null,
  subject_type text not null,
  subject_id uuid not null,
  action text not null,
  changes jsonb not null default '{}'::jsonb,
  data jsonb not null default '{}'::jsonb,
  actor_type text not null,
  actor_id text,
  request_id text,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default now()
);
alter table domain_events add constraint domain_events_action_check CHECK ((action = ANY (ARRAY['created'::text, 'updated'::text, 'deleted'::text, 'status_changed'::text])));
alter table domain_events add constraint domain_events_actor_type_check CHECK ((actor_type = ANY (ARRAY['api_key'::text, 'admin'::text, 'system'::text])));
alter table domain_events add constraint domain_events_pkey PRIMARY KEY (tenant_id, id);
alter table domain_events add constraint domain_events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE INDEX domain_events_by_subject ON public.domain_events USING btree (tenant_id, subject_type, subject_id, occurred_at DESC, id DESC);
CREATE INDEX domain_events_by_time ON public.domain_events USING btree (tenant_id, occurred_at DESC, id DESC);
alter table domain_events enable row level security, force row level security;
create policy tenant on domain_events for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on domain_events to farthing_app;

create table entitlements (
  tenant_id uuid not null,
  id uuid not null,
  plan_id uuid not null,
  feature_id uuid not null,
  value text not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null
);
alter table entitlements add constraint entitlements_pkey PRIMARY KEY (tenant_id, id);
alter table entitlements add constraint entitlements_tenant_id_feature_id_fkey FOREIGN KEY (tenant_id, feature_id) REFERENCES features(tenant_id, id);
alter table entitlements add constraint entitlements_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table entitlements add constraint entitlements_tenant_id_plan_id_feature_id_key UNIQUE (tenant_id, plan_id, feature_id);
alter table entitlements add constraint entitlements_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES plans(tenant_id, id);
CREATE INDEX entitlements_by_feature ON public.entitlements USING btree (tenant_id, feature_id);
CREATE INDEX entitlements_by_time ON public.entitlements USING btree (tenant_id, created_at DESC, id DESC);
alter table entitlements enable row level security, force row level security;
create policy tenant on entitlements for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on entitlements to farthing_app;

create table features (
  tenant_id uuid not null,
  id uuid not null,
  code text not null,
  name text not null,
  description text,
  feature_type text not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  billable_metric_id uuid
);
alter table features add constraint features_check CHECK (((billable_metric_id IS NULL) OR (feature_type = 'quantity'::text)));
alter table features add constraint features_feature_type_check CHECK ((feature_type = ANY (ARRAY['boolean'::text, 'quantity'::text, 'custom'::text])));
alter table features add constraint features_pkey PRIMARY KEY (tenant_id, id);
alter table features add constraint features_tenant_id_billable_metric_id_fkey FOREIGN KEY (tenant_id, billable_metric_id) REFERENCES billable_metrics(tenant_id, id);
alter table features add constraint features_tenant_id_code_key UNIQUE (tenant_id, code);
alter table features add constraint features_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE INDEX features_by_time ON public.features USING btree (tenant_id, created_at DESC, id DESC);
alter table features enable row level security, force row level security;
create policy tenant on features for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on features to farthing_app;

create table fee_taxes (
  tenant_id uuid not null,
  id uuid not null,
  fee_id uuid not null,
  "position" integer not null,
  tax_id uuid,
  tax_code text not null,
  tax_name text not null,
  tax_rate numeric not null,
  tax_category text not null,
  jurisdiction text not null,
  compound boolean not null,
  inclusive boolean not null,
  reason text,
  base_amount_cents bigint not null,
  amount_cents bigint not null,
  created_at timestamp with time zone not null
);
alter table fee_taxes add constraint fee_taxes_pkey PRIMARY KEY (tenant_id, id);
alter table fee_taxes add constraint fee_taxes_tenant_id_fee_id_fkey FOREIGN KEY (tenant_id, fee_id) REFERENCES fees(tenant_id, id) ON DELETE CASCADE;
alter table fee_taxes add constraint fee_taxes_tenant_id_fee_id_position_key UNIQUE (tenant_id, fee_id, "position");
alter table fee_taxes add constraint fee_taxes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table fee_taxes enable row level security, force row level security;
create policy tenant on fee_taxes for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on fee_taxes to farthing_app;

create table fees (
  tenant_id uuid not null,
  id uuid not null,
  invoice_id uuid,
  customer_id uuid not null,
  subscription_id uuid,
  charge_id uuid,
  charge_filter_id uuid,
  commitment_id uuid,
  "position" integer not null,
  fee_type text not null,
  description text not null,
  metric_code text,
  grouped_by jsonb not null default '{}'::jsonb,
  properties jsonb not null default '{}'::jsonb,
  units numeric not null,
  events_count bigint not null default 0,
  unit_amount_cents numeric not null,
  precise_amount_cents numeric not null,
  amount_cents bigint not null,
  coupons_amount_cents bigint not null default 0,
  taxes_amount_cents bigint not null default 0,
  total_amount_cents bigint not null,
  credited_amount_cents bigint not null default 0,
  currency text not null,
  tax_category text,
  payment_status text not null default 'pending'::text,
  from_datetime timestamp with time zone,
  to_datetime timestamp with time zone,
  explain jsonb not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  kind text not null default 'regular'::text,
  billed_period_id uuid,
  event_id uuid,
  progressive_billing_credit_amount_cents bigint not null default 0,
  replaced boolean not null default false,
  add_on_id uuid,
  plan_code text,
  returned_coupons_amount_cents bigint not null default 0,
  included_tax_cents bigint not null default 0,
  fixed_charge_id uuid,
  event_at timestamp with time zone
);
alter table fees add constraint fees_check CHECK (((returned_coupons_amount_cents >= 0) AND (returned_coupons_amount_cents <= coupons_amount_cents)));
alter table fees add constraint fees_event_at_check CHECK (((event_id IS NULL) = (event_at IS NULL)));
alter table fees add constraint fees_event_check CHECK (((kind = 'in_advance'::text) = (event_id IS NOT NULL)));
alter table fees add constraint fees_fee_type_check CHECK ((fee_type = ANY (ARRAY['charge'::text, 'subscription'::text, 'fixed_charge'::text, 'add_on'::text, 'credit'::text, 'commitment'::text])));
alter table fees add constraint fees_fixed_charge_check CHECK (((fixed_charge_id IS NOT NULL) = (fee_type = 'fixed_charge'::text)));
alter table fees add constraint fees_kind_check CHECK ((kind = ANY (ARRAY['regular'::text, 'minimum'::text, 'late_usage'::text, 'in_advance'::text, 'progressive'::text])));
alter table fees add constraint fees_payment_status_check CHECK ((payment_status = ANY (ARRAY['pending'::text, 'succeeded'::text, 'failed'::text, 'refunded'::text])));
alter table fees add constraint fees_pkey PRIMARY KEY (tenant_id, id);
alter table fees add constraint fees_progressive_check CHECK (((progressive_billing_credit_amount_cents >= 0) AND (progressive_billing_credit_amount_cents <= GREATEST(amount_cents, (0)::bigint))));
alter table fees add constraint fees_tenant_id_add_on_id_fkey FOREIGN KEY (tenant_id, add_on_id) REFERENCES add_ons(tenant_id, id);
alter table fees add constraint fees_tenant_id_billed_period_id_fkey FOREIGN KEY (tenant_id, billed_period_id) REFERENCES billed_periods(tenant_id, id);
alter table fees add constraint fees_tenant_id_charge_id_fkey FOREIGN KEY (tenant_id, charge_id) REFERENCES charges(tenant_id, id);
alter table fees add constraint fees_tenant_id_commitment_id_fkey FOREIGN KEY (tenant_id, commitment_id) REFERENCES commitments(tenant_id, id);
alter table fees add constraint fees_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id);
alter table fees add constraint fees_tenant_id_fixed_charge_id_fkey FOREIGN KEY (tenant_id, fixed_charge_id) REFERENCES fixed_charges(tenant_id, id);
alter table fees add constraint fees_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table fees add constraint fees_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id) ON DELETE CASCADE;
alter table fees add constraint fees_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id);
CREATE INDEX fees_by_billed_period ON public.fees USING btree (tenant_id, billed_period_id) WHERE (billed_period_id IS NOT NULL);
CREATE INDEX fees_by_customer ON public.fees USING btree (tenant_id, customer_id);
CREATE INDEX fees_by_invoice ON public.fees USING btree (tenant_id, invoice_id, "position");
CREATE INDEX fees_by_subscription ON public.fees USING btree (tenant_id, subscription_id);
CREATE INDEX fees_by_time ON public.fees USING btree (tenant_id, created_at DESC, id DESC);
CREATE INDEX fees_in_advance ON public.fees USING btree (tenant_id, subscription_id, event_at) WHERE (event_id IS NOT NULL);
CREATE INDEX fees_progressive ON public.fees USING btree (tenant_id, subscription_id, from_datetime) WHERE ((kind = 'progressive'::text) OR (progressive_billing_credit_amount_cents > 0));
CREATE UNIQUE INDEX fees_event_once ON public.fees USING btree (tenant_id, subscription_id, charge_id, event_id) WHERE ((event_id IS NOT NULL) AND (NOT replaced));
alter table fees enable row level security, force row level security;
create policy tenant on fees for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on fees to farthing_app;

create table fixed_charge_units (
  tenant_id uuid not null,
  subscription_id uuid not null,
  add_on_id uuid not null,
  turn integer not null,
  units numeric not null,
  timing text not null,
  asked_at timestamp with time zone not null,
  from_day date
);
alter table fixed_charge_units add constraint fixed_charge_units_check CHECK (((timing = 'start'::text) = (from_day IS NULL)));
alter table fixed_charge_units add constraint fixed_charge_units_pkey PRIMARY KEY (tenant_id, subscription_id, turn);
alter table fixed_charge_units add constraint fixed_charge_units_tenant_id_add_on_id_fkey FOREIGN KEY (tenant_id, add_on_id) REFERENCES add_ons(tenant_id, id);
alter table fixed_charge_units add constraint fixed_charge_units_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table fixed_charge_units add constraint fixed_charge_units_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id);
alter table fixed_charge_units add constraint fixed_charge_units_timing_check CHECK ((timing = ANY (ARRAY['start'::text, 'now'::text, 'period_end'::text])));
alter table fixed_charge_units add constraint fixed_charge_units_turn_check CHECK ((turn > 0));
alter table fixed_charge_units add constraint fixed_charge_units_units_check CHECK ((units >= (0)::numeric));
alter table fixed_charge_units enable row level security, force row level security;
create policy tenant on fixed_charge_units for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on fixed_charge_units to farthing_app;

create table fixed_charges (
  tenant_id uuid not null,
  id uuid not null,
  plan_id uuid not null,
  add_on_id uuid not null,
  "position" integer not null,
  units numeric not null,
  charge_model text not null,
  properties jsonb not null,
  pay_in_advance boolean not null,
  prorated boolean not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone
);
alter table fixed_charges add constraint fixed_charges_charge_model_check CHECK ((charge_model = ANY (ARRAY['standard'::text, 'graduated'::text, 'volume'::text])));
alter table fixed_charges add constraint fixed_charges_pkey PRIMARY KEY (tenant_id, id);
alter table fixed_charges add constraint fixed_charges_tenant_id_add_on_id_fkey FOREIGN KEY (tenant_id, add_on_id) REFERENCES add_ons(tenant_id, id);
alter table fixed_charges add constraint fixed_charges_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table fixed_charges add constraint fixed_charges_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES plans(tenant_id, id);
alter table fixed_charges add constraint fixed_charges_units_check CHECK ((units >= (0)::numeric));
CREATE INDEX fixed_charges_by_add_on ON public.fixed_charges USING btree (tenant_id, add_on_id) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX fixed_charges_add_on ON public.fixed_charges USING btree (tenant_id, plan_id, add_on_id) WHERE (deleted_at IS NULL);
alter table fixed_charges enable row level security, force row level security;
create policy tenant on fixed_charges for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on fixed_charges to farthing_app;

create table idempotency_keys (
  tenant_id uuid not null,
  key text not null,
  request_hash bytea not null,
  status smallint not null,
  content_type text,
  body text,
  created_at timestamp with time zone not null
);
alter table idempotency_keys add constraint idempotency_keys_pkey PRIMARY KEY (tenant_id, key);
CREATE INDEX idempotency_keys_by_age ON public.idempotency_keys USING btree (tenant_id, created_at);
alter table idempotency_keys enable row level security, force row level security;
create policy tenant on idempotency_keys for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on idempotency_keys to farthing_app;

create table in_advance_progress (
  tenant_id uuid not null,
  seen_xid xid8 not null,
  cluster bigint not null default app.cluster()
);
alter table in_advance_progress add constraint in_advance_progress_pkey PRIMARY KEY (tenant_id);
alter table in_advance_progress add constraint in_advance_progress_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table in_advance_progress enable row level security, force row level security;
create policy tenant on in_advance_progress for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on in_advance_progress to farthing_app;

create table integration_customers (
  tenant_id uuid not null,
  id uuid not null,
  integration_id uuid not null,
  customer_id uuid not null,
  external_customer_id text not null,
  settings jsonb,
  created_at timestamp with time zone not null
);
alter table integration_customers add constraint integration_customers_pkey PRIMARY KEY (tenant_id, id);
alter table integration_customers add constraint integration_customers_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id);
alter table integration_customers add constraint integration_customers_tenant_id_customer_id_integration_id_key UNIQUE (tenant_id, customer_id, integration_id);
alter table integration_customers add constraint integration_customers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table integration_customers add constraint integration_customers_tenant_id_integration_id_fkey FOREIGN KEY (tenant_id, integration_id) REFERENCES integrations(tenant_id, id);
alter table integration_customers enable row level security, force row level security;
create policy tenant on integration_customers for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on integration_customers to farthing_app;

create table integrations (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  provider text not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null
);
alter table integrations add constraint integrations_pkey PRIMARY KEY (tenant_id, id);
alter table integrations add constraint integrations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table integrations add constraint integrations_tenant_id_provider_key UNIQUE (tenant_id, provider);
alter table integrations enable row level security, force row level security;
create policy tenant on integrations for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on integrations to farthing_app;

create table invoice_coupons (
  tenant_id uuid not null,
  invoice_id uuid not null,
  "position" integer not null,
  applied_coupon_id uuid not null,
  coupon_code text not null,
  coupon_name text not null,
  amount_cents bigint not null,
  explain jsonb not null
);
alter table invoice_coupons add constraint invoice_coupons_amount_cents_check CHECK ((amount_cents > 0));
alter table invoice_coupons add constraint invoice_coupons_pkey PRIMARY KEY (tenant_id, invoice_id, "position");
alter table invoice_coupons add constraint invoice_coupons_tenant_id_applied_coupon_id_fkey FOREIGN KEY (tenant_id, applied_coupon_id) REFERENCES applied_coupons(tenant_id, id);
alter table invoice_coupons add constraint invoice_coupons_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table invoice_coupons add constraint invoice_coupons_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id) ON DELETE CASCADE;
alter table invoice_coupons enable row level security, force row level security;
create policy tenant on invoice_coupons for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on invoice_coupons to farthing_app;

create table invoice_emails (
  tenant_id uuid not null,
  id uuid not null,
  invoice_id uuid not null,
  customer_id uuid not null,
  kind text not null,
  recipient text not null,
  status text not null,
  error text,
  requested_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  credit_note_id uuid
);
alter table invoice_emails add constraint invoice_emails_check CHECK (((status = 'sent'::text) = (sent_at IS NOT NULL)));
alter table invoice_emails add constraint invoice_emails_credit_note_check CHECK (((kind = 'credit_note'::text) = (credit_note_id IS NOT NULL)));
alter table invoice_emails add constraint invoice_emails_kind_check CHECK ((kind = ANY (ARRAY['invoice'::text, 'reminder'::text, 'credit_note'::text])));
alter table invoice_emails add constraint invoice_emails_pkey PRIMARY KEY (tenant_id, id);
alter table invoice_emails add constraint invoice_emails_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text])));
alter table invoice_emails add constraint invoice_emails_tenant_id_credit_note_id_fkey FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_notes(tenant_id, id);
alter table invoice_emails add constraint invoice_emails_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id);
alter table invoice_emails add constraint invoice_emails_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table invoice_emails add constraint invoice_emails_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id);
CREATE INDEX invoice_emails_by_invoice ON public.invoice_emails USING btree (tenant_id, invoice_id);
alter table invoice_emails enable row level security, force row level security;
create policy tenant on invoice_emails for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on invoice_emails to farthing_app;

create table invoice_settlements (
  tenant_id uuid not null,
  id uuid not null,
  invoice_id uuid not null,
  settlement_type text not null,
  source_id uuid not null,
  amount_cents bigint not null,
  created_at timestamp with time zone not null
);
alter table invoice_settlements add constraint invoice_settlements_amount_cents_check CHECK ((amount_cents <> 0));
alter table invoice_settlements add constraint invoice_settlements_pkey PRIMARY KEY (tenant_id, id);
alter table invoice_settlements add constraint invoice_settlements_settlement_type_check CHECK ((settlement_type = ANY (ARRAY['payment'::text, 'credit_note'::text, 'wallet_credit'::text, 'write_off'::text])));
alter table invoice_settlements add constraint invoice_settlements_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table invoice_settlements add constraint invoice_settlements_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id);
CREATE INDEX invoice_settlements_by_invoice ON public.invoice_settlements USING btree (tenant_id, invoice_id);
alter table invoice_settlements enable row level security, force row level security;
create policy tenant on invoice_settlements for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on invoice_settlements to farthing_app;

create table invoice_subscriptions (
  tenant_id uuid not null,
  invoice_id uuid not null,
  subscription_id uuid not null,
  billing_kind text,
  billing_at timestamp with time zone,
  billing_turn integer not null,
  billing_phase integer not null,
  opened_at timestamp with time zone,
  opened_day date,
  billing_period_start timestamp with time zone not null,
  billing_period_end timestamp with time zone not null,
  voided boolean not null default false
);
alter table invoice_subscriptions add constraint invoice_subscriptions_billing_kind_check CHECK ((billing_kind = ANY (ARRAY['start'::text, 'trial_end'::text, 'periodic'::text, 'plan_change'::text, 'units_change'::text, 'pause'::text, 'resumption'::text, 'termination'::text, 'interim'::text])));
alter table invoice_subscriptions add constraint invoice_subscriptions_check CHECK (((billing_kind IS NULL) = (billing_at IS NULL)));
alter table invoice_subscriptions add constraint invoice_subscriptions_pkey PRIMARY KEY (tenant_id, invoice_id, subscription_id);
alter table invoice_subscriptions add constraint invoice_subscriptions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table invoice_subscriptions add constraint invoice_subscriptions_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id) ON DELETE CASCADE;
alter table invoice_subscriptions add constraint invoice_subscriptions_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id);
CREATE INDEX invoice_subscriptions_by_subscription ON public.invoice_subscriptions USING btree (tenant_id, subscription_id, invoice_id);
CREATE UNIQUE INDEX invoice_subscriptions_once ON public.invoice_subscriptions USING btree (tenant_id, subscription_id, billing_kind, billing_at, billing_turn) WHERE (NOT voided);
alter table invoice_subscriptions enable row level security, force row level security;
create policy tenant on invoice_subscriptions for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on invoice_subscriptions to farthing_app;

create table invoice_versions (
  tenant_id uuid not null,
  invoice_id uuid not null,
  version integer not null,
  content jsonb not null,
  created_at timestamp with time zone not null
);
alter table invoice_versions add constraint invoice_versions_pkey PRIMARY KEY (tenant_id, invoice_id, version);
alter table invoice_versions add constraint invoice_versions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table invoice_versions add constraint invoice_versions_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id) ON DELETE CASCADE;
alter table invoice_versions enable row level security, force row level security;
create policy tenant on invoice_versions for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on invoice_versions to farthing_app;

create table invoices (
  tenant_id uuid not null,
  id uuid not null,
  billing_entity_id uuid not null,
  customer_id uuid not null,
  subscription_id uuid,
  invoice_number text,
  status text not null,
  locale text not null default 'en'::text,
  invoice_type text not null,
  billing_period_start timestamp with time zone not null,
  billing_period_end timestamp with time zone not null,
  currency text not null,
  timezone text not null,
  subtotal_cents bigint not null,
  coupons_amount_cents bigint not null default 0,
  progressive_billing_credit_amount_cents bigint not null default 0,
  tax_amount_cents bigint not null default 0,
  total_cents bigint not null,
  credit_notes_amount_cents bigint not null default 0,
  prepaid_credit_amount_cents bigint not null default 0,
  amount_paid_cents bigint not null default 0,
  amount_due_cents bigint not null,
  net_payment_term integer not null,
  finalize_at timestamp with time zone,
  due_date timestamp with time zone,
  issued_at timestamp with time zone,
  paid_at timestamp with time zone,
  voided_at timestamp with time zone,
  version integer not null default 1,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  purchase_order_number text,
  notes text,
  replaces_invoice_id uuid,
  replaced_by_invoice_id uuid,
  written_off_amount_cents bigint not null default 0,
  written_off_at timestamp with time zone,
  taxes jsonb not null default '[]'::jsonb
);
alter table invoices add constraint invoices_check CHECK ((total_cents = (((subtotal_cents - progressive_billing_credit_amount_cents) - coupons_amount_cents) + tax_amount_cents)));
alter table invoices add constraint invoices_check2 CHECK (((status = ANY (ARRAY['finalized'::text, 'paid'::text])) <= (invoice_number IS NOT NULL)));
alter table invoices add constraint invoices_check3 CHECK (((status <> 'draft'::text) OR (invoice_number IS NULL)));
alter table invoices add constraint invoices_due_check CHECK ((amount_due_cents = ((((total_cents - credit_notes_amount_cents) - prepaid_credit_amount_cents) - amount_paid_cents) - written_off_amount_cents)));
alter table invoices add constraint invoices_invoice_type_check CHECK ((invoice_type = ANY (ARRAY['subscription'::text, 'add_on'::text, 'credit'::text, 'one_off'::text, 'progressive_billing'::text])));
alter table invoices add constraint invoices_pkey PRIMARY KEY (tenant_id, id);
alter table invoices add constraint invoices_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'finalized'::text, 'paid'::text, 'voided'::text])));
alter table invoices add constraint invoices_tenant_id_billing_entity_id_fkey FOREIGN KEY (tenant_id, billing_entity_id) REFERENCES billing_entities(tenant_id, id);
alter table invoices add constraint invoices_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id);
alter table invoices add constraint invoices_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table invoices add constraint invoices_tenant_id_replaced_by_invoice_id_fkey FOREIGN KEY (tenant_id, replaced_by_invoice_id) REFERENCES invoices(tenant_id, id);
alter table invoices add constraint invoices_tenant_id_replaces_invoice_id_fkey FOREIGN KEY (tenant_id, replaces_invoice_id) REFERENCES invoices(tenant_id, id);
alter table invoices add constraint invoices_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id);
alter table invoices add constraint invoices_written_off_amount_cents_check CHECK ((written_off_amount_cents >= 0));
alter table invoices add constraint invoices_written_off_check CHECK (((written_off_at IS NULL) = (written_off_amount_cents = 0)));
CREATE INDEX invoices_by_customer ON public.invoices USING btree (tenant_id, customer_id, created_at DESC, id DESC);
CREATE INDEX invoices_by_due_date ON public.invoices USING btree (tenant_id, due_date) WHERE ((status = 'finalized'::text) AND (amount_due_cents > 0));
CREATE INDEX invoices_by_time ON public.invoices USING btree (tenant_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX invoices_number ON public.invoices USING btree (tenant_id, billing_entity_id, invoice_number);
CREATE UNIQUE INDEX invoices_replaced_once ON public.invoices USING btree (tenant_id, replaces_invoice_id);
alter table invoices enable row level security, force row level security;
create policy tenant on invoices for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on invoices to farthing_app;

create table late_usage_checks (
  tenant_id uuid not null,
  subscription_id uuid not null,
  seen_xid xid8 not null,
  checked_at timestamp with time zone not null,
  cluster bigint not null default app.cluster()
);
alter table late_usage_checks add constraint late_usage_checks_pkey PRIMARY KEY (tenant_id, subscription_id);
alter table late_usage_checks add constraint late_usage_checks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table late_usage_checks add constraint late_usage_checks_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id);
alter table late_usage_checks enable row level security, force row level security;
create policy tenant on late_usage_checks for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on late_usage_checks to farthing_app;

create table ledger_entries (
  tenant_id uuid not null,
  id uuid not null,
  posting_id uuid not null,
  line integer not null,
  account text not null,
  currency text not null,
  amount_cents bigint not null,
  booked_on date not null,
  is_release boolean not null,
  fee_id uuid,
  tax_jurisdiction text,
  tax_rate numeric,
  created_at timestamp with time zone not null,
  wallet_id uuid
);
alter table ledger_entries add constraint ledger_entries_account_check CHECK ((account = ANY (ARRAY['receivable'::text, 'cash'::text, 'customer_credit'::text, 'refund_payable'::text, 'wallet_cash'::text, 'wallet_promotional'::text, 'wallet_held'::text, 'wallet_pending'::text, 'wallet_drawn'::text, 'promotions'::text, 'revenue'::text, 'deferred_revenue'::text, 'tax_payable'::text, 'discounts'::text, 'write_off'::text])));
alter table ledger_entries add constraint ledger_entries_amount_cents_check CHECK ((amount_cents <> 0));
alter table ledger_entries add constraint ledger_entries_check CHECK (((account = 'tax_payable'::text) = (tax_jurisdiction IS NOT NULL)));
alter table ledger_entries add constraint ledger_entries_check1 CHECK (((tax_jurisdiction IS NULL) = (tax_rate IS NULL)));
alter table ledger_entries add constraint ledger_entries_check2 CHECK (((NOT is_release) OR (account = ANY (ARRAY['revenue'::text, 'deferred_revenue'::text, 'discounts'::text]))));
alter table ledger_entries add constraint ledger_entries_check3 CHECK (((account = ANY (ARRAY['wallet_cash'::text, 'wallet_promotional'::text, 'wallet_held'::text, 'wallet_drawn'::text])) = (wallet_id IS NOT NULL)));
alter table ledger_entries add constraint ledger_entries_line_check CHECK ((line >= 1));
alter table ledger_entries add constraint ledger_entries_pkey PRIMARY KEY (tenant_id, id);
alter table ledger_entries add constraint ledger_entries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table ledger_entries add constraint ledger_entries_tenant_id_posting_id_fkey FOREIGN KEY (tenant_id, posting_id) REFERENCES ledger_postings(tenant_id, id);
alter table ledger_entries add constraint ledger_entries_tenant_id_posting_id_line_key UNIQUE (tenant_id, posting_id, line);
alter table ledger_entries add constraint ledger_entries_tenant_id_wallet_id_fkey FOREIGN KEY (tenant_id, wallet_id) REFERENCES wallets(tenant_id, id);
CREATE INDEX ledger_entries_by_account ON public.ledger_entries USING btree (tenant_id, account, booked_on);
CREATE INDEX ledger_entries_by_time ON public.ledger_entries USING btree (tenant_id, created_at DESC, id DESC);
CREATE INDEX ledger_entries_by_wallet ON public.ledger_entries USING btree (tenant_id, wallet_id, account) WHERE (wallet_id IS NOT NULL);
alter table ledger_entries enable row level security, force row level security;
create policy tenant on ledger_entries for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on ledger_entries to farthing_app;
CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON public.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_unbalanced();

create table ledger_postings (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null,
  document_type text not null,
  document_id uuid not null,
  customer_id uuid not null,
  invoice_id uuid,
  credit_note_id uuid,
  posted_at timestamp with time zone not null
);
alter table ledger_postings add constraint ledger_postings_document_type_check CHECK ((document_type = ANY (ARRAY['invoice'::text, 'credit_note'::text, 'invoice_settlement'::text, 'payment'::text, 'wallet_transaction'::text, 'wallet_hold'::text])));
alter table ledger_postings add constraint ledger_postings_kind_check CHECK ((kind = ANY (ARRAY['invoice_finalized'::text, 'invoice_voided'::text, 'credit_note_issued'::text, 'credit_note_voided'::text, 'refund_paid'::text, 'credit_applied'::text, 'credit_returned'::text, 'payment_received'::text, 'credits_granted'::text, 'credits_paid'::text, 'credits_not_sold'::text, 'credits_drawn'::text, 'credits_repaid'::text, 'credits_consumed'::text, 'credits_returned'::text, 'credits_expired'::text, 'credits_voided'::text, 'credits_transferred'::text, 'credits_held'::text, 'credits_released'::text, 'credits_captured'::text, 'written_off'::text, 'write_off_reversed'::text])));
alter table ledger_postings add constraint ledger_postings_pkey PRIMARY KEY (tenant_id, id);
alter table ledger_postings add constraint ledger_postings_tenant_id_credit_note_id_fkey FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_notes(tenant_id, id);
alter table ledger_postings add constraint ledger_postings_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id);
alter table ledger_postings add constraint ledger_postings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table ledger_postings add constraint ledger_postings_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id);
CREATE INDEX ledger_postings_by_credit_note ON public.ledger_postings USING btree (tenant_id, credit_note_id) WHERE (credit_note_id IS NOT NULL);
CREATE INDEX ledger_postings_by_customer ON public.ledger_postings USING btree (tenant_id, customer_id);
CREATE INDEX ledger_postings_by_invoice ON public.ledger_postings USING btree (tenant_id, invoice_id);
CREATE UNIQUE INDEX ledger_postings_once ON public.ledger_postings USING btree (tenant_id, document_id, kind);
alter table ledger_postings enable row level security, force row level security;
create policy tenant on ledger_postings for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on ledger_postings to farthing_app;

create table organizations (
  id uuid not null,
  name text not null,
  slug text not null,
  default_currency text not null,
  timezone text not null,
  hmac_key text,
  logo_url text,
  portal_accent_color text,
  portal_welcome_message text,
  store_unknown_metrics boolean not null default false,
  skip_zero_invoices boolean not null default false,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone,
  ignore_late_usage boolean not null default false,
  event_retention_days integer
);
alter table organizations add constraint organizations_event_retention_days_check CHECK (((event_retention_days >= 1) AND (event_retention_days <= 36500)));
alter table organizations add constraint organizations_pkey PRIMARY KEY (id);
alter table organizations add constraint organizations_slug_key UNIQUE (slug);
grant insert, select, update on organizations to farthing_app;

create table payments (
  tenant_id uuid not null,
  id uuid not null,
  invoice_id uuid not null,
  customer_id uuid not null,
  amount_cents bigint not null,
  currency text not null,
  status text not null,
  provider text not null,
  provider_payment_id text,
  provider_checkout_id text,
  provider_checkout_url text,
  failure_reason text,
  payment_metadata jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  completed_at timestamp with time zone
);
alter table payments add constraint payments_amount_cents_check CHECK ((amount_cents > 0));
alter table payments add constraint payments_pkey PRIMARY KEY (tenant_id, id);
alter table payments add constraint payments_provider_check CHECK ((provider = ANY (ARRAY['stripe'::text, 'manual'::text, 'ucp'::text, 'gocardless'::text, 'adyen'::text])));
alter table payments add constraint payments_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'succeeded'::text, 'failed'::text, 'refunded'::text, 'canceled'::text])));
alter table payments add constraint payments_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id);
alter table payments add constraint payments_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table payments add constraint payments_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id);
CREATE INDEX payments_by_customer ON public.payments USING btree (tenant_id, customer_id, status);
CREATE INDEX payments_by_invoice ON public.payments USING btree (tenant_id, invoice_id);
CREATE INDEX payments_by_time ON public.payments USING btree (tenant_id, created_at DESC, id DESC);
alter table payments enable row level security, force row level security;
create policy tenant on payments for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on payments to farthing_app;

create table plans (
  tenant_id uuid not null,
  id uuid not null,
  code text not null,
  name text not null,
  description text,
  "interval" text not null,
  interval_count integer not null default 1,
  amount_cents bigint not null default 0,
  currency text not null,
  trial_period_days integer not null default 0,
  pay_in_advance boolean not null default false,
  bill_charges_monthly boolean not null default false,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone,
  has_fixed_advance boolean not null default false,
  has_fixed_arrears boolean not null default false
);
alter table plans add constraint plans_amount_cents_check CHECK ((amount_cents >= 0));
alter table plans add constraint plans_interval_check CHECK (("interval" = ANY (ARRAY['daily'::text, 'weekly'::text, 'monthly'::text, 'quarterly'::text, 'semiannual'::text, 'yearly'::text])));
alter table plans add constraint plans_interval_count_check CHECK (((interval_count >= 1) AND (interval_count <= 100)));
alter table plans add constraint plans_pkey PRIMARY KEY (tenant_id, id);
alter table plans add constraint plans_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table plans add constraint plans_trial_period_days_check CHECK ((trial_period_days >= 0));
CREATE INDEX plans_by_time ON public.plans USING btree (tenant_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX plans_code ON public.plans USING btree (tenant_id, code) WHERE (deleted_at IS NULL);
alter table plans enable row level security, force row level security;
create policy tenant on plans for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on plans to farthing_app;

create table priced_charges (
  tenant_id uuid not null,
  id uuid not null,
  charges jsonb not null,
  created_at timestamp with time zone not null
);
alter table priced_charges add constraint priced_charges_pkey PRIMARY KEY (tenant_id, id);
alter table priced_charges add constraint priced_charges_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table priced_charges enable row level security, force row level security;
create policy tenant on priced_charges for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on priced_charges to farthing_app;

create table schema_migrations (
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now()
);
alter table schema_migrations add constraint schema_migrations_pkey PRIMARY KEY (name);

create table subscription_entitlements (
  tenant_id uuid not null,
  id uuid not null,
  subscription_id uuid not null,
  feature_id uuid not null,
  value text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null
);
alter table subscription_entitlements add constraint subscription_entitlements_pkey PRIMARY KEY (tenant_id, id);
alter table subscription_entitlements add constraint subscription_entitlements_tenant_id_feature_id_fkey FOREIGN KEY (tenant_id, feature_id) REFERENCES features(tenant_id, id);
alter table subscription_entitlements add constraint subscription_entitlements_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table subscription_entitlements add constraint subscription_entitlements_tenant_id_subscription_id_feature_key UNIQUE (tenant_id, subscription_id, feature_id);
alter table subscription_entitlements add constraint subscription_entitlements_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id);
CREATE INDEX subscription_entitlements_by_feature ON public.subscription_entitlements USING btree (tenant_id, feature_id);
alter table subscription_entitlements enable row level security, force row level security;
create policy tenant on subscription_entitlements for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on subscription_entitlements to farthing_app;

create table subscription_pauses (
  tenant_id uuid not null,
  subscription_id uuid not null,
  turn integer not null,
  paused_at timestamp with time zone not null,
  from_day date not null,
  resumed_at timestamp with time zone,
  until_day date
);
alter table subscription_pauses add constraint subscription_pauses_check CHECK (((resumed_at IS NULL) = (until_day IS NULL)));
alter table subscription_pauses add constraint subscription_pauses_pkey PRIMARY KEY (tenant_id, subscription_id, turn);
alter table subscription_pauses add constraint subscription_pauses_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table subscription_pauses add constraint subscription_pauses_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id);
alter table subscription_pauses add constraint subscription_pauses_turn_check CHECK ((turn > 0));
CREATE UNIQUE INDEX subscription_pauses_open ON public.subscription_pauses USING btree (tenant_id, subscription_id) WHERE (resumed_at IS NULL);
alter table subscription_pauses enable row level security, force row level security;
create policy tenant on subscription_pauses for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on subscription_pauses to farthing_app;

create table subscription_phases (
  tenant_id uuid not null,
  subscription_id uuid not null,
  phase integer not null,
  plan_id uuid not null,
  pay_in_advance boolean not null,
  trial_ends_at timestamp with time zone,
  subscription_at timestamp with time zone,
  anchor_day date,
  opened_at timestamp with time zone,
  opened_day date,
  closed_at timestamp with time zone not null,
  closed_day date not null,
  proration text not null,
  overrides jsonb
);
alter table subscription_phases add constraint subscription_phases_overrides_check CHECK ((jsonb_typeof(overrides) = 'object'::text));
alter table subscription_phases add constraint subscription_phases_phase_check CHECK ((phase >= 0));
alter table subscription_phases add constraint subscription_phases_pkey PRIMARY KEY (tenant_id, subscription_id, phase);
alter table subscription_phases add constraint subscription_phases_proration_check CHECK ((proration = ANY (ARRAY['day'::text, 'none'::text, 'full_price'::text, 'difference'::text])));
alter table subscription_phases add constraint subscription_phases_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table subscription_phases add constraint subscription_phases_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES plans(tenant_id, id);
alter table subscription_phases add constraint subscription_phases_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id);
alter table subscription_phases enable row level security, force row level security;
create policy tenant on subscription_phases for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on subscription_phases to farthing_app;

create table subscriptions (
  tenant_id uuid not null,
  id uuid not null,
  external_id text not null,
  customer_id uuid not null,
  plan_id uuid not null,
  status text not null,
  billing_time text not null,
  pay_in_advance boolean not null,
  trial_period_days integer not null,
  trial_ends_at timestamp with time zone,
  trial_ended_at timestamp with time zone,
  subscription_at timestamp with time zone,
  started_at timestamp with time zone,
  start_zone text,
  ending_at timestamp with time zone,
  canceled_at timestamp with time zone,
  terminated_at timestamp with time zone,
  paused_at timestamp with time zone,
  resumed_at timestamp with time zone,
  on_termination_action text not null,
  previous_plan_id uuid,
  downgraded_at timestamp with time zone,
  billed_through_at timestamp with time zone,
  billed_through_day date,
  done_through_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  cancels_at timestamp with time zone,
  cancel_action text,
  phase integer not null default 0,
  opened_at timestamp with time zone,
  opened_day date,
  anchor_day date,
  own_trial boolean not null default true,
  own_payment_time boolean not null default true,
  pending_plan_id uuid,
  pending_day date,
  overrides jsonb,
  pending_overrides jsonb,
  pending_anchor_day date,
  pending_subscription_at timestamp with time zone,
  invoice_separately boolean not null default false
);
alter table subscriptions add constraint subscriptions_billing_time_check CHECK ((billing_time = ANY (ARRAY['calendar'::text, 'anniversary'::text])));
alter table subscriptions add constraint subscriptions_cancel_action_check CHECK ((cancel_action = ANY (ARRAY['generate_invoice'::text, 'generate_credit_note'::text, 'skip'::text])));
alter table subscriptions add constraint subscriptions_check CHECK (((pending_plan_id IS NULL) = (pending_day IS NULL)));
alter table subscriptions add constraint subscriptions_check1 CHECK (((opened_at IS NULL) = (opened_day IS NULL)));
alter table subscriptions add constraint subscriptions_check2 CHECK (((pending_anchor_day IS NULL) OR (pending_day IS NOT NULL)));
alter table subscriptions add constraint subscriptions_check3 CHECK (((pending_subscription_at IS NULL) OR (pending_anchor_day IS NOT NULL)));
alter table subscriptions add constraint subscriptions_on_termination_action_check CHECK ((on_termination_action = ANY (ARRAY['generate_invoice'::text, 'generate_credit_note'::text, 'skip'::text])));
alter table subscriptions add constraint subscriptions_overrides_check CHECK ((jsonb_typeof(overrides) = 'object'::text));
alter table subscriptions add constraint subscriptions_pending_overrides_check CHECK ((jsonb_typeof(pending_overrides) = 'object'::text));
alter table subscriptions add constraint subscriptions_pkey PRIMARY KEY (tenant_id, id);
alter table subscriptions add constraint subscriptions_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'active'::text, 'paused'::text, 'canceled'::text, 'terminated'::text])));
alter table subscriptions add constraint subscriptions_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id);
alter table subscriptions add constraint subscriptions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table subscriptions add constraint subscriptions_tenant_id_pending_plan_id_fkey FOREIGN KEY (tenant_id, pending_plan_id) REFERENCES plans(tenant_id, id);
alter table subscriptions add constraint subscriptions_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES plans(tenant_id, id);
alter table subscriptions add constraint subscriptions_tenant_id_previous_plan_id_fkey FOREIGN KEY (tenant_id, previous_plan_id) REFERENCES plans(tenant_id, id);
alter table subscriptions add constraint subscriptions_trial_period_days_check CHECK ((trial_period_days >= 0));
CREATE INDEX subscriptions_by_customer ON public.subscriptions USING btree (tenant_id, customer_id, status);
CREATE INDEX subscriptions_by_plan ON public.subscriptions USING btree (tenant_id, plan_id);
CREATE INDEX subscriptions_by_time ON public.subscriptions USING btree (tenant_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX subscriptions_external_id ON public.subscriptions USING btree (tenant_id, external_id);
alter table subscriptions enable row level security, force row level security;
create policy tenant on subscriptions for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on subscriptions to farthing_app;

create table taxes (
  tenant_id uuid not null,
  id uuid not null,
  code text not null,
  name text not null,
  rate numeric not null,
  description text,
  category text not null,
  jurisdiction text,
  compound boolean not null default false,
  inclusive boolean not null default false,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone
);
alter table taxes add constraint taxes_category_check CHECK ((category = ANY (ARRAY['S'::text, 'Z'::text, 'E'::text, 'AE'::text, 'K'::text, 'G'::text, 'O'::text, 'L'::text, 'M'::text])));
alter table taxes add constraint taxes_check CHECK (((category = ANY (ARRAY['S'::text, 'L'::text, 'M'::text])) OR (rate = (0)::numeric)));
alter table taxes add constraint taxes_pkey PRIMARY KEY (tenant_id, id);
alter table taxes add constraint taxes_rate_check CHECK (((rate >= (0)::numeric) AND (rate < (1000)::numeric) AND (scale(rate) <= 4)));
alter table taxes add constraint taxes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE INDEX taxes_by_time ON public.taxes USING btree (tenant_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX taxes_code ON public.taxes USING btree (tenant_id, code) WHERE (deleted_at IS NULL);
alter table taxes enable row level security, force row level security;
create policy tenant on taxes for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on taxes to farthing_app;

create table tenants (
  id uuid not null,
  organization_id uuid not null,
  environment text not null,
  clock_now timestamp with time zone,
  clock_target timestamp with time zone,
  clock_forward_only boolean not null default false,
  clock_errors jsonb not null default '[]'::jsonb,
  created_at timestamp with time zone not null
);
alter table tenants add constraint tenants_check CHECK (((environment = 'sandbox'::text) OR ((clock_now IS NULL) AND (clock_target IS NULL))));
alter table tenants add constraint tenants_environment_check CHECK ((environment = ANY (ARRAY['live'::text, 'sandbox'::text])));
alter table tenants add constraint tenants_organization_id_environment_key UNIQUE (organization_id, environment);
alter table tenants add constraint tenants_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);
alter table tenants add constraint tenants_pkey PRIMARY KEY (id);
grant insert, select, update on tenants to farthing_app;
grant select on tenants to farthing_meter;

create table timers (
  tenant_id uuid not null,
  kind text not null,
  subject_id uuid not null,
  due_at timestamp with time zone not null,
  attempts integer not null default 0,
  retry_at timestamp with time zone,
  failed_at timestamp with time zone,
  last_error text
);
alter table timers add constraint timers_pkey PRIMARY KEY (tenant_id, kind, subject_id);
alter table timers add constraint timers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE INDEX timers_due ON public.timers USING btree (due_at) WHERE (failed_at IS NULL);
CREATE INDEX timers_due_by_tenant ON public.timers USING btree (tenant_id, due_at, kind, subject_id) WHERE (failed_at IS NULL);
alter table timers enable row level security, force row level security;
create policy scheduler on timers for select using ((current_setting('app.scheduler'::text, true) = 'on'::text));
create policy tenant on timers for all using ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid));
grant delete, insert, select, update on timers to farthing_app;

create table unfollowed_usage (
  tenant_id uuid not null,
  follower text not null,
  subscription_id uuid not null,
  since_xid xid8 not null,
  cluster bigint not null default app.cluster(),
  attempts integer not null default 1,
  retry_at timestamp with time zone not null,
  last_error text not null,
  created_at timestamp with time zone not null
);
alter table unfollowed_usage add constraint unfollowed_usage_pkey PRIMARY KEY (tenant_id, follower, subscription_id);
alter table unfollowed_usage add constraint unfollowed_usage_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table unfollowed_usage add constraint unfollowed_usage_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id);
alter table unfollowed_usage enable row level security, force row level security;
create policy tenant on unfollowed_usage for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on unfollowed_usage to farthing_app;

create table usage_alert_triggers (
  tenant_id uuid not null,
  id uuid not null,
  usage_alert_id uuid not null,
  generation integer not null,
  period_start timestamp with time zone,
  step numeric not null,
  current_usage numeric not null,
  threshold_value numeric not null,
  metric_code text,
  triggered_at timestamp with time zone not null
);
alter table usage_alert_triggers add constraint usage_alert_triggers_pkey PRIMARY KEY (tenant_id, id);
alter table usage_alert_triggers add constraint usage_alert_triggers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table usage_alert_triggers add constraint usage_alert_triggers_tenant_id_usage_alert_id_fkey FOREIGN KEY (tenant_id, usage_alert_id) REFERENCES usage_alerts(tenant_id, id);
CREATE INDEX usage_alert_triggers_by_time ON public.usage_alert_triggers USING btree (tenant_id, usage_alert_id, triggered_at DESC, id DESC);
CREATE UNIQUE INDEX usage_alert_triggers_once ON public.usage_alert_triggers USING btree (tenant_id, usage_alert_id, generation, period_start, step) NULLS NOT DISTINCT;
alter table usage_alert_triggers enable row level security, force row level security;
create policy tenant on usage_alert_triggers for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on usage_alert_triggers to farthing_app;

create table usage_alerts (
  tenant_id uuid not null,
  id uuid not null,
  subscription_id uuid not null,
  billable_metric_id uuid,
  measure text not null,
  threshold_value numeric not null,
  recurring boolean not null,
  name text,
  generation integer not null default 0,
  times_triggered integer not null default 0,
  triggered_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone
);
alter table usage_alerts add constraint usage_alerts_check CHECK (((measure = 'amount'::text) OR (billable_metric_id IS NOT NULL)));
alter table usage_alerts add constraint usage_alerts_measure_check CHECK ((measure = ANY (ARRAY['units'::text, 'amount'::text])));
alter table usage_alerts add constraint usage_alerts_pkey PRIMARY KEY (tenant_id, id);
alter table usage_alerts add constraint usage_alerts_tenant_id_billable_metric_id_fkey FOREIGN KEY (tenant_id, billable_metric_id) REFERENCES billable_metrics(tenant_id, id);
alter table usage_alerts add constraint usage_alerts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table usage_alerts add constraint usage_alerts_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id);
alter table usage_alerts add constraint usage_alerts_threshold_value_check CHECK ((threshold_value > (0)::numeric));
CREATE INDEX usage_alerts_by_subscription ON public.usage_alerts USING btree (tenant_id, subscription_id) WHERE (deleted_at IS NULL);
alter table usage_alerts enable row level security, force row level security;
create policy tenant on usage_alerts for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on usage_alerts to farthing_app;

create table usage_amendments (
  tenant_id uuid not null,
  id uuid not null,
  root_id uuid not null,
  number integer not null,
  event_id uuid not null,
  kind text not null,
  replacement_id uuid,
  reason text,
  created_at timestamp with time zone not null
);
alter table usage_amendments add constraint usage_amendments_check CHECK (((kind = 'replace'::text) = (replacement_id IS NOT NULL)));
alter table usage_amendments add constraint usage_amendments_kind_check CHECK ((kind = ANY (ARRAY['replace'::text, 'cancel'::text])));
alter table usage_amendments add constraint usage_amendments_pkey PRIMARY KEY (tenant_id, id);
alter table usage_amendments add constraint usage_amendments_tenant_id_event_id_key UNIQUE (tenant_id, event_id);
alter table usage_amendments add constraint usage_amendments_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table usage_amendments add constraint usage_amendments_tenant_id_root_id_number_key UNIQUE (tenant_id, root_id, number);
CREATE UNIQUE INDEX usage_amendments_by_replacement ON public.usage_amendments USING btree (tenant_id, replacement_id) WHERE (replacement_id IS NOT NULL);
alter table usage_amendments enable row level security, force row level security;
create policy tenant on usage_amendments for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on usage_amendments to farthing_app;

create table usage_backfill_events (
  tenant_id uuid not null,
  backfill_id uuid not null,
  id uuid not null,
  seq bigint not null default nextval('usage_events_seq'::regclass),
  content_hash bytea not null,
  transaction_id text not null,
  external_customer_id text not null,
  external_subscription_id text,
  code text not null,
  "timestamp" timestamp with time zone not null,
  properties jsonb not null,
  value numeric,
  unique_value text,
  operation text not null,
  reason text
);
alter table usage_backfill_events add constraint usage_backfill_events_pkey PRIMARY KEY (tenant_id, backfill_id, id);
alter table usage_backfill_events add constraint usage_backfill_events_tenant_id_backfill_id_fkey FOREIGN KEY (tenant_id, backfill_id) REFERENCES usage_backfills(tenant_id, id);
alter table usage_backfill_events enable row level security, force row level security;
create policy tenant on usage_backfill_events for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on usage_backfill_events to farthing_app;

create table usage_backfills (
  tenant_id uuid not null,
  id uuid not null,
  status text not null,
  from_timestamp timestamp with time zone not null,
  to_timestamp timestamp with time zone not null,
  note text,
  events_count bigint not null default 0,
  stored_count bigint,
  duplicates_count bigint,
  conflicts_count bigint,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  reverted_at timestamp with time zone
);
alter table usage_backfills add constraint usage_backfills_check CHECK ((from_timestamp < to_timestamp));
alter table usage_backfills add constraint usage_backfills_pkey PRIMARY KEY (tenant_id, id);
alter table usage_backfills add constraint usage_backfills_status_check CHECK ((status = ANY (ARRAY['open'::text, 'closed'::text, 'reverted'::text])));
alter table usage_backfills add constraint usage_backfills_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE INDEX usage_backfills_by_time ON public.usage_backfills USING btree (tenant_id, created_at DESC, id DESC);
alter table usage_backfills enable row level security, force row level security;
create policy tenant on usage_backfills for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on usage_backfills to farthing_app;

create table usage_buckets (
  tenant_id uuid not null,
  meter_id bigint not null,
  external_customer_id text not null,
  hour timestamp with time zone not null,
  external_subscription_id text not null,
  dimensions_key bytea not null,
  dimensions text[] not null,
  events bigint not null,
  taken bigint not null,
  unread bigint not null,
  total numeric,
  largest numeric,
  moment numeric,
  last numeric[]
);
alter table usage_buckets add constraint usage_buckets_pkey PRIMARY KEY (tenant_id, meter_id, external_customer_id, hour, external_subscription_id, dimensions_key);
alter table usage_buckets enable row level security, force row level security;
create policy meter on usage_buckets for all to farthing_meter using (true) with check (true);
create policy tenant on usage_buckets for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on usage_buckets to farthing_meter;
grant select on usage_buckets to farthing_app;

create table usage_days (
  tenant_id uuid not null,
  meter_id bigint not null,
  external_customer_id text not null,
  day timestamp with time zone not null,
  external_subscription_id text not null,
  dimensions_key bytea not null,
  dimensions text[] not null,
  events bigint not null,
  taken bigint not null,
  unread bigint not null,
  total numeric,
  largest numeric,
  moment numeric,
  last numeric[]
);
alter table usage_days add constraint usage_days_pkey PRIMARY KEY (tenant_id, meter_id, external_customer_id, day, external_subscription_id, dimensions_key);
alter table usage_days enable row level security, force row level security;
create policy meter on usage_days for all to farthing_meter using (true) with check (true);
create policy tenant on usage_days for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on usage_days to farthing_meter;
grant select on usage_days to farthing_app;

create table usage_dirty_hours (
  tenant_id uuid not null,
  external_customer_id text not null,
  code text not null,
  hour timestamp with time zone not null,
  marked_at timestamp with time zone not null default clock_timestamp()
);
alter table usage_dirty_hours add constraint usage_dirty_hours_pkey PRIMARY KEY (tenant_id, external_customer_id, code, hour);
alter table usage_dirty_hours add constraint usage_dirty_hours_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE INDEX usage_dirty_hours_by_age ON public.usage_dirty_hours USING btree (marked_at);
alter table usage_dirty_hours enable row level security, force row level security;
create policy meter on usage_dirty_hours for all to farthing_meter using (true) with check (true);
create policy tenant on usage_dirty_hours for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on usage_dirty_hours to farthing_meter;
grant insert, select, update on usage_dirty_hours to farthing_app;

create table usage_events (
  tenant_id uuid not null,
  id uuid not null,
  seq bigint not null default nextval('usage_events_seq'::regclass),
  xid xid8 not null default pg_current_xact_id(),
  content_hash bytea not null,
  transaction_id text not null,
  external_customer_id text not null,
  external_subscription_id text,
  code text not null,
  "timestamp" timestamp with time zone not null,
  properties jsonb not null,
  value numeric,
  unique_value text,
  operation text not null default 'add'::text,
  reason text,
  amended boolean not null default false,
  received_at timestamp with time zone not null
);
alter table usage_events add constraint usage_events_operation_check CHECK ((operation = ANY (ARRAY['add'::text, 'remove'::text])));
alter table usage_events add constraint usage_events_pkey PRIMARY KEY (id);
CREATE INDEX usage_events_by_code ON ONLY public.usage_events USING btree (tenant_id, code, "timestamp");
CREATE INDEX usage_events_by_subscription ON ONLY public.usage_events USING btree (tenant_id, external_subscription_id, code, "timestamp", id) WHERE (external_subscription_id IS NOT NULL);
CREATE INDEX usage_events_by_xid ON ONLY public.usage_events USING btree (xid);
CREATE INDEX usage_events_late ON ONLY public.usage_events USING btree (tenant_id, external_customer_id, xid) WHERE ((received_at - "timestamp") >= '01:00:00'::interval);
CREATE INDEX usage_events_to_aggregate ON ONLY public.usage_events USING btree (tenant_id, external_customer_id, code, "timestamp", seq);
CREATE INDEX usage_events_unmatched ON ONLY public.usage_events USING btree (tenant_id, received_at DESC, id DESC) WHERE (reason IS NOT NULL);
CREATE INDEX usage_events_unmatched_by_code ON ONLY public.usage_events USING btree (tenant_id, code, "timestamp", id) WHERE (reason IS NOT NULL);
CREATE INDEX usage_events_unmatched_of_customer ON ONLY public.usage_events USING btree (tenant_id, external_customer_id, code, "timestamp", id) WHERE (reason IS NOT NULL);
alter table usage_events enable row level security, force row level security;
create policy tenant on usage_events for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on usage_events to farthing_app;
CREATE TRIGGER refuse_expired AFTER INSERT ON public.usage_events REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_expired_insert();

create table usage_events_all (
  tenant_id uuid not null,
  id uuid not null,
  seq bigint not null default nextval('usage_events_seq'::regclass),
  xid xid8 not null default pg_current_xact_id(),
  content_hash bytea not null,
  transaction_id text not null,
  external_customer_id text not null,
  external_subscription_id text,
  code text not null,
  "timestamp" timestamp with time zone not null,
  properties jsonb not null,
  value numeric,
  unique_value text,
  operation text not null default 'add'::text,
  reason text,
  amended boolean not null default false,
  received_at timestamp with time zone not null
);
alter table usage_events_all add constraint usage_events_all_pkey PRIMARY KEY (id);
alter table usage_events_all add constraint usage_events_operation_check CHECK ((operation = ANY (ARRAY['add'::text, 'remove'::text])));
CREATE INDEX usage_events_all_tenant_id_code_timestamp_id_idx ON public.usage_events_all USING btree (tenant_id, code, "timestamp", id) WHERE (reason IS NOT NULL);
CREATE INDEX usage_events_all_tenant_id_code_timestamp_idx ON public.usage_events_all USING btree (tenant_id, code, "timestamp");
CREATE INDEX usage_events_all_tenant_id_external_customer_id_code_times_idx1 ON public.usage_events_all USING btree (tenant_id, external_customer_id, code, "timestamp", id) WHERE (reason IS NOT NULL);
CREATE INDEX usage_events_all_tenant_id_external_customer_id_code_timest_idx ON public.usage_events_all USING btree (tenant_id, external_customer_id, code, "timestamp", seq);
CREATE INDEX usage_events_all_tenant_id_external_customer_id_xid_idx ON public.usage_events_all USING btree (tenant_id, external_customer_id, xid) WHERE ((received_at - "timestamp") >= '01:00:00'::interval);
CREATE INDEX usage_events_all_tenant_id_external_subscription_id_code_ti_idx ON public.usage_events_all USING btree (tenant_id, external_subscription_id, code, "timestamp", id) WHERE (external_subscription_id IS NOT NULL);
CREATE INDEX usage_events_all_tenant_id_received_at_id_idx ON public.usage_events_all USING btree (tenant_id, received_at DESC, id DESC) WHERE (reason IS NOT NULL);
CREATE INDEX usage_events_all_xid_idx ON public.usage_events_all USING btree (xid);
grant delete, insert, select on usage_events_all to farthing_meter;
CREATE TRIGGER refuse_expired AFTER INSERT ON public.usage_events_all FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_expired_copy();

create table usage_expired (
  tenant_id uuid not null,
  external_customer_id text not null,
  code text not null,
  hour timestamp with time zone not null,
  external_subscription_id text not null,
  texts_key bytea not null,
  value_key bytea not null,
  texts jsonb not null,
  unique_value text,
  events bigint not null,
  valued bigint not null,
  total numeric,
  largest numeric,
  moment numeric,
  last numeric[],
  last_change bigint[]
);
alter table usage_expired add constraint usage_expired_pkey PRIMARY KEY (tenant_id, external_customer_id, code, hour, external_subscription_id, texts_key, value_key);
alter table usage_expired enable row level security, force row level security;
create policy meter on usage_expired for all to farthing_meter using (true) with check (true);
create policy tenant on usage_expired for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on usage_expired to farthing_meter;
grant select on usage_expired to farthing_app;

create table usage_expired_ids (
  tenant_id uuid not null,
  id uuid not null
);
alter table usage_expired_ids add constraint usage_expired_ids_pkey PRIMARY KEY (id);
alter table usage_expired_ids enable row level security, force row level security;
create policy meter on usage_expired_ids for all to farthing_meter using (true) with check (true);
create policy tenant on usage_expired_ids for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on usage_expired_ids to farthing_meter;
grant select on usage_expired_ids to farthing_app;

create table usage_finalized (
  tenant_id uuid not null,
  invoice_id uuid not null,
  external_customer_id text not null,
  external_subscription_id text not null,
  codes text[] not null,
  period_start timestamp with time zone not null,
  period_end timestamp with time zone not null
);
alter table usage_finalized add constraint usage_finalized_pkey PRIMARY KEY (tenant_id, invoice_id, external_subscription_id);
alter table usage_finalized add constraint usage_finalized_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE INDEX usage_finalized_by_customer ON public.usage_finalized USING btree (tenant_id, external_customer_id, period_end);
alter table usage_finalized enable row level security, force row level security;
create policy tenant on usage_finalized for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on usage_finalized to farthing_app;

create table usage_meters (
  tenant_id uuid not null,
  id bigint generated always as identity not null,
  code text not null,
  aggregation_type text not null,
  dimensions text[] not null,
  state text not null default 'building'::text,
  base_frontier xid8,
  base_pending_from xid8[] not null default '{}'::xid8[],
  base_pending_to xid8[] not null default '{}'::xid8[],
  built_customer text,
  built_hour timestamp with time zone,
  built_events bigint not null default 0,
  checked_at timestamp with time zone,
  created_at timestamp with time zone not null,
  compared_to timestamp with time zone
);
alter table usage_meters add constraint usage_meters_aggregation_type_check CHECK ((aggregation_type = ANY (ARRAY['count'::text, 'sum'::text, 'max'::text, 'unique_count'::text, 'weighted_sum'::text, 'latest'::text, 'custom'::text])));
alter table usage_meters add constraint usage_meters_pkey PRIMARY KEY (tenant_id, id);
alter table usage_meters add constraint usage_meters_state_check CHECK ((state = ANY (ARRAY['building'::text, 'ready'::text, 'retired'::text])));
alter table usage_meters add constraint usage_meters_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE INDEX usage_meters_by_code ON public.usage_meters USING btree (tenant_id, code);
CREATE INDEX usage_meters_unfinished ON public.usage_meters USING btree (id) WHERE (state <> 'ready'::text);
alter table usage_meters enable row level security, force row level security;
create policy meter on usage_meters for all to farthing_meter using (true) with check (true);
create policy tenant on usage_meters for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on usage_meters to farthing_meter;
grant insert, select, update on usage_meters to farthing_app;

create table usage_progress (
  one boolean not null default true,
  frontier xid8 not null,
  seq bigint not null,
  cluster bigint not null
);
alter table usage_progress add constraint usage_progress_one_check CHECK (one);
alter table usage_progress add constraint usage_progress_pkey PRIMARY KEY (one);
grant select on usage_progress to farthing_app;
grant select, update on usage_progress to farthing_meter;

create table usage_ranges (
  id bigint generated always as identity not null,
  from_xid xid8 not null,
  to_xid xid8 not null,
  events bigint not null,
  worker text not null,
  fence bigint not null default 1,
  leased_until timestamp with time zone not null
);
alter table usage_ranges add constraint usage_ranges_pkey PRIMARY KEY (id);
grant delete, insert, select, update on usage_ranges to farthing_meter;
grant select on usage_ranges to farthing_app;

create table usage_threshold_crossings (
  tenant_id uuid not null,
  id uuid not null,
  usage_threshold_id uuid not null,
  subscription_id uuid not null,
  period_start timestamp with time zone not null,
  step_amount_cents bigint not null,
  usage_amount_cents bigint not null,
  invoice_id uuid,
  crossed_at timestamp with time zone not null
);
alter table usage_threshold_crossings add constraint usage_threshold_crossings_pkey PRIMARY KEY (tenant_id, id);
alter table usage_threshold_crossings add constraint usage_threshold_crossings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table usage_threshold_crossings add constraint usage_threshold_crossings_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id);
alter table usage_threshold_crossings add constraint usage_threshold_crossings_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id);
alter table usage_threshold_crossings add constraint usage_threshold_crossings_tenant_id_usage_threshold_id_fkey FOREIGN KEY (tenant_id, usage_threshold_id) REFERENCES usage_thresholds(tenant_id, id);
CREATE UNIQUE INDEX usage_threshold_crossings_once ON public.usage_threshold_crossings USING btree (tenant_id, subscription_id, period_start, usage_threshold_id, step_amount_cents);
alter table usage_threshold_crossings enable row level security, force row level security;
create policy tenant on usage_threshold_crossings for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on usage_threshold_crossings to farthing_app;

create table usage_thresholds (
  tenant_id uuid not null,
  id uuid not null,
  plan_id uuid,
  subscription_id uuid,
  amount_cents bigint not null,
  currency text not null,
  recurring boolean not null,
  threshold_display_name text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone
);
alter table usage_thresholds add constraint usage_thresholds_amount_cents_check CHECK ((amount_cents >= 0));
alter table usage_thresholds add constraint usage_thresholds_check CHECK ((num_nonnulls(plan_id, subscription_id) = 1));
alter table usage_thresholds add constraint usage_thresholds_check1 CHECK (((amount_cents > 0) OR (NOT recurring)));
alter table usage_thresholds add constraint usage_thresholds_pkey PRIMARY KEY (tenant_id, id);
alter table usage_thresholds add constraint usage_thresholds_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table usage_thresholds add constraint usage_thresholds_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES plans(tenant_id, id);
alter table usage_thresholds add constraint usage_thresholds_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id);
CREATE UNIQUE INDEX usage_thresholds_of_plan ON public.usage_thresholds USING btree (tenant_id, plan_id, amount_cents, recurring) WHERE ((deleted_at IS NULL) AND (plan_id IS NOT NULL));
CREATE UNIQUE INDEX usage_thresholds_of_subscription ON public.usage_thresholds USING btree (tenant_id, subscription_id, amount_cents, recurring) WHERE ((deleted_at IS NULL) AND (subscription_id IS NOT NULL));
alter table usage_thresholds enable row level security, force row level security;
create policy tenant on usage_thresholds for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on usage_thresholds to farthing_app;

create table usage_unique_days (
  tenant_id uuid not null,
  meter_id bigint not null,
  external_customer_id text not null,
  day timestamp with time zone not null,
  external_subscription_id text not null,
  dimensions_key bytea not null,
  value_key bytea not null,
  dimensions text[] not null,
  unique_value text,
  events bigint not null,
  unread bigint not null,
  last bigint[] not null
);
alter table usage_unique_days add constraint usage_unique_days_pkey PRIMARY KEY (tenant_id, meter_id, external_customer_id, day, external_subscription_id, dimensions_key, value_key);
alter table usage_unique_days enable row level security, force row level security;
create policy meter on usage_unique_days for all to farthing_meter using (true) with check (true);
create policy tenant on usage_unique_days for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on usage_unique_days to farthing_meter;
grant select on usage_unique_days to farthing_app;

create table usage_unique_values (
  tenant_id uuid not null,
  meter_id bigint not null,
  external_customer_id text not null,
  hour timestamp with time zone not null,
  external_subscription_id text not null,
  dimensions_key bytea not null,
  value_key bytea not null,
  dimensions text[] not null,
  unique_value text,
  events bigint not null,
  unread bigint not null,
  last bigint[] not null
);
alter table usage_unique_values add constraint usage_unique_values_pkey PRIMARY KEY (tenant_id, meter_id, external_customer_id, hour, external_subscription_id, dimensions_key, value_key);
alter table usage_unique_values enable row level security, force row level security;
create policy meter on usage_unique_values for all to farthing_meter using (true) with check (true);
create policy tenant on usage_unique_values for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on usage_unique_values to farthing_meter;
grant select on usage_unique_values to farthing_app;

create table usage_volumes (
  tenant_id uuid not null,
  hour timestamp with time zone not null,
  events bigint not null
);
alter table usage_volumes add constraint usage_volumes_pkey PRIMARY KEY (tenant_id, hour);
alter table usage_volumes enable row level security, force row level security;
create policy meter on usage_volumes for all to farthing_meter using (true) with check (true);
create policy tenant on usage_volumes for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on usage_volumes to farthing_meter;
grant select on usage_volumes to farthing_app;

create table wallet_consumptions (
  tenant_id uuid not null,
  id uuid not null,
  wallet_id uuid not null,
  transaction_id uuid not null,
  credit_id uuid not null,
  invoice_id uuid,
  fee_id uuid,
  amount_cents bigint not null,
  created_at timestamp with time zone not null
);
alter table wallet_consumptions add constraint wallet_consumptions_amount_cents_check CHECK ((amount_cents <> 0));
alter table wallet_consumptions add constraint wallet_consumptions_pkey PRIMARY KEY (tenant_id, id);
alter table wallet_consumptions add constraint wallet_consumptions_tenant_id_credit_id_fkey FOREIGN KEY (tenant_id, credit_id) REFERENCES wallet_credits(tenant_id, id);
alter table wallet_consumptions add constraint wallet_consumptions_tenant_id_fee_id_fkey FOREIGN KEY (tenant_id, fee_id) REFERENCES fees(tenant_id, id);
alter table wallet_consumptions add constraint wallet_consumptions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table wallet_consumptions add constraint wallet_consumptions_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id);
alter table wallet_consumptions add constraint wallet_consumptions_tenant_id_transaction_id_fkey FOREIGN KEY (tenant_id, transaction_id) REFERENCES wallet_transactions(tenant_id, id);
alter table wallet_consumptions add constraint wallet_consumptions_tenant_id_wallet_id_fkey FOREIGN KEY (tenant_id, wallet_id) REFERENCES wallets(tenant_id, id);
CREATE INDEX wallet_consumptions_by_credit ON public.wallet_consumptions USING btree (tenant_id, credit_id);
CREATE INDEX wallet_consumptions_by_invoice ON public.wallet_consumptions USING btree (tenant_id, invoice_id) WHERE (invoice_id IS NOT NULL);
CREATE INDEX wallet_consumptions_by_wallet ON public.wallet_consumptions USING btree (tenant_id, wallet_id, created_at DESC, id DESC);
alter table wallet_consumptions enable row level security, force row level security;
create policy tenant on wallet_consumptions for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on wallet_consumptions to farthing_app;

create table wallet_credits (
  tenant_id uuid not null,
  id uuid not null,
  wallet_id uuid not null,
  transaction_id uuid not null,
  kind text not null,
  amount_cents bigint not null,
  remaining_cents bigint not null,
  held_cents bigint not null default 0,
  expires_at timestamp with time zone,
  granted_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  is_drawn boolean not null default false,
  transferred_from_id uuid,
  origin_id uuid
);
alter table wallet_credits add constraint wallet_credits_amount_cents_check CHECK ((amount_cents > 0));
alter table wallet_credits add constraint wallet_credits_check CHECK (((remaining_cents + held_cents) <= amount_cents));
alter table wallet_credits add constraint wallet_credits_check1 CHECK (((NOT is_drawn) OR ((kind = 'cash'::text) AND (expires_at IS NULL))));
alter table wallet_credits add constraint wallet_credits_check2 CHECK (((transferred_from_id IS NULL) = (origin_id IS NULL)));
alter table wallet_credits add constraint wallet_credits_held_cents_check CHECK ((held_cents >= 0));
alter table wallet_credits add constraint wallet_credits_kind_check CHECK ((kind = ANY (ARRAY['promotional'::text, 'cash'::text])));
alter table wallet_credits add constraint wallet_credits_pkey PRIMARY KEY (tenant_id, id);
alter table wallet_credits add constraint wallet_credits_remaining_cents_check CHECK ((remaining_cents >= 0));
alter table wallet_credits add constraint wallet_credits_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table wallet_credits add constraint wallet_credits_tenant_id_origin_id_fkey FOREIGN KEY (tenant_id, origin_id) REFERENCES wallet_credits(tenant_id, id);
alter table wallet_credits add constraint wallet_credits_tenant_id_transaction_id_fkey FOREIGN KEY (tenant_id, transaction_id) REFERENCES wallet_transactions(tenant_id, id);
alter table wallet_credits add constraint wallet_credits_tenant_id_transferred_from_id_fkey FOREIGN KEY (tenant_id, transferred_from_id) REFERENCES wallet_credits(tenant_id, id);
alter table wallet_credits add constraint wallet_credits_tenant_id_wallet_id_fkey FOREIGN KEY (tenant_id, wallet_id) REFERENCES wallets(tenant_id, id);
CREATE INDEX wallet_credits_by_source ON public.wallet_credits USING btree (tenant_id, transferred_from_id) WHERE (transferred_from_id IS NOT NULL);
CREATE INDEX wallet_credits_by_transaction ON public.wallet_credits USING btree (tenant_id, transaction_id);
CREATE INDEX wallet_credits_by_wallet ON public.wallet_credits USING btree (tenant_id, wallet_id, created_at DESC, id DESC);
CREATE INDEX wallet_credits_drawn ON public.wallet_credits USING btree (tenant_id, wallet_id) WHERE is_drawn;
CREATE INDEX wallet_credits_left ON public.wallet_credits USING btree (tenant_id, wallet_id) WHERE (remaining_cents > 0);
alter table wallet_credits enable row level security, force row level security;
create policy tenant on wallet_credits for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on wallet_credits to farthing_app;

create table wallet_hold_parts (
  tenant_id uuid not null,
  hold_id uuid not null,
  credit_id uuid not null,
  amount_cents bigint not null
);
alter table wallet_hold_parts add constraint wallet_hold_parts_amount_cents_check CHECK ((amount_cents > 0));
alter table wallet_hold_parts add constraint wallet_hold_parts_pkey PRIMARY KEY (tenant_id, hold_id, credit_id);
alter table wallet_hold_parts add constraint wallet_hold_parts_tenant_id_credit_id_fkey FOREIGN KEY (tenant_id, credit_id) REFERENCES wallet_credits(tenant_id, id);
alter table wallet_hold_parts add constraint wallet_hold_parts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table wallet_hold_parts add constraint wallet_hold_parts_tenant_id_hold_id_fkey FOREIGN KEY (tenant_id, hold_id) REFERENCES wallet_holds(tenant_id, id);
CREATE INDEX wallet_hold_parts_by_credit ON public.wallet_hold_parts USING btree (tenant_id, credit_id);
alter table wallet_hold_parts enable row level security, force row level security;
create policy tenant on wallet_hold_parts for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on wallet_hold_parts to farthing_app;

create table wallet_holds (
  tenant_id uuid not null,
  id uuid not null,
  wallet_id uuid not null,
  status text not null,
  amount_cents bigint not null,
  captured_cents bigint not null default 0,
  reference text,
  expires_at timestamp with time zone,
  closed_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null
);
alter table wallet_holds add constraint wallet_holds_amount_cents_check CHECK ((amount_cents > 0));
alter table wallet_holds add constraint wallet_holds_captured_cents_check CHECK ((captured_cents >= 0));
alter table wallet_holds add constraint wallet_holds_check CHECK ((captured_cents <= amount_cents));
alter table wallet_holds add constraint wallet_holds_check1 CHECK (((status = 'pending'::text) = (closed_at IS NULL)));
alter table wallet_holds add constraint wallet_holds_pkey PRIMARY KEY (tenant_id, id);
alter table wallet_holds add constraint wallet_holds_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'captured'::text, 'released'::text])));
alter table wallet_holds add constraint wallet_holds_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table wallet_holds add constraint wallet_holds_tenant_id_wallet_id_fkey FOREIGN KEY (tenant_id, wallet_id) REFERENCES wallets(tenant_id, id);
CREATE INDEX wallet_holds_by_wallet ON public.wallet_holds USING btree (tenant_id, wallet_id, created_at DESC, id DESC);
alter table wallet_holds enable row level security, force row level security;
create policy tenant on wallet_holds for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on wallet_holds to farthing_app;

create table wallet_top_up_rules (
  tenant_id uuid not null,
  id uuid not null,
  wallet_id uuid not null,
  "position" integer not null,
  trigger text not null,
  "interval" text,
  started_at timestamp with time zone,
  threshold_cents bigint,
  method text not null,
  amount_cents bigint,
  target_cents bigint,
  least_cents bigint,
  most_cents bigint,
  type text not null,
  is_armed boolean not null default true,
  created_at timestamp with time zone not null
);
alter table wallet_top_up_rules add constraint wallet_top_up_rules_amount_cents_check CHECK ((amount_cents > 0));
alter table wallet_top_up_rules add constraint wallet_top_up_rules_check CHECK (((trigger = 'interval'::text) = (("interval" IS NOT NULL) AND (started_at IS NOT NULL))));
alter table wallet_top_up_rules add constraint wallet_top_up_rules_check1 CHECK (((trigger = 'threshold'::text) = (threshold_cents IS NOT NULL)));
alter table wallet_top_up_rules add constraint wallet_top_up_rules_check2 CHECK (((method = 'fixed'::text) = (amount_cents IS NOT NULL)));
alter table wallet_top_up_rules add constraint wallet_top_up_rules_check3 CHECK (((method = 'target'::text) = (target_cents IS NOT NULL)));
alter table wallet_top_up_rules add constraint wallet_top_up_rules_interval_check CHECK (("interval" = ANY (ARRAY['weekly'::text, 'monthly'::text, 'quarterly'::text, 'yearly'::text])));
alter table wallet_top_up_rules add constraint wallet_top_up_rules_least_cents_check CHECK ((least_cents > 0));
alter table wallet_top_up_rules add constraint wallet_top_up_rules_method_check CHECK ((method = ANY (ARRAY['fixed'::text, 'target'::text])));
alter table wallet_top_up_rules add constraint wallet_top_up_rules_most_cents_check CHECK ((most_cents > 0));
alter table wallet_top_up_rules add constraint wallet_top_up_rules_pkey PRIMARY KEY (tenant_id, id);
alter table wallet_top_up_rules add constraint wallet_top_up_rules_target_cents_check CHECK ((target_cents > 0));
alter table wallet_top_up_rules add constraint wallet_top_up_rules_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table wallet_top_up_rules add constraint wallet_top_up_rules_tenant_id_wallet_id_fkey FOREIGN KEY (tenant_id, wallet_id) REFERENCES wallets(tenant_id, id);
alter table wallet_top_up_rules add constraint wallet_top_up_rules_threshold_cents_check CHECK ((threshold_cents >= 0));
alter table wallet_top_up_rules add constraint wallet_top_up_rules_trigger_check CHECK ((trigger = ANY (ARRAY['interval'::text, 'threshold'::text])));
alter table wallet_top_up_rules add constraint wallet_top_up_rules_type_check CHECK ((type = ANY (ARRAY['granted'::text, 'purchased'::text])));
CREATE INDEX wallet_top_up_rules_by_wallet ON public.wallet_top_up_rules USING btree (tenant_id, wallet_id, "position");
alter table wallet_top_up_rules enable row level security, force row level security;
create policy tenant on wallet_top_up_rules for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on wallet_top_up_rules to farthing_app;

create table wallet_transactions (
  tenant_id uuid not null,
  id uuid not null,
  wallet_id uuid not null,
  customer_id uuid not null,
  transaction_type text not null,
  transaction_status text not null,
  source text not null,
  status text not null,
  amount_cents bigint not null,
  invoice_id uuid,
  hold_id uuid,
  other_wallet_id uuid,
  top_up_rule_id uuid,
  due_at timestamp with time zone,
  expires_at timestamp with time zone,
  settled_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  credit_note_id uuid
);
alter table wallet_transactions add constraint wallet_transactions_amount_cents_check CHECK ((amount_cents > 0));
alter table wallet_transactions add constraint wallet_transactions_check CHECK (((status <> 'pending'::text) OR (transaction_status = 'purchased'::text)));
alter table wallet_transactions add constraint wallet_transactions_check1 CHECK (((source = 'refund'::text) = (credit_note_id IS NOT NULL)));
alter table wallet_transactions add constraint wallet_transactions_pkey PRIMARY KEY (tenant_id, id);
alter table wallet_transactions add constraint wallet_transactions_source_check CHECK ((source = ANY (ARRAY['manual'::text, 'interval'::text, 'threshold'::text, 'invoice'::text, 'transfer'::text, 'hold'::text, 'expiry'::text, 'termination'::text, 'repayment'::text, 'refund'::text])));
alter table wallet_transactions add constraint wallet_transactions_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'settled'::text, 'canceled'::text])));
alter table wallet_transactions add constraint wallet_transactions_tenant_id_credit_note_id_fkey FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_notes(tenant_id, id);
alter table wallet_transactions add constraint wallet_transactions_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id);
alter table wallet_transactions add constraint wallet_transactions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table wallet_transactions add constraint wallet_transactions_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id);
alter table wallet_transactions add constraint wallet_transactions_tenant_id_other_wallet_id_fkey FOREIGN KEY (tenant_id, other_wallet_id) REFERENCES wallets(tenant_id, id);
alter table wallet_transactions add constraint wallet_transactions_tenant_id_wallet_id_fkey FOREIGN KEY (tenant_id, wallet_id) REFERENCES wallets(tenant_id, id);
alter table wallet_transactions add constraint wallet_transactions_transaction_status_check CHECK ((transaction_status = ANY (ARRAY['granted'::text, 'purchased'::text, 'invoiced'::text, 'returned'::text, 'voided'::text, 'expired'::text, 'transferred'::text, 'captured'::text, 'drawn'::text, 'repaid'::text])));
alter table wallet_transactions add constraint wallet_transactions_transaction_type_check CHECK ((transaction_type = ANY (ARRAY['inbound'::text, 'outbound'::text])));
CREATE INDEX wallet_transactions_by_invoice ON public.wallet_transactions USING btree (tenant_id, invoice_id) WHERE (invoice_id IS NOT NULL);
CREATE INDEX wallet_transactions_by_wallet ON public.wallet_transactions USING btree (tenant_id, wallet_id, created_at DESC, id DESC);
CREATE INDEX wallet_transactions_pending ON public.wallet_transactions USING btree (tenant_id, wallet_id) WHERE (status = 'pending'::text);
CREATE UNIQUE INDEX wallet_transactions_by_note ON public.wallet_transactions USING btree (tenant_id, credit_note_id, transaction_status) WHERE (credit_note_id IS NOT NULL);
CREATE UNIQUE INDEX wallet_transactions_once ON public.wallet_transactions USING btree (tenant_id, wallet_id, invoice_id, transaction_status) WHERE ((invoice_id IS NOT NULL) AND (credit_note_id IS NULL));
CREATE UNIQUE INDEX wallet_transactions_rule ON public.wallet_transactions USING btree (tenant_id, top_up_rule_id, due_at) WHERE (due_at IS NOT NULL);
alter table wallet_transactions enable row level security, force row level security;
create policy tenant on wallet_transactions for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on wallet_transactions to farthing_app;

create table wallets (
  tenant_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  name text,
  code text,
  status text not null,
  currency text not null,
  rate_amount numeric not null,
  priority integer not null,
  plan_codes text[],
  fee_types text[],
  metric_codes text[],
  expiration_at timestamp with time zone,
  max_balance_cents bigint,
  max_single_credit_cents bigint,
  balance_cents bigint not null default 0,
  held_cents bigint not null default 0,
  consumed_cents bigint not null default 0,
  terminated_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  ongoing_usage_cents bigint not null default 0,
  ongoing_balance_cents bigint not null default 0,
  ongoing_at timestamp with time zone,
  is_depleted boolean not null default true,
  credit_limit_cents bigint,
  drawn_cents bigint not null default 0,
  is_over_limit boolean not null default false
);
alter table wallets add constraint wallets_balance_cents_check CHECK ((balance_cents >= 0));
alter table wallets add constraint wallets_consumed_cents_check CHECK ((consumed_cents >= 0));
alter table wallets add constraint wallets_credit_limit_cents_check CHECK ((credit_limit_cents >= 0));
alter table wallets add constraint wallets_drawn_cents_check CHECK ((drawn_cents >= 0));
alter table wallets add constraint wallets_held_cents_check CHECK ((held_cents >= 0));
alter table wallets add constraint wallets_max_balance_cents_check CHECK ((max_balance_cents > 0));
alter table wallets add constraint wallets_max_single_credit_cents_check CHECK ((max_single_credit_cents > 0));
alter table wallets add constraint wallets_pkey PRIMARY KEY (tenant_id, id);
alter table wallets add constraint wallets_priority_check CHECK (((priority >= 1) AND (priority <= 50)));
alter table wallets add constraint wallets_rate_amount_check CHECK ((rate_amount > (0)::numeric));
alter table wallets add constraint wallets_status_check CHECK ((status = ANY (ARRAY['active'::text, 'terminated'::text])));
alter table wallets add constraint wallets_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id);
alter table wallets add constraint wallets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE INDEX wallets_active ON public.wallets USING btree (tenant_id, customer_id) WHERE (status = 'active'::text);
CREATE INDEX wallets_by_customer ON public.wallets USING btree (tenant_id, customer_id, priority, created_at, id);
CREATE INDEX wallets_by_time ON public.wallets USING btree (tenant_id, created_at DESC, id DESC);
CREATE INDEX wallets_drawn ON public.wallets USING btree (tenant_id, customer_id) WHERE (drawn_cents > 0);
CREATE UNIQUE INDEX wallets_code ON public.wallets USING btree (tenant_id, customer_id, code) WHERE (code IS NOT NULL);
alter table wallets enable row level security, force row level security;
create policy tenant on wallets for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on wallets to farthing_app;

create table webhook_attempts (
  tenant_id uuid not null,
  id uuid not null,
  webhook_id uuid not null,
  attempt_number integer not null,
  http_status integer,
  response_body text,
  success boolean not null,
  error_message text,
  attempted_at timestamp with time zone not null
);
alter table webhook_attempts add constraint webhook_attempts_pkey PRIMARY KEY (tenant_id, id);
alter table webhook_attempts add constraint webhook_attempts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table webhook_attempts add constraint webhook_attempts_tenant_id_webhook_id_attempt_number_key UNIQUE (tenant_id, webhook_id, attempt_number);
alter table webhook_attempts add constraint webhook_attempts_tenant_id_webhook_id_fkey FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhooks(tenant_id, id) ON DELETE CASCADE;
alter table webhook_attempts enable row level security, force row level security;
create policy tenant on webhook_attempts for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on webhook_attempts to farthing_app;

create table webhook_endpoints (
  tenant_id uuid not null,
  id uuid not null,
  url text not null,
  signature_algo text not null default 'hmac'::text,
  status text not null default 'active'::text,
  event_types text[],
  secret text,
  previous_secret text,
  previous_secret_expires_at timestamp with time zone,
  delivering_until timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone
);
alter table webhook_endpoints add constraint webhook_endpoints_check CHECK (((secret IS NULL) = (deleted_at IS NOT NULL)));
alter table webhook_endpoints add constraint webhook_endpoints_check1 CHECK (((previous_secret IS NULL) = (previous_secret_expires_at IS NULL)));
alter table webhook_endpoints add constraint webhook_endpoints_check2 CHECK (((deleted_at IS NULL) OR (status = 'inactive'::text)));
alter table webhook_endpoints add constraint webhook_endpoints_pkey PRIMARY KEY (tenant_id, id);
alter table webhook_endpoints add constraint webhook_endpoints_status_check CHECK ((status = ANY (ARRAY['active'::text, 'inactive'::text])));
alter table webhook_endpoints add constraint webhook_endpoints_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table webhook_endpoints enable row level security, force row level security;
create policy tenant on webhook_endpoints for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on webhook_endpoints to farthing_app;

create table webhooks (
  tenant_id uuid not null,
  id uuid not null,
  webhook_endpoint_id uuid not null,
  event_id uuid not null,
  webhook_type text not null,
  object_type text,
  object_id uuid,
  payload text not null,
  status text not null default 'pending'::text,
  attempts integer not null default 0,
  max_retries integer not null,
  last_attempt_at timestamp with time zone,
  next_attempt_at timestamp with time zone,
  http_status integer,
  response text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null
);
alter table webhooks add constraint webhooks_check CHECK (((status = 'pending'::text) = (next_attempt_at IS NOT NULL)));
alter table webhooks add constraint webhooks_pkey PRIMARY KEY (tenant_id, id);
alter table webhooks add constraint webhooks_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'succeeded'::text, 'failed'::text])));
alter table webhooks add constraint webhooks_tenant_id_event_id_webhook_endpoint_id_key UNIQUE (tenant_id, event_id, webhook_endpoint_id);
alter table webhooks add constraint webhooks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
alter table webhooks add constraint webhooks_tenant_id_webhook_endpoint_id_fkey FOREIGN KEY (tenant_id, webhook_endpoint_id) REFERENCES webhook_endpoints(tenant_id, id);
CREATE INDEX webhooks_by_endpoint ON public.webhooks USING btree (tenant_id, webhook_endpoint_id, status);
CREATE INDEX webhooks_by_time ON public.webhooks USING btree (tenant_id, created_at DESC, id DESC);
CREATE INDEX webhooks_pending ON public.webhooks USING btree (tenant_id, webhook_endpoint_id, next_attempt_at, id) WHERE (status = 'pending'::text);
alter table webhooks enable row level security, force row level security;
create policy tenant on webhooks for all using ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on webhooks to farthing_app;
