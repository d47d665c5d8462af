import type pg from 'pg';
import { Gauge } from 'prom-client';
import { meterRole } from '../../../kernel/db/pool.ts';
import { metrics } from '../../../kernel/metrics.ts';
import { type MeterLag, readLag } from './lag.sql.ts';

const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [metrics] });
const gauges: Readonly<Record<keyof MeterLag, Gauge>> = {
  events: gauge('farthing_usage_lag_events', 'Stored events that are not rolled up yet, up to 100,000; reads look through them.'),
  seconds: gauge('farthing_usage_lag_seconds', 'For how long the oldest event that is not rolled up has been stored, of tenants that live in real time.'),
  dirtyHours: gauge('farthing_usage_dirty_hours', 'Hours to be rolled up anew because something in their past changed.'),
  building: gauge('farthing_usage_building_meters', 'Meters that are being built; usage they will serve is read from the events meanwhile.'),
};

/** Shows how far the roll-ups are behind. */
export async function observeMeter(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`begin read only; set local role ${meterRole}`);
    const lag = await readLag(client);
    for (const name of ['events', 'seconds', 'dirtyHours', 'building'] as const) gauges[name].set(lag[name]);
  } finally {
    await client.query('rollback').finally(() => client.release());
  }
}
