-- What was finalized before there were books is posted as it would have been then, one environment after the other, because row-level
-- security binds whoever migrates as well. Each posting is one statement and is checked at its end.
set constraints ledger_entries_balanced immediate;

create function pg_temp.day_of(at timestamptz, zone text) returns date language sql as $$
  select (at at time zone zone)::date
$$;

-- The first local day that does not begin before the instant.
create function pg_temp.day_after(at timestamptz, zone text) returns date language sql as $$
  select (at at time zone zone - interval '1 microsecond')::date + 1
$$;

-- What is earned by the end of a day, rounded half away from zero; see docs/design/ledger.md.
create function pg_temp.earned(amount bigint, first_day date, end_day date, through date) returns bigint language sql as $$
  select case
    when through < first_day then 0
    when through + 1 >= end_day then amount
    else sign(amount) * div(2 * abs(amount)::numeric * (through + 1 - first_day) + (end_day - first_day), 2 * (end_day - first_day))
  end::bigint
$$;

create temporary table earlier_fees (
  posting_id uuid, posted_at timestamptz, posted_on date, invoice_id uuid, id uuid, place integer, currency text,
  amount bigint, kept bigint, first_day date, end_day date, ahead boolean
) on commit drop;
create temporary table earlier_lines (
  posting_id uuid, place integer, account text, currency text, amount bigint, booked_on date, is_release boolean, fee_id uuid, posted_at timestamptz
) on commit drop;

create procedure pg_temp.write_lines(environment uuid) language plpgsql as $$
begin
  insert into ledger_entries (tenant_id, id, posting_id, line, account, currency, amount_cents, booked_on, is_release, fee_id, created_at)
  select environment, gen_random_uuid(), posting_id, row_number() over (partition by posting_id order by place, booked_on, account),
    account, currency, amount, booked_on, is_release, fee_id, posted_at
  from earlier_lines where amount <> 0;
  delete from earlier_lines;
end $$;

-- Invoices with their fees. A fee of a plan with days ahead is deferred and earned month by month; of one that was credited since,
-- because its subscription ended, what is left is earned over the days up to that end.
create procedure pg_temp.post_invoices(environment uuid) language plpgsql as $$
begin
  insert into earlier_fees
  select i.posting_id, i.posted_at, pg_temp.day_of(i.posted_at, i.timezone), i.id, f.id, f.position, f.currency, f.amount_cents,
    f.amount_cents - f.credited_amount_cents, pg_temp.day_of(f.from_datetime, i.timezone),
    pg_temp.day_after(case when f.credited_amount_cents > 0 then least(s.terminated_at, f.to_datetime) else f.to_datetime end, i.timezone),
    f.fee_type = 'subscription' and pg_temp.day_after(f.to_datetime, i.timezone) > pg_temp.day_of(i.posted_at, i.timezone) + 1
  from (
    select gen_random_uuid() as posting_id, i.*, coalesce((
      select min(occurred_at) from domain_events
      where tenant_id = environment and subject_type = 'invoice' and subject_id = i.id and type = 'invoice.finalized'), i.issued_at) as posted_at
    from invoices i where i.tenant_id = environment and i.invoice_number is not null
  ) i join fees f on f.tenant_id = environment and f.invoice_id = i.id and f.amount_cents <> 0
    left join subscriptions s on s.tenant_id = environment and s.id = f.subscription_id;

  insert into ledger_postings (tenant_id, id, kind, document_type, document_id, customer_id, invoice_id, posted_at)
  select distinct environment, f.posting_id, 'invoice_finalized', 'invoice', i.id, i.customer_id, i.id, f.posted_at
  from earlier_fees f join invoices i on i.tenant_id = environment and i.id = f.invoice_id;

  insert into earlier_lines
  select posting_id, 0, 'receivable', currency, sum(amount), posted_on, false, null, posted_at
  from earlier_fees group by posting_id, currency, posted_on, posted_at;
  insert into earlier_lines
  select posting_id, 1 + place, case when ahead then 'deferred_revenue' else 'revenue' end, currency, -amount, posted_on, false, id, posted_at
  from earlier_fees;
  insert into earlier_lines
  select posting_id, 1 + place, account, currency, sign * part, day, true, id, posted_at
  from (
    select f.*, day, pg_temp.earned(kept, first_day, end_day, day)
      - coalesce(lag(pg_temp.earned(kept, first_day, end_day, day)) over (partition by id order by day), 0) as part
    from earlier_fees f cross join lateral (
      select least((month + interval '1 month')::date - 1, greatest(end_day - 1, posted_on)) as day
      from generate_series(date_trunc('month', greatest(first_day, posted_on)::timestamp), greatest(end_day - 1, first_day, posted_on)::timestamp, '1 month') as month
    ) months where ahead
  ) releases cross join (values ('deferred_revenue', 1), ('revenue', -1)) as sides (account, sign);
  call pg_temp.write_lines(environment);
