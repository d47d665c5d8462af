import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type ConnectedDatabase, connectDatabase } from '../../testing/database.ts';
import { Envelope } from '../envelope.ts';
import { job } from '../job.ts';
import type { Scope } from '../scope.ts';

let database: ConnectedDatabase;
beforeAll(async () => {
  database = await connectDatabase(2);
});
afterAll(() => database.close());

const kind = job({ name: 'count', payload: z.object({ n: z.int() }), handle: async () => {} });
const scope: Scope = {
  tenant: { id: randomUUID(), organizationId: randomUUID(), environment: 'live' },
  actor: { type: 'system', id: null },
  scopes: [],
  now: Temporal.Instant.from('2026-01-01T00:00:00Z'),
  requestId: null,
};

/** What was enqueued since it was last asked: each job's key and number. */
async function enqueued() {
  const { rows } = await database.admin.query<{ key: string | null; n: number }>(`delete from graphile_worker._private_jobs returning key, (payload -> 'payload' ->> 'n')::int as n`);
  return rows.map(({ key, n }) => [key, n]).sort(([, one], [, another]) => Number(one) - Number(another));
}

it('enqueues what a transaction asked for when it ends, of each key the last', async () => {
  const envelope = new Envelope({ pool: database.pool, reactions: [] });
  const seen = await envelope.command(scope, async (tx) => {
    await tx.enqueue(kind, { n: 1 });
    await tx.enqueue(kind, { n: 2 }, { key: 'a' });
    await tx.enqueue(kind, { n: 3 }, { key: 'b' });
    await tx.enqueue(kind, { n: 4 }, { key: 'a' });
    await tx.enqueue(kind, { n: 5 });
    return enqueued();
  });
  expect(seen).toEqual([]);
  expect(await enqueued()).toEqual([[null, 1], ['b', 3], ['a', 4], [null, 5]]);
});

it('replaces what an earlier transaction enqueued under the same key', async () => {
  const envelope = new Envelope({ pool: database.pool, reactions: [] });
  for (const n of [1, 2]) await envelope.command(scope, (tx) => tx.enqueue(kind, { n }, { key: 'same' }));
  expect(await enqueued()).toEqual([['same', 2]]);
});

it('enqueues nothing of what was refused, and all of what went on side by side', async () => {
  const envelope = new Envelope({ pool: database.pool, reactions: [] });
  await envelope.command(scope, async (tx) => {
    await tx.enqueue(kind, { n: 1 });
    const refused = tx.attempt(async () => {
      await tx.enqueue(kind, { n: 2 });
      throw new Error('Refused.');
    });
    await expect(refused).rejects.toThrow('Refused.');
    await tx.sideBySide([3, 4].map((n) => (part) => part.enqueue(kind, { n })));
  });
  expect(await enqueued()).toEqual([[null, 1], [null, 3], [null, 4]]);
});
