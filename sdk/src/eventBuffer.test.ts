import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from './createClient.ts';
import type { EventBuffer, NewEvent } from './eventBuffer.ts';
import type { EventBufferOptions } from './eventBufferOptions.ts';
import { BufferClosedError, BufferFullError } from './room.ts';
import type { Rejection, Trouble } from './sendBatch.ts';
import type { Spool } from './spool.ts';
import { type ManualClock, manualClock } from './testing/manualClock.ts';
import { type ScriptedServer, type Step, startScriptedServer } from './testing/scriptedServer.ts';

// With a chance of one half a pause is three quarters of its doubling: 200, 400, 800 … give 150, 300, 600 …

let server: ScriptedServer;
let clock: ManualClock;
let rejections: Rejection[];
let troubles: Trouble[];
beforeEach(async () => {
  server = await startScriptedServer();
  clock = manualClock();
  rejections = [];
  troubles = [];
});
afterEach(() => server.close());

function buffer(more: EventBufferOptions = {}): EventBuffer {
  const events = { onRejected: (each: Rejection) => void rejections.push(each), onTrouble: (each: Trouble) => void troubles.push(each), exitTimeoutMs: 0, ...more };
  return createClient({ baseUrl: server.base, apiKey: 'sk_test_1', clock, events }).events;
}

