import type pg from 'pg';

/** How far the roll-ups are behind. */
export interface MeterLag {
  /** At most 100,000. */
  readonly events: number;
  readonly seconds: number;
  readonly dirtyHours: number;
  readonly building: number;
}

/** Reads it as the meter, of all tenants. A tenant with a test clock dates what it receives by that: it says nothing about the lag. */
export async function readLag(client: pg.ClientBase): Promise<MeterLag> {
  const { rows } = await client.query<MeterLag>(`
    with earliest as materialized (select least(frontier, (select min(from_xid) from usage_ranges)) as xid, frontier from usage_progress),
    waiting as materialized (
      select e.tenant_id, e.received_at
      from usage_events_all e, earliest
      where e.xid >= (select xid from earliest)
        and (e.xid >= frontier or exists (select from usage_ranges r where e.xid >= r.from_xid and e.xid < r.to_xid))
      order by e.xid limit 100000
    )
    select (select count(*) from waiting)::int as events,
      coalesce((select greatest(0, extract(epoch from now() - min(received_at))) from waiting w join tenants t on t.id = w.tenant_id
        where t.clock_now is null), 0)::float8 as seconds,
      (select count(*) from usage_dirty_hours)::int as "dirtyHours",
      (select count(*) from usage_meters where state = 'building')::int as building`);
  const [lag] = rows;
  if (lag === undefined) throw new Error('The row of usage_progress is gone.');
  return lag;
}

/** Whether the transactions of this database were numbered by another cluster: then `app.restart_metering` is wanted, which a worker calls. */
export async function isMeteringLost(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ lost: boolean }>(`
    select frontier > pg_snapshot_xmax(pg_current_snapshot()) or cluster <> (select system_identifier from pg_control_system()) as lost
    from usage_progress`);
  return rows[0]?.lost === true;
}
