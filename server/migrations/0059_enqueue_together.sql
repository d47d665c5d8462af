-- All jobs of a transaction in one call: what the job runner does for each is mostly the cost of being called. Its statements are planned
-- once and by the indexes, whatever was in the table when they were: planned for each call anew, that took longer than running them.
drop function app.enqueue;
create function app.enqueue(tasks text[], payloads text[], run_ats timestamptz[], job_keys text[], most_attempts integer[])
returns void language plpgsql security definer
set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
  perform graphile_worker.add_jobs(array(
    select (job.task, job.payload::json, null, job.run_at, job.most, job.key, null, null)::graphile_worker.job_spec
    from unnest(tasks, payloads, run_ats, job_keys, most_attempts) as job (task, payload, run_at, key, most)));
end $$;
revoke all on function app.enqueue from public;
grant execute on function app.enqueue to farthing_app;