const event = (id?: string): NewEvent => ({ external_customer_id: 'acme', code: 'calls', ...(id === undefined ? {} : { transaction_id: id }) });
const ids = (count: number, from = 1) => Array.from({ length: count }, (_, place) => `t${from + place}`);
const addAll = (events: EventBuffer, names: readonly string[]) => Promise.all(names.map((id) => events.add(event(id))));
/** A promise, and the function that resolves it. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('a batch', () => {
  it('goes when it is full', async () => {
    const events = buffer({ maxBatchEvents: 3 });
    await addAll(events, ids(7));
    await server.requests(2);
    expect(server.batches()).toEqual([
      ['t1', 't2', 't3'],
      ['t4', 't5', 't6'],
    ]);
    await events.flush();
    expect(server.batches()[2]).toEqual(['t7']);
    expect(events.pending).toBe(0);
  });

  it('goes when its bytes are enough, and never has more of them', async () => {
    // {"external_customer_id":"acme","code":"calls","transaction_id":"t1","timestamp":"2026-03-01T00:00:00.000Z"} has 107 bytes, with
    // the comma 108: two make 216, three 324.
    const events = buffer({ maxBatchBytes: 300 });
    await addAll(events, ids(3));
    await server.requests(1);
    expect(server.batches()).toEqual([['t1', 't2']]);
    await events.flush();
    expect(server.batches()).toEqual([['t1', 't2'], ['t3']]);
  });

  it('counts bytes as they are sent, not letters', async () => {
    // 100 letters of two bytes each where 100 bytes would fit.
    const events = buffer({ maxBatchBytes: 500 });
    await events.add({ ...event('t1'), properties: { text: 'é'.repeat(100) } });
    await events.add({ ...event('t2'), properties: { text: 'é'.repeat(100) } });
    await events.flush();
    expect(server.batches()).toEqual([['t1'], ['t2']]);
  });

  it('goes when its first event has waited long enough', async () => {
    const events = buffer({ maxDelayMs: 250 });
    await addAll(events, ['t1', 't2']);
    expect(clock.pending).toEqual([250]);
    await clock.pass(250);
    await server.requests(1);
    await events.flush();
    expect(server.batches()).toEqual([['t1', 't2']]);
  });

  it('is one of so many under way', async () => {
    const [first, second] = [gate(), gate()];
    server.script.push(first.opened, second.opened);
    const events = buffer({ maxBatchEvents: 1, maxInFlight: 2 });
    await addAll(events, ids(3));
    await server.requests(2);
    expect(events.pending).toBe(3);
    second.open();
    await server.requests(3);
    expect(server.batches()).toEqual([['t1'], ['t2'], ['t3']]);
    first.open();
    await events.flush();
  });
});

it('with settings that nothing could be sent with is not made', () => {
  expect(() => buffer({ maxInFlight: 0 })).toThrow('maxInFlight cannot be 0: it is 1 or more.');
  expect(() => buffer({ maxBatchEvents: Number.NaN })).toThrow(RangeError);
  expect(() => buffer({ maxDelayMs: -1 })).toThrow('maxDelayMs cannot be -1: it is 0 or more.');
});

describe('an event', () => {
  it('has its id and its time from when it was added', async () => {
    const events = buffer();
    const named = await events.add(event('mine'));
    const unnamed = await events.add({ ...event(), timestamp: '2026-02-28T12:00:00Z' });
    await events.flush();
    expect(named).toBe('mine');
    expect(server.stored.get('mine')?.timestamp).toBe('2026-03-01T00:00:00.000Z');
    // The first 48 bits are the milliseconds: 1772323200000 of them is 019ca6b1dc00 in hexadecimal.
    expect(unnamed).toMatch(/^019ca6b1-dc00-7/);
    expect(server.stored.get(unnamed)?.timestamp).toBe('2026-02-28T12:00:00Z');
  });

  it('has the time the server gets it, where that is wanted', async () => {
    const events = buffer({ timestamps: 'received' });
    await events.add(event('t1'));
    await events.flush();
    expect(server.stored.get('t1')).toEqual({ transaction_id: 't1', external_customer_id: 'acme', code: 'calls' });
  });

  it('is what it was when it was added', async () => {
    const events = buffer();
    const properties = { tokens: 1 };
    await events.add({ ...event('t1'), properties });
    properties.tokens = 2;
    await events.flush();
    expect(server.stored.get('t1')?.properties).toEqual({ tokens: 1 });
  });

  it('is not accepted where JSON cannot say it', async () => {
    const events = buffer();
    await expect(events.add({ ...event('t1'), properties: { tokens: 1n } })).rejects.toThrow(TypeError);
    expect(events.pending).toBe(0);
  });
});

describe('trouble', () => {
  const fails: readonly [string, Step][] = [
    ['a connection that is cut', 'cut'],
    ['a reply that is lost', 'lose'],
    ['a server in trouble', { status: 500, body: { code: 'internal' } }],
    ['a gateway that finds no server', { status: 502, body: '<html>' }],
    ['a gateway that finds the request bad', { status: 400, body: '<html>' }],
    ['a gateway that takes no body', { status: 413, body: '<html>' }],
    ['a gateway with a 422 of its own', { status: 422, body: { error: 'no' } }],
    ['a request that was spoiled on its way', { status: 400, body: { code: 'bad_request' } }],
    ['a key that is not known any more', { status: 401, body: { code: 'unauthorized' } }],
    ['somebody else’s success', { status: 200, body: '<html>' }],
    ['a reply that passes an event over', { status: 201, body: { results: [] } }],
    ['a reply to another batch', { status: 201, body: { results: [{ transaction_id: 'other', status: 'ingested' }] } }],
    ['a redirect', { status: 301, headers: { location: '/elsewhere' } }],
  ];

  it.each(fails)('%s: the same batch goes again, byte for byte, and counts once', async (_, step) => {
    server.script.push(step, step);
    const events = buffer();
    await events.add(event());
    const flushed = events.flush();
    await clock.pass(150);
    await clock.pass(300);
    await flushed;
    expect(server.arrived.length).toBe(3);
    expect(new Set(server.arrived.map(({ body }) => body)).size).toBe(1);
    expect([server.stored.size, events.pending, rejections]).toEqual([1, 0, []]);
    expect(troubles.map(({ failures, retryInMs, events: count }) => [failures, retryInMs, count])).toEqual([
      [1, 150, 1],
      [2, 300, 1],
    ]);
  });

  it('waits as long as the server asks, though not for days', async () => {
    const busy = { status: 429, body: { code: 'too_many_requests' } };
    server.script.push({ ...busy, headers: { 'retry-after': '40' } }, { ...busy, headers: { 'retry-after': '864000' } });
    const events = buffer();
    await events.add(event('t1'));
    const flushed = events.flush();
    await clock.pass(40_100); // and half of up to 200 ms by chance
    await clock.pass(600_000);
    await flushed;
    expect([...server.stored.keys()]).toEqual(['t1']);
  });

  it('never takes longer pauses than allowed', async () => {
    server.script.push('cut', 'cut', 'cut', 'cut');
    const events = buffer({ longestBackOffMs: 400 });
    await events.add(event('t1'));
    const flushed = events.flush();
    for (const pause of [150, 300, 300, 300]) await clock.pass(pause);
    await flushed;
    expect(server.stored.size).toBe(1);
  });

  it('includes a server that never answers', async () => {
    server.script.push('hang');
    const events = buffer();
    await events.add(event('t1'));
    const flushed = events.flush();
    await server.requests(1);
    await clock.pass(30_000);
    await clock.pass(150);
    await flushed;
    expect(server.batches()).toEqual([['t1'], ['t1']]);
  });

  it('holds up no other batch', async () => {
    server.script.push('cut');
    const events = buffer({ maxBatchEvents: 1 });
    await events.add(event('t1'));
    await clock.set(150);
    await addAll(events, ['t2', 't3']);
    await server.requests(3);
    expect([...server.stored.keys()]).toEqual(['t2', 't3']);
    await clock.pass(150);
    await events.flush();
    expect([...server.stored.keys()]).toEqual(['t2', 't3', 't1']);
  });
});

describe('what the server refuses for good', () => {
  it('is handed over, event by event, and not sent again', async () => {
    server.judge = ({ transaction_id }) => (transaction_id === 't2' ? { code: 'unknown_metric', message: 'No such metric.' } : null);
    const events = buffer();
    await addAll(events, ids(3));
    await events.flush();
    expect(rejections).toEqual([
      {
        event: { external_customer_id: 'acme', code: 'calls', transaction_id: 't2', timestamp: '2026-03-01T00:00:00.000Z' },
        status: 'rejected',
        code: 'unknown_metric',
        path: null,
        message: 'No such metric.',
      },
    ]);
    expect([[...server.stored.keys()], server.arrived.length, events.pending]).toEqual([['t1', 't3'], 1, 0]);
  });

  it('includes an id that was used for something else', async () => {
    const events = buffer();
    await events.add({ ...event('t1'), code: 'calls' });
    await events.add({ ...event('t1'), code: 'tokens' });
    await events.flush();
    expect(rejections.map((each) => [each.status, each.code, each.event.code])).toEqual([['conflict', 'transaction_id_conflict', 'tokens']]);
  });

  it('is waited for: flush ends when it is handed over', async () => {
    server.judge = () => ({ code: 'unknown_metric', message: 'No such metric.' });
    const kept = gate();
    let handed = false;
    const events = buffer({
      onRejected: async () => {
        kept.open();
        await Promise.resolve();
        handed = true;
      },
    });
    await events.add(event('t1'));
    const flushed = events.flush();
    await kept.opened;
    await flushed;
    expect(handed).toBe(true);
  });

  it('does not take its batch along: a batch refused as a whole is halved until the fault stands alone', async () => {
    server.judgeBatch = (batch) => (batch.some(({ transaction_id }) => transaction_id === 't3') ? 'malformed_json' : null);
    const events = buffer();
    await addAll(events, ids(5));
    await events.flush();
    // 5 are refused; then 3 and 2, of which the 3 are refused: 2 and 1.
    expect(server.batches()).toEqual([['t1', 't2', 't3', 't4', 't5'], ['t1', 't2', 't3'], ['t1', 't2'], ['t3'], ['t4', 't5']]);
    expect(rejections.map((each) => [each.event.transaction_id, each.code, each.message])).toEqual([['t3', 'malformed_json', 'The batch is at fault.']]);
    expect([...server.stored.keys()]).toEqual(['t1', 't2', 't4', 't5']);
  });

  it('halves a batch that something before the server finds too large', async () => {
    server.script.push({ status: 413, body: '<html>' });
    const events = buffer();
    await addAll(events, ids(2));
    await events.flush();
    expect(server.batches()).toEqual([['t1', 't2'], ['t1'], ['t2']]);
    expect([server.stored.size, rejections]).toEqual([2, []]);
  });

  it('is said aloud where nobody asked to be told, or whoever did fails', async () => {
    server.judge = () => ({ code: 'unknown_metric', message: 'No such metric.' });
    const warned: string[] = [];
    const listen = ({ message }: Error) => void warned.push(message);
    process.on('warning', listen);
    const silent = createClient({ baseUrl: server.base, apiKey: 'k', clock, events: { exitTimeoutMs: 0 } }).events;
    await silent.add(event('t1'));
    await silent.flush();
    const failing = buffer({
      onRejected: () => {
        throw new Error('full');
      },
    });
    await failing.add(event('t2'));
    await failing.flush();
    await new Promise((resolve) => process.nextTick(resolve));
    process.off('warning', listen);
    expect(warned).toEqual([
      'Farthing refused the event t1 (unknown_metric): No such metric.',
      'Farthing refused the event t2 (unknown_metric): No such metric. The callback for that failed: Error: full',
    ]);
  });
});

describe('a full buffer', () => {
  it('makes callers wait in line until the server has answered for others', async () => {
    const first = gate();
    server.script.push(first.opened);
    const events = buffer({ maxBufferedEvents: 2, maxBatchEvents: 2 });
    await addAll(events, ids(2));
    const order: string[] = [];
    const waiting = ids(3, 3).map((id) => events.add(event(id)).then((name) => order.push(name)));
    await server.requests(1);
    expect([order, events.pending]).toEqual([[], 2]);
    first.open();
    await Promise.all([...waiting, events.flush()]);
    expect(order).toEqual(['t3', 't4', 't5']);
    expect([...server.stored.keys()]).toEqual(ids(5));
  });

  it('refuses at once who does not want to wait', async () => {
    const events = buffer({ maxBufferedEvents: 2, whenFull: 'reject' });
    await addAll(events, ids(2));
    await expect(events.add(event('t3'))).rejects.toThrow(BufferFullError);
    const patient = events.add(event('t4'), { whenFull: 'wait' });
    await events.flush();
    expect(await patient).toBe('t4');
    await events.flush();
    expect([...server.stored.keys()]).toEqual(['t1', 't2', 't4']);
  });

  it('is full of bytes too, but an event that is larger than it goes alone', async () => {
    const large = (id: string) => ({ ...event(id), properties: { text: 'x'.repeat(1000) } });
    const events = buffer({ maxBufferedBytes: 900, whenFull: 'reject' });
    await events.add(large('t1'));
    await expect(events.add(event('t2'))).rejects.toThrow(BufferFullError);
    await events.flush();
    expect([...server.stored.keys()]).toEqual(['t1']);
  });
});

it('takes thousands that come at once, in their order, through a small room', async () => {
  const events = buffer({ maxBufferedEvents: 100, maxBatchEvents: 70, maxInFlight: 1 });
  const adding = addAll(events, ids(3000));
  await events.flush();
  expect(await adding).toEqual(ids(3000));
  expect([...server.stored.keys()]).toEqual(ids(3000));
});

describe('flush', () => {
  it('waits for what was added before, awaited or not, and for nothing later', async () => {
    const second = gate();
    server.script.push('do', second.opened);
    const events = buffer({ maxBatchEvents: 1 });
    void events.add(event('t1'));
    const flushed = events.flush();
    void events.add(event('t2'));
    await flushed;
    expect([...server.stored.keys()]).toEqual(['t1']);
    second.open();
    await events.flush();
    expect([...server.stored.keys()]).toEqual(['t1', 't2']);
  });
});

describe('close', () => {
  it('sends everything and takes no more', async () => {
    const events = buffer();
    await addAll(events, ids(3));
    expect(await events.close()).toEqual({ unsent: [] });
    expect([...server.stored.keys()]).toEqual(ids(3));
    await expect(events.add(event('t4'))).rejects.toThrow(BufferClosedError);
    await events.flush();
    expect(clock.pending).toEqual([]);
  });

  it('says what is left when the time is up', async () => {
    server.script.push('lose', 'hang');
    const events = buffer({ maxBatchEvents: 2 });
    await addAll(events, ids(3));
    const closed = events.close({ timeoutMs: 5000 });
    await server.requests(2);
    await clock.pass(5000);
    const { unsent } = await closed;
    expect(unsent.map(({ transaction_id }) => transaction_id)).toEqual(ids(3));
    expect(clock.pending).toEqual([]);
    // Two of them are stored, though nobody could know; adding all three again counts each once.
    const next = buffer();
    for (const each of unsent) await next.add(each);
    await next.flush();
    expect([[...server.stored.keys()], rejections]).toEqual([ids(3), []]);
  });

  it('may be hurried by a second call', async () => {
    server.script.push('hang');
    const events = buffer();
    await events.add(event('t1'));
    const closed = events.close();
    await server.requests(1);
    const again = events.close({ timeoutMs: 10 });
    await clock.pass(10);
    expect((await closed).unsent.length).toBe(1);
    expect(await again).toEqual(await closed);
    await expect(events.flush()).rejects.toThrow(BufferClosedError);
  });

  it('waits no longer for somebody who does not take a refusal: it stays among what is left', async () => {
    server.judge = () => ({ code: 'unknown_metric', message: 'No such metric.' });
    const called = gate();
    const onRejected = () => {
      called.open();
      return new Promise<void>(() => {});
    };
    const events = buffer({ onRejected });
    await events.add(event('t1'));
    const closed = events.close({ timeoutMs: 10 });
    await called.opened;
    await clock.pass(10);
    expect((await closed).unsent.map(({ transaction_id }) => transaction_id)).toEqual(['t1']);
  });

  it('waits no longer for him where the batch was refused as a whole, either', async () => {
    server.judgeBatch = () => 'malformed_json';
    const called = gate();
    const onRejected = () => {
      called.open();
      return new Promise<void>(() => {});
    };
    const events = buffer({ onRejected });
    await events.add(event('t1'));
    const closed = events.close({ timeoutMs: 10 });
    await called.opened;
    await clock.pass(10);
    expect((await closed).unsent.map(({ transaction_id }) => transaction_id)).toEqual(['t1']);
  });

  it('sends away who waits for room: they were not accepted', async () => {
    server.script.push('hang');
    const events = buffer({ maxBufferedEvents: 1, maxBatchEvents: 1 });
    await events.add(event('t1'));
    const waiting = events.add(event('t2')).catch((error: unknown) => error);
    await server.requests(1);
    const closed = events.close({ timeoutMs: 10 });
    expect(await waiting).toBeInstanceOf(BufferClosedError);
    await clock.pass(10);
    expect((await closed).unsent.map(({ transaction_id }) => transaction_id)).toEqual(['t1']);
  });
});

describe('a spool', () => {
  it('has an event before it is accepted, and until it is answered for', async () => {
    const kept: string[] = [];
    const written = gate();
    const spool: Spool = {
      open: async () => [],
      append: async (text) => {
        await written.opened;
        kept.push(text);
      },
      remove: async (texts) => {
        for (const text of texts) kept.splice(kept.indexOf(text), 1);
      },
      close: async () => {},
    };
    const events = buffer({ spool });
    let accepted = false;
    const adding = events.add(event('t1')).then(() => {
      accepted = true;
    });
    await Promise.resolve();
    expect([accepted, events.pending]).toEqual([false, 0]);
    written.open();
    await adding;
    expect([kept.length, events.pending]).toEqual([1, 1]);
    await events.flush();
    expect([kept, server.stored.size]).toEqual([[], 1]);
  });

  it('that cannot write accepts nothing, and leaves the room for others', async () => {
    let full = true;
    const append = async () => {
      if (full) throw new Error('No space left on device.');
    };
    const events = buffer({ maxBufferedEvents: 1, spool: { open: async () => [], append, remove: async () => {}, close: async () => {} } });
    await expect(events.add(event('t1'))).rejects.toThrow('No space left on device.');
    full = false;
    await events.add(event('t2'));
    await events.flush();
    expect([...server.stored.keys()]).toEqual(['t2']);
  });

  it('gives back what an earlier run left, unchanged', async () => {
    const left = ids(2).map((transaction_id) => JSON.stringify({ transaction_id, external_customer_id: 'acme', code: 'calls', timestamp: '2026-02-01T00:00:00Z' }));
    const events = buffer({ spool: { open: async () => left, append: async () => {}, remove: async () => {}, close: async () => {} } });
    await events.flush();
    expect([...server.stored.values()].map((each) => JSON.stringify(each))).toEqual(left);
  });
});

it('loses nothing and sends nothing as anything else, whatever goes wrong', async () => {
  const steps = fc.constantFrom<Step[]>('cut', 'lose', 'do', { status: 503, body: '' }, { status: 429, body: '', headers: { 'retry-after': '1' } });
  const runs = fc.record({
    steps: fc.array(steps, { maxLength: 12 }),
    events: fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }), // whether the server refuses it
    maxBatchEvents: fc.integer({ min: 1, max: 5 }),
    maxInFlight: fc.integer({ min: 1, max: 3 }),
    maxBufferedEvents: fc.integer({ min: 1, max: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(runs, async ({ steps: script, events: refused, ...limits }) => {
      const other = await startScriptedServer();
      other.script.push(...script);
      other.judge = ({ properties }) => (properties?.['bad'] === true ? { code: 'bad', message: 'Bad.' } : null);
      const told: string[] = [];
      // Pauses pass at once: each timer runs as soon as everything else has had its turn.
      const hasty = { now: () => 0, random: () => 0.5, after: (wait: number, run: () => void) => stopOf(wait < 25_000 ? setImmediate(run) : undefined) };
      const onRejected = ({ event: each }: Rejection) => void told.push(each.transaction_id);
      const options = { ...limits, onRejected, onTrouble: () => {}, exitTimeoutMs: 0 };
      const { events } = createClient({ baseUrl: other.base, apiKey: 'k', clock: hasty, events: options });
      const accepted = await Promise.all(refused.map((bad) => events.add({ ...event(), properties: { bad } })));
      const { unsent } = await events.close();
      await other.close();
      expect(unsent).toEqual([]);
      expect([...other.stored.keys()].sort()).toEqual(accepted.filter((_, place) => refused[place] === false).sort());
      expect(told.sort()).toEqual(accepted.filter((_, place) => refused[place] === true).sort());
    }),
    { numRuns: 40 },
  );
});

const stopOf = (immediate: NodeJS.Immediate | undefined) => () => clearImmediate(immediate);
