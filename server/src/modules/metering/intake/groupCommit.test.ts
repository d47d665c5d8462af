import { describe, expect, it } from 'vitest';
import { heldStore, newEvent as event } from '../../../testing/heldStore.ts';
import type { KnownEvent } from '../eventWriter.ts';
import { IntakeQueue } from './intakeQueue.ts';

/** Lets everything happen that waits for nothing but its turn. */
const turns = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('storing', () => {
  it('takes what arrives together in one statement, and what comes meanwhile in the next', async () => {
    const { commit, statements } = heldStore();
    const first = [commit.store('t', [event('a')]), commit.store('t', [event('b'), event('c')])];
    await turns();
    expect(statements.map(({ ids }) => ids)).toEqual([['a', 'b', 'c']]);
    // The second connection takes the next; then both are busy, and the others gather.
    const later = [commit.store('t', [event('d')])];
    await turns();
    later.push(commit.store('t', [event('e')]), commit.store('t', [event('f')]));
    await turns();
    expect(statements.map(({ ids }) => ids)).toEqual([['a', 'b', 'c'], ['d']]);
    for (const { end } of statements) end();
    await turns();
    expect(statements.map(({ ids }) => ids)).toEqual([['a', 'b', 'c'], ['d'], ['e', 'f']]);
    statements[2]?.end();
    expect(await Promise.all([...first, ...later])).toEqual([[null], [null, null], [null], [null], [null]]);
  });

  it('answers a repeat, in one request or in two, with the first', async () => {
    const { commit, statements } = heldStore();
    const [one, other] = [commit.store('t', [event('a'), event('a', { contentHash: 'another' })]), commit.store('t', [event('a')])];
    await turns();
    expect(statements.map(({ ids }) => ids)).toEqual([['a']]);
    statements[0]?.end();
    expect(await one).toMatchObject([null, { contentHash: 'hash of a' }]);
    expect(await other).toMatchObject([{ contentHash: 'hash of a' }]);
    const again = commit.store('t', [event('a')]);
    await turns();
    statements[1]?.end();
    expect(await again).toMatchObject([{ contentHash: 'hash of a' }]);
  });

  it('fails nobody for what another request holds, and everybody when the connection breaks', async () => {
    const { commit, statements, rows } = heldStore();
    const all = Promise.allSettled([commit.store('t', [event('a')]), commit.store('t', [event('bad')]), commit.store('t', [event('c')])]);
    await turns();
    statements[0]?.end(Object.assign(new Error('out of range'), { code: '22003' }));
    for (const place of [1, 2, 3]) {
      await turns();
      statements[place]?.end(statements[place]?.ids[0] === 'bad' ? Object.assign(new Error('out of range'), { code: '22003' }) : undefined);
    }
    expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect([...rows.keys()]).toEqual(['a', 'c']);

    const lost = Promise.allSettled([commit.store('t', [event('d')]), commit.store('t', [event('e')])]);
    await turns();
    statements[4]?.end(Object.assign(new Error('gone'), { code: '08006' }));
    expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('stores an event whose id another request failed with', async () => {
    const { commit, statements, rows } = heldStore();
    const bad = commit.store('t', [event('a'), event('bad')]);
    await turns();
    const good = commit.store('t', [event('a')]);
    statements[0]?.end(Object.assign(new Error('out of range'), { code: '22003' }));
    await expect(bad).rejects.toThrow('out of range');
    await turns();
    statements[1]?.end();
    expect([await good, [...rows.keys()]]).toEqual([[null], ['a']]);
  });

  it('stores all or nothing, and lets those who wait take their turn when nothing was stored', async () => {
    const { commit, statements, rows } = heldStore();
    const all = commit.storeAtomically('t', [event('a'), event('b')], () => true);
    await turns();
    // Nothing is known of them.
    statements[0]?.end();
    await turns();
    const waiting = commit.store('t', [event('b')]);
    // Another process stores one of them while ours is under way.
    rows.set('a', { ...event('a', { contentHash: 'of another process' }), expired: false, amended: false });
    for (const place of [1, 2, 3, 4]) {
      statements[place]?.end();
      await turns();
    }
    const [known] = (await all) ?? [];
    expect(known).toMatchObject({ contentHash: 'of another process' });
    expect((await waiting)[0] === null || rows.has('b')).toBe(true);
    const refused = commit.storeAtomically('t', [event('a'), event('z')], () => false);
    await turns();
    statements.at(-1)?.end();
    expect(await refused).toBeNull();
    expect(rows.has('z')).toBe(false);
  });
});

describe('the two lanes', () => {
  it('are all that is asked of the store at a time, in turn for each environment, also by what is all or nothing or only looked up', async () => {
    const { commit, statements } = heldStore();
    const loud = Array.from({ length: 5 }, (_, n) => commit.storeAtomically('loud', [event(`a${n}`), event(`b${n}`)], () => true));
    const looks = ['x', 'y'].map((id) => commit.find(`curious about ${id}`, [event(id)]));
    const quiet = commit.store('quiet', [event('q')]);
    const seen: string[][] = [];
    while (statements.length > seen.length || seen.length === 0) {
      await turns();
      const under = statements.slice(seen.length);
      expect(under.length).toBeLessThanOrEqual(2);
      // The lanes end one after the other.
      const [first] = under;
      seen.push(first?.ids ?? []);
      first?.end();
      await turns();
    }
    // What is all or nothing is looked up first, in the same lane; two looks share a statement.
    expect(seen.slice(0, 4)).toEqual([['a0', 'b0'], ['x', 'y'], ['a0', 'b0'], ['q']]);
    expect(await Promise.all(loud)).toEqual(Array.from({ length: 5 }, () => [null, null]));
    expect([await quiet, ...(await Promise.all(looks)).map(({ size }) => size)]).toEqual([[null], 0, 0]);
  });
});

describe('lanes', () => {
  it('are as many as there are for whom is next, and one that ends does not go on where there are fewer by then', async () => {
    let isShared = false;
    const { commit, statements } = heldStore((tenantId) => (isShared && tenantId === 'loud' ? 1 : 2));
    const many = (name: string) => commit.store('loud', Array.from({ length: 1000 }, (_, n) => event(`${name}${n}`)));
    const all = ['a', 'b', 'c', 'd', 'e'].map(many);
    await turns();
    expect(statements).toHaveLength(2);
    isShared = true;
    statements[0]?.end();
    await turns();
    // What is under way in the other lane goes on first.
    expect(statements).toHaveLength(2);
    statements[1]?.end();
    await turns();
    expect(statements).toHaveLength(3);
    // Whoever comes next finds the second lane open again.
    isShared = false;
    all.push(commit.store('quiet', [event('q')]));
    await turns();
    expect(statements).toHaveLength(4);
    for (let place = 2; place < statements.length; place++) {
      statements[place]?.end();
      await turns();
    }
    await Promise.all(all);
    expect(statements.map(({ ids }) => ids.length).reduce((sum, length) => sum + length, 0)).toBe(5001);
  });
});

describe('the queue', () => {
  const job = (tenantId: string, events: number) => ({ kind: 'store' as const, tenantId, events: Array.from({ length: events }, (_, n) => event(`${tenantId}${n}`)), written: Promise.withResolvers<ReadonlyMap<string, KnownEvent>>() });

  it('gives each environment that waits its turn', () => {
    const queue = new IntakeQueue();
    for (const tenant of ['a', 'a', 'a', 'b', 'c']) queue.push(job(tenant, 400));
    const taken = () => queue.take(1000).map(({ tenantId }) => tenantId).join('');
    expect([taken(), taken(), taken(), queue.nextTenantId]).toEqual(['ab', 'ca', 'a', undefined]);
  });

  it('takes a request that is larger than a statement by itself', () => {
    const queue = new IntakeQueue();
    queue.push(job('a', 1500));
    queue.push(job('b', 1));
    expect(queue.take(1000).map(({ events }) => events.length)).toEqual([1500]);
  });
});
