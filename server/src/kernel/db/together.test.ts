import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../testing/database.ts';
import { Envelope } from '../envelope.ts';
import type { Scope } from '../scope.ts';
import type { Db } from './kysely.ts';
import { createPool } from './pool.ts';
import { together } from './together.ts';

let database: TestDatabase;
let pool: pg.Pool;
let envelope: Envelope;

beforeAll(async () => {
  database = await cloneDatabase();
  pool = createPool(database.appUrl, { max: 2, onError: () => {} });
  envelope = new Envelope({ pool, reactions: [] });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const scope = (): Scope => ({
  tenant: { id: randomUUID(), organizationId: randomUUID(), environment: 'live' },
  actor: { type: 'system', id: null },
  scopes: [],
  now: Temporal.Instant.from('2026-01-01T00:00:00Z'),
  requestId: null,
});

/** Doubles numbers in the database, and keeps which of them came together. */
function doubling() {
  const shared: (readonly number[])[] = [];
  const double = together<number, number>(async (db: Db, numbers) => {
    shared.push(numbers);
    const { rows } = await sql<{ twice: number }>`select 2 * n as twice from unnest(${numbers}::int[]) with ordinality as asked (n, place) order by place`.execute(db);
    return rows.map(({ twice }) => twice);
  });
  return { double, shared };
}

it('sends one statement for what pieces of work ask at the same time, and gives each its own answer', async () => {
  const { double, shared } = doubling();
  const answers: number[] = [];
  await envelope.command(scope(), (tx) =>
    tx.sideBySide([1, 2, 3].map((n) => async (part) => {
      const twice = await double(part.db, n);
      answers.push(await double(part.db, twice));
    })),
  );
  // Twice over: 1, 2, 3 and then 2, 4, 6.
  expect(shared).toEqual([[1, 2, 3], [2, 4, 6]]);
  expect(answers).toEqual([4, 8, 12]);
});

it('lets those that fell behind catch up with each other while another statement is under way', async () => {
  const { double, shared } = doubling();
  await envelope.command(scope(), (tx) =>
    tx.sideBySide([1, 2, 3].map((n) => async (part) => {
      if (n === 2) await sql`select 1`.execute(part.db);
      await double(part.db, n);
    })),
  );
  expect(shared).toEqual([[1, 3, 2]]);
});

it('tells each of those who asked when their statement fails, and everything is undone', async () => {
  const told: string[] = [];
  const fail = together<number>((db) => sql`select 1 / 0`.execute(db).then(() => []));
  const work = envelope.command(scope(), (tx) =>
    tx.sideBySide([1, 2].map((n) => async (part) => {
      await fail(part.db, n).catch((error: Error) => {
        told.push(error.message);
        throw error;
      });
    })),
  );
  await expect(work).rejects.toMatchObject({ code: '22012' });
  expect(told).toEqual(['division by zero', 'division by zero']);
});

it('names the first failure as the cause, not what failed because of it', async () => {
  const work = envelope.command(scope(), (tx) =>
    tx.sideBySide([
      async (part) => {
        await sql`select 1`.execute(part.db);
        await sql`select 2`.execute(part.db);
      },
      async (part) => void (await sql`select 1 / 0`.execute(part.db)),
    ]),
  );
  await expect(work).rejects.toMatchObject({ code: '22012' });
});

it('keeps work from a lock that other work of the transaction holds, until that has ended', async () => {
  const steps: string[] = [];
  await envelope.command(scope(), (tx) =>
    tx.sideBySide(['first', 'second', 'third'].map((name) => async (part) => {
      await part.lock(name === 'third' ? 'another customer' : 'a customer');
      steps.push(`${name} begins`);
      await sql`select 1`.execute(part.db);
      await part.lock(name === 'third' ? 'another customer' : 'a customer');
      steps.push(`${name} ends`);
    })),
  );
  expect(steps.indexOf('second begins')).toBeGreaterThan(steps.indexOf('first ends'));
  expect(steps.indexOf('third begins')).toBeLessThan(steps.indexOf('first ends'));
});

it('refuses rather than to wait for each other for ever', async () => {
  const both = envelope.command(scope(), (tx) =>
    tx.sideBySide([['a', 'b'], ['b', 'a']].map((keys) => async (part) => {
      for (const key of keys) await part.lock(key);
    })),
  );
  await expect(both).rejects.toThrow('held by other work of the same transaction');
});

it('keeps other transactions from what it holds', async () => {
  const tenant = scope();
  const { promise: held, resolve: hold } = Promise.withResolvers<void>();
  const { promise: may, resolve: release } = Promise.withResolvers<void>();
  const steps: string[] = [];
  const first = envelope.command(tenant, (tx) =>
    tx.sideBySide([async (part) => {
      await part.lock('a customer');
      hold();
      await may;
      steps.push('first ends');
    }]),
  );
  await held;
  const second = envelope.command(tenant, async (tx) => {
    await tx.lock('a customer');
    steps.push('second begins');
  });
  release();
  await Promise.all([first, second]);
  expect(steps).toEqual(['first ends', 'second begins']);
});

it('takes a lock anew where what took it before was undone, and its lock with it', async () => {
  const held = await envelope.command(scope(), async (tx) => {
    const refused = tx.attempt(async () => {
      await tx.lock('a customer');
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    await tx.lock('a customer');
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`.execute(tx.db);
    return rows[0]?.count;
  });
  expect(held).toBe(1);
});

it('may not attempt: a savepoint would undo the work of others', async () => {
  const work = envelope.command(scope(), (tx) => tx.sideBySide([(part) => part.attempt(async () => {})]));
  await expect(work).rejects.toThrow('beside others');
});