end $$;

create procedure pg_temp.post_credits(environment uuid) language plpgsql as $$
begin
  insert into ledger_postings (tenant_id, id, kind, document_type, document_id, customer_id, invoice_id, credit_note_id, posted_at)
  select environment, gen_random_uuid(), 'credit_note_issued', 'credit_note', id, customer_id, invoice_id, id, created_at
  from credit_notes where tenant_id = environment and status = 'finalized';
  insert into earlier_lines
  select p.id, 0, case when f.ahead then 'deferred_revenue' else 'revenue' end, n.currency, t.amount_cents, pg_temp.day_of(p.posted_at, i.timezone), false, t.fee_id, p.posted_at
  from ledger_postings p join credit_notes n on n.tenant_id = environment and n.id = p.document_id
    join invoices i on i.tenant_id = environment and i.id = p.invoice_id
    join credit_note_items t on t.tenant_id = environment and t.credit_note_id = n.id
    left join earlier_fees f on f.id = t.fee_id
  where p.tenant_id = environment and p.kind = 'credit_note_issued';
  insert into earlier_lines
  select posting_id, 1, 'customer_credit', currency, -sum(amount), booked_on, false, null, posted_at
  from earlier_lines group by posting_id, currency, booked_on, posted_at;
  call pg_temp.write_lines(environment);
end $$;

-- What settled invoices: credit that was taken or given back, and payments.
create procedure pg_temp.post_settlements(environment uuid) language plpgsql as $$
begin
  insert into ledger_postings (tenant_id, id, kind, document_type, document_id, customer_id, invoice_id, credit_note_id, posted_at)
  select environment, gen_random_uuid(), case when s.amount_cents > 0 then 'credit_applied' else 'credit_returned' end, 'invoice_settlement',
    s.id, i.customer_id, i.id, s.source_id, s.created_at
  from invoice_settlements s join invoices i on i.tenant_id = environment and i.id = s.invoice_id
  where s.tenant_id = environment and s.settlement_type = 'credit_note';
  insert into ledger_postings (tenant_id, id, kind, document_type, document_id, customer_id, invoice_id, posted_at)
  select environment, gen_random_uuid(), 'payment_received', 'payment', id, customer_id, invoice_id, completed_at
  from payments where tenant_id = environment and status = 'succeeded';
  insert into earlier_lines
  select p.id, place, account, i.currency, sign * coalesce(s.amount_cents, y.amount_cents), pg_temp.day_of(p.posted_at, i.timezone), false, null, p.posted_at
  from ledger_postings p join invoices i on i.tenant_id = environment and i.id = p.invoice_id
    left join invoice_settlements s on s.tenant_id = environment and s.id = p.document_id
    left join payments y on y.tenant_id = environment and y.id = p.document_id
    cross join lateral (values (0, case when y.id is null then 'customer_credit' else 'cash' end, 1), (1, 'receivable', -1)) as sides (place, account, sign)
  where p.tenant_id = environment and p.document_type in ('invoice_settlement', 'payment');
  call pg_temp.write_lines(environment);
end $$;

create procedure pg_temp.post_voids(environment uuid) language plpgsql as $$
begin
  insert into ledger_postings (tenant_id, id, kind, document_type, document_id, customer_id, invoice_id, posted_at)
  select environment, gen_random_uuid(), 'invoice_voided', 'invoice', i.id, i.customer_id, i.id, i.voided_at
  from invoices i join ledger_postings p on p.tenant_id = environment and p.document_id = i.id and p.kind = 'invoice_finalized'
  where i.tenant_id = environment and i.status = 'voided';
  insert into earlier_lines
  select v.id, e.line, e.account, e.currency, -e.amount_cents, greatest(e.booked_on, pg_temp.day_of(v.posted_at, i.timezone)), e.is_release, e.fee_id, v.posted_at
  from ledger_postings v join invoices i on i.tenant_id = environment and i.id = v.document_id
    join ledger_postings p on p.tenant_id = environment and p.document_id = v.document_id and p.kind = 'invoice_finalized'
    join ledger_entries e on e.tenant_id = environment and e.posting_id = p.id
  where v.tenant_id = environment and v.kind = 'invoice_voided';
  call pg_temp.write_lines(environment);
end $$;

do $$
declare environment uuid;
begin
  for environment in select id from tenants loop
    perform set_config('app.tenant', environment::text, true);
    call pg_temp.post_invoices(environment);
    call pg_temp.post_credits(environment);
    call pg_temp.post_settlements(environment);
    call pg_temp.post_voids(environment);
    delete from earlier_fees;
  end loop;
end $$;
set constraints ledger_entries_balanced deferred;
drop procedure pg_temp.post_voids, pg_temp.post_settlements, pg_temp.post_credits, pg_temp.post_invoices, pg_temp.write_lines;
drop function pg_temp.earned, pg_temp.day_after, pg_temp.day_of;
