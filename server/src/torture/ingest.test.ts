import { expect, it } from 'vitest';
import { runStorm } from './ingestStorm.ts';

const events = 6000;
const seed = Number(process.env['FARTHING_TORTURE_SEED'] ?? '20260102');

// `npm run torture:ingest` does the same with more of everything.
it(`counts every event once though each comes three times and everything is killed four times (seed ${seed})`, { timeout: 240_000 }, async () => {
  const report = await runStorm({ events, sends: 3, clients: 20, kills: 4, seed });
  expect(report).toMatchObject({ acknowledged: events, stored: events, newTwice: 0, miscounted: [], strange: [], kills: 4 });
});
