import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../testing/database.ts';
import { systemNow } from '../clock.ts';
import { Envelope, type Transaction } from '../envelope.ts';
import type { Scope } from '../scope.ts';
import { Lines } from './lines.ts';
import { createPool } from './pool.ts';

const connections = 4;

let database: TestDatabase;
let pool: pg.Pool;
let envelope: Envelope;
beforeAll(async () => {
  database = await cloneDatabase();
  pool = createPool(database.appUrl, { max: connections, onError: () => {} });
  envelope = new Envelope({ pool, reactions: [] });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const scopeOf = (id: string): Scope => ({ tenant: { id, organizationId: id, environment: 'live' }, actor: { type: 'system', id: null }, now: systemNow(), requestId: null, scopes: [] });
const [one, other] = [scopeOf('00000000-0000-7000-8000-000000000001'), scopeOf('00000000-0000-7000-8000-000000000002')];

/** Holds a lock of the first tenant until told otherwise. */
async function hold(key: string) {
  const [held, finish] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const done = envelope.command(one, async (tx) => {
    await tx.lock(key);
    held.resolve();
    await finish.promise;
  });
  await held.promise;
  return { done, finish: finish.resolve };
}

it('leaves connections to others while a hundred wait for one lock, and does each of the hundred once', async () => {
  const holder = await hold('customer');
  let inside = 0;
  let begun = 0;
  const took: number[] = [];
  const wait = (place: number) =>
    envelope.command(one, async (tx: Transaction) => {
      begun++;
      await tx.lock('customer');
      expect(++inside).toBe(1);
      took.push(place);
      await tx.lock('customer');
      inside--;
      return place;
    });
  const waiting = Array.from({ length: 100 }, (_, place) => wait(place));
  const answer = (scope: Scope, key: string) => envelope.command(scope, async (tx) => tx.lock(key).then(() => 'answered'));
  // Another tenant, by whatever key, and another customer of the same.
  expect(await Promise.all([answer(other, 'customer'), answer(one, 'another'), envelope.read(other, async () => 'read')])).toEqual(['answered', 'answered', 'read']);
  expect(took).toEqual([]);
  holder.finish();
  await holder.done;
  const places = Array.from({ length: 100 }, (_, place) => place);
  expect(await Promise.all(waiting)).toEqual(places);
  expect(took.toSorted((a, b) => a - b)).toEqual(places);
  // One waits with a connection; the 99 others began, were told to wait, and began again.
  expect(begun).toBe(1 + 2 * 99);
});

it('goes on where somebody fails, also while others wait', async () => {
  const holder = await hold('failing');
  const fail = (place: number) => envelope.command(one, async (tx) => {
    await tx.lock('failing');
    if (place % 3 === 0) throw new Error('refused');
    return place;
  });
  const waiting = Array.from({ length: 12 }, (_, place) => fail(place).catch(() => 'refused'));
  holder.finish();
  expect(await Promise.all(waiting)).toEqual(['refused', 1, 2, 'refused', 4, 5, 'refused', 7, 8, 'refused', 10, 11]);
  await holder.done;
});

it('holds one lock and waits for another as before: with its connection', async () => {
  const holder = await hold('second');
  let begun = 0;
  const both = Array.from({ length: 2 }, (_, place) => envelope.command(one, async (tx) => {
    begun++;
    await tx.lock(`first ${place}`);
    await tx.lock('second');
  }));
  holder.finish();
  await Promise.all([...both, holder.done]);
  expect(begun).toBe(2);
});

it('lets in who came first, and gives up after a while', async () => {
  const lines = new Lines(1);
  expect([lines.enter('a'), lines.enter('a'), lines.enter('a'), lines.enter('b')]).toEqual([true, true, false, true]);
  await expect(lines.wait('a')).rejects.toMatchObject({ code: '55P03' });
  const patient = new Lines();
  expect([patient.enter('a'), patient.enter('a')]).toEqual([true, true]);
  const order: string[] = [];
  const waiting = ['first', 'second'].map((name) => patient.wait('a').then(() => order.push(name)));
  patient.leave('a');
  // Who comes now waits behind the second, though somebody has left.
  expect(patient.enter('a')).toBe(false);
  patient.leave('a');
  await Promise.all(waiting);
  expect(order).toEqual(['first', 'second']);
  patient.leave('a');
  patient.leave('a');
  expect([patient.enter('a'), patient.enter('a'), patient.enter('a')]).toEqual([true, true, false]);
});
