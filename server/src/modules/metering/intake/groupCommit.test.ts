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

describe('the way past the lanes', () => {
  const many = (name: string) => Array.from({ length: 1000 }, (_, n) => event(`${name}${n}`));

  it('is taken by little requests while both lanes write many, each environment in turn', async () => {
    const { commit, statements } = heldStore();
    const loud = ['a', 'b', 'c'].map((name) => commit.store('loud', many(name)));
    await turns();
    expect(statements.map(({ ids }) => ids.length)).toEqual([1000, 1000]);
    const little = [commit.store('quiet', [event('q')]), commit.store('quiet', [event('r')]), commit.find('other', [event('s')]), commit.store('other', [event('o')])];
    await turns();
    expect(statements.slice(2).map(({ ids }) => ids)).toEqual([['q', 'r']]);
    // A look and a write do not share a statement.
    for (const [place, ids] of [[2, ['s']], [3, ['o']]] as const) {
      statements[place]?.end();
      await turns();
      expect(statements.at(-1)?.ids).toEqual(ids);
    }
    statements[4]?.end();
    await Promise.all(little);
    // What is many waits for a lane, and for both while somebody passes.
    statements[0]?.end();
    await turns();
    expect(statements).toHaveLength(5);
    statements[1]?.end();
    await turns();
    expect(statements[5]?.ids).toHaveLength(1000);
    // Nobody passes any more: both lanes are open again, the second one as soon as that is known.
    loud.push(...['d', 'e', 'f'].map((name) => commit.store('loud', many(name))));
    await turns();
    expect(statements).toHaveLength(6);
    statements[5]?.end();
    await turns();
    expect(statements).toHaveLength(8);
    for (const place of [6, 7, 8]) {
      statements[place]?.end();
      await turns();
    }
    await Promise.all(loud);
  });

  it('takes as many of them as are little, and no more than are written in no time', async () => {
    const { commit, statements } = heldStore();
    const some = (name: string, length: number) => Array.from({ length }, (_, n) => event(`${name}${n}`));
    const all = ['a', 'b'].map((name) => commit.store('loud', many(name)));
    await turns();
    // 26 events are not little, and what comes behind them waits as well.
    all.push(...[25, 25, 26, 1].map((length, place) => commit.store('one', some(`o${place}-`, length))));
    all.push(...Array.from({ length: 10 }, (_, place) => commit.store('two', some(`t${place}-`, 8))));
    await turns();
    // In turn 25, 8, 25 and 8 events are 66, and four times 8 more are 98; the next 8 would be more than 100.
    expect(statements.slice(2).map(({ ids }) => ids.length)).toEqual([98]);
    for (let place = 2; place < statements.length; place++) {
      statements[place]?.end();
      await turns();
    }
    expect(statements.slice(2).map(({ ids }) => ids.length)).toEqual([98, 32]);
    for (const place of [0, 1, 4, 5]) {
      statements[place]?.end();
      await turns();
    }
    await Promise.all(all);
  });

  it('stays closed while a lane writes little', async () => {
    const { commit, statements } = heldStore();
    const all = [commit.store('loud', many('a')), commit.store('loud', [event('b')])];
    await turns();
    // One lane writes many and the other one event: whoever comes now has not long to wait.
    all.push(commit.store('quiet', [event('q')]));
    await turns();
    all.push(commit.store('quiet', [event('r')]));
    await turns();
    expect(statements.map(({ ids }) => ids.length)).toEqual([1000, 1]);
    for (const place of [0, 1, 2]) {
      statements[place]?.end();
      await turns();
    }
    await Promise.all(all);
  });
});

describe('the queue', () => {
  const job = (tenantId: string, events: number) => ({ kind: 'store' as const, tenantId, events: Array.from({ length: events }, (_, n) => event(`${tenantId}${n}`)), written: Promise.withResolvers<ReadonlyMap<string, KnownEvent>>() });

  it('gives each environment that waits its turn', () => {
    const queue = new IntakeQueue({ mostBytes: 1, reserveBytes: 0, littleBytes: 0 });
    for (const tenant of ['a', 'a', 'a', 'b', 'c']) queue.push(job(tenant, 400));
    const taken = () => queue.take(1000).map(({ tenantId }) => tenantId).join('');
    expect([taken(), taken(), taken(), queue.isEmpty]).toEqual(['ab', 'ca', 'a', true]);
  });

  it('takes a request that is larger than a statement by itself', () => {
    const queue = new IntakeQueue({ mostBytes: 1, reserveBytes: 0, littleBytes: 0 });
    queue.push(job('a', 1500));
    queue.push(job('b', 1));
    expect(queue.take(1000).map(({ events }) => events.length)).toEqual([1500]);
  });

  const refusal = (work: () => unknown) => {
    try {
      work();
      return null;
    } catch (error) {
      return error;
    }
  };

  it('refuses an environment beyond its share, which is smaller the more have something under way', () => {
    const queue = new IntakeQueue({ mostBytes: 120, reserveBytes: 0, littleBytes: 0 });
    // Alone a half of 120; with another environment a third.
    const room = queue.admit('a', 60);
    expect(refusal(() => queue.admit('a', 1))).toMatchObject({ status: 429, code: 'too_many_events', retryAfterSeconds: 1 });
    queue.admit('b', 10);
    expect(refusal(() => queue.admit('b', 31))).toMatchObject({ status: 429 });
    expect(refusal(() => queue.admit('b', 30))).toBeNull();
    // Of any size where nothing is under way, if there is room: 20 are left.
    expect(refusal(() => queue.admit('c', 21))).toMatchObject({ status: 503, code: 'busy', retryAfterSeconds: 1 });
    room.release();
    room.release();
    expect(refusal(() => queue.admit('c', 80))).toBeNull();
  });

  it('refuses a body that grows beyond what is left, and counts what it had until it is released', () => {
    const queue = new IntakeQueue({ mostBytes: 120, reserveBytes: 0, littleBytes: 0 });
    const packed = queue.admit('a', 10);
    // With nothing else under way it may have all there is.
    packed.grow(90);
    expect(refusal(() => packed.grow(21))).toBeNull();
    expect(refusal(() => queue.admit('b', 1))).toMatchObject({ status: 503 });
    packed.release();
    const [first, second] = [queue.admit('a', 40), queue.admit('a', 10)];
    // Alone a half of 120 for all that is under way: 40 and 20.
    second.grow(10);
    expect(refusal(() => second.grow(1))).toMatchObject({ status: 429, code: 'too_many_events' });
    first.release();
    expect(refusal(() => second.grow(70))).toBeNull();
  });

  it('has room for those with little under way when the others have taken everything, and no more than it holds in reserve', () => {
    const queue = new IntakeQueue({ mostBytes: 100, reserveBytes: 20, littleBytes: 10 });
    queue.admit('a', 50);
    queue.admit('b', 50);
    expect(refusal(() => queue.admit('c', 11))).toMatchObject({ status: 503 });
    expect([refusal(() => queue.admit('c', 5)), refusal(() => queue.admit('c', 5)), refusal(() => queue.admit('d', 10))]).toEqual([null, null, null]);
    expect(refusal(() => queue.admit('c', 1))).toMatchObject({ status: 503 });
    expect(refusal(() => queue.admit('e', 1))).toMatchObject({ status: 503 });
  });
});
