import { createPool, meterRole } from '../kernel/db/pool.ts';
import { checkAllUsage } from '../modules/metering/index.ts';
import { count } from './doctor/finding.ts';
import { openDatabase } from './openDatabase.ts';
import { readConfig } from './readConfig.ts';
import { runCommand } from './runCommand.ts';

const mostShown = 20;

/** Compares all roll-ups of usage with the events; code 1 where they differ. With `--repair` a worker makes what differs anew. */
await runCommand(
  async ({ say, onStop }) => {
    const repair = process.argv.includes('--repair');
    const database = await openDatabase(readConfig(process.env), { log: say });
    onStop(() => database.stop());
    const pool = createPool(database.adminUrl, { max: 2, role: meterRole, onError: () => {} });
    onStop(() => pool.end());
    const { meters, wrong, wrongVolumes } = await checkAllUsage(pool, repair);
    for (const { tenant_id: tenant, code, external_customer_id: customer, hour } of wrong.slice(0, mostShown))
      say(`wrong  tenant ${tenant}  metric ${code}  customer ${customer}  hour ${hour}`);
    if (wrong.length > mostShown) say(`… and ${wrong.length - mostShown} more`);
    if (wrongVolumes > 0) say(`wrong  volumes of ${count(wrongVolumes, 'hour')}`);
    const differing = wrong.length + wrongVolumes;
    say(differing === 0 ? `${count(meters, 'meter')} compared with the events: nothing is wrong.` : `${count(differing, 'hour')} wrong.${repair ? ' A worker makes them anew; until then they are read from the events.' : ' Repair with --repair.'}`);
    return differing === 0 ? 0 : 1;
  },
  { ends: true },
);
