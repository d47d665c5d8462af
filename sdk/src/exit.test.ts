import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EventCreate } from './operations.ts';
import { type ScriptedServer, startScriptedServer } from './testing/scriptedServer.ts';

// Programs that use the client, as processes of their own, and how they end.

let server: ScriptedServer;
let folder: string;
const running = new Set<ChildProcess>();
beforeEach(async () => {
  server = await startScriptedServer();
  folder = await mkdtemp(join(tmpdir(), 'farthing-exit-'));
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** The lines of all files in a folder. */
async function linesOf(place: string): Promise<string[]> {
  const texts = await Promise.all((await readdir(place)).map((name) => readFile(join(place, name), 'utf8')));
  return texts.flatMap((text) => text.split('\n').slice(0, -1));
}

const entry = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

/** Runs a program that has `farthing`, a client, and `add(id)`; answers the process and what becomes of it. */
function run(program: string, events = '{}', base = server.base) {
  const source = `
    import { createClient } from ${entry('index.ts')};
    import { fileSpool } from ${entry('node.ts')};
    const farthing = createClient({ baseUrl: ${JSON.stringify(base)}, apiKey: 'k', events: ${events} });
    const add = (id) => farthing.events.add({ transaction_id: id, external_customer_id: 'acme', code: 'calls' });
    ${program}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let said = '';
  let complained = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  child.stderr.on('data', (text) => {
    complained += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, said, complained }));
  const says = async (word: string) => {
    while (!said.includes(word)) await Promise.race([once(child.stdout, 'data'), ended.then((end) => Promise.reject(new Error(JSON.stringify(end))))]);
  };
  return { child, ended, says };
}

it('a program that comes to its end has sent everything', async () => {
  const { ended } = run(`add('a'); await add('b'); add('c');`, '{ maxDelayMs: 600000 }');
  expect(await ended).toEqual({ code: 0, signal: null, said: '', complained: '' });
  expect([...server.stored.keys()]).toEqual(['a', 'b', 'c']);
});

it('one that waits for flush does not end before that', async () => {
  server.script.push('cut');
  const { ended } = run(`await add('a'); await farthing.events.flush(); console.log('flushed');`, '{ exitTimeoutMs: 0, onTrouble: () => {} }');
  expect(await ended).toEqual({ code: 0, signal: null, said: 'flushed\n', complained: '' });
  expect([...server.stored.keys()]).toEqual(['a']);
});

it('one that is told to stop sends everything, and then stops by that signal', async () => {
  const { child, ended, says } = run(`await add('a'); setInterval(() => {}, 1000); console.log('ready');`, '{ maxDelayMs: 600000 }');
  await says('ready');
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: null, signal: 'SIGTERM', complained: '' });
  expect([...server.stored.keys()]).toEqual(['a']);
});

it('one that stops by itself when told to may go on adding until it closes the buffer', async () => {
  const program = `
    process.once('SIGTERM', async () => {
      await add('last');
      console.log((await farthing.events.close()).unsent.length);
      process.exit(3);
    });
    await add('a'); setInterval(() => {}, 1000); console.log('ready');`;
  const { child, ended, says } = run(program, '{ maxDelayMs: 600000 }');
  await says('ready');
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 3, said: 'ready\n0\n', complained: '' });
  expect([...server.stored.keys()]).toEqual(['a', 'last']);
});

it('one that cannot reach the server ends when its time is up, and says what is lost', async () => {
  const { ended } = run(`await add('a');`, '{ maxDelayMs: 1, exitTimeoutMs: 100, onTrouble: () => {} }', 'http://127.0.0.1:1');
  const { code, complained } = await ended;
  expect(code).toBe(0);
  expect(complained).toContain('1 Farthing events were not sent before the process ended.');
});

it('one that is killed has lost nothing that it accepted: the next takes it from the spool', async () => {
  const path = join(folder, 'events.jsonl');
  const options = `{ maxDelayMs: 600000, spool: fileSpool(${JSON.stringify(path)}) }`;
  const first = run(`for (let i = 0; i < 50; i++) await add('t' + i); console.log('accepted'); setInterval(() => {}, 1000);`, options);
  await first.says('accepted');
  first.child.kill('SIGKILL');
  expect((await first.ended).signal).toBe('SIGKILL');
  expect([server.stored.size, (await linesOf(folder)).length]).toEqual([0, 50]);

  const second = run(`await add('new'); console.log((await farthing.events.close()).unsent.length);`, options);
  expect(await second.ended).toEqual({ code: 0, signal: null, said: '0\n', complained: '' });
  expect([...server.stored.keys()]).toEqual([...Array.from({ length: 50 }, (_, i) => `t${i}`), 'new']);
  expect(await readdir(folder)).toEqual([]);
});

/** What was sent of each event, once for every time. */
const sent = () => Map.groupBy(server.arrived.flatMap(({ body }) => (JSON.parse(body) as { events: EventCreate[] }).events), (event) => event.transaction_id);

it('two may share a spool: what one that is killed has accepted is sent by the next, and what the other has stays its own', async () => {
  const options = `{ maxDelayMs: 600000, spool: fileSpool(${JSON.stringify(join(folder, 'events.jsonl'))}) }`;
  const adding = (name: string) => run(`for (let i = 0; i < 50; i++) await add('${name}' + i); console.log('accepted'); setInterval(() => {}, 1000);`, options);
  const [killed, other] = [adding('a'), adding('b')];
  await Promise.all([killed.says('accepted'), other.says('accepted')]);
  expect([server.stored.size, (await linesOf(folder)).length]).toEqual([0, 100]);
  killed.child.kill('SIGKILL');
  await killed.ended;

  const next = run(`await add('new'); console.log((await farthing.events.close()).unsent.length);`, options);
  expect(await next.ended).toEqual({ code: 0, signal: null, said: '0\n', complained: '' });
  const names = (name: string) => Array.from({ length: 50 }, (_, i) => name + i);
  expect([...server.stored.keys()]).toEqual([...names('a'), 'new']);
  other.child.kill('SIGTERM');
  expect(await other.ended).toMatchObject({ signal: 'SIGTERM', complained: '' });
  expect([...server.stored.keys()]).toEqual([...names('a'), 'new', ...names('b')]);
  expect([...sent().values()].filter((times) => times.length !== 1)).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

it('of several that start together one takes what a former run left, and each sends its own', async () => {
  const left = Array.from({ length: 30 }, (_, i) => ({ transaction_id: `left${i}`, external_customer_id: 'acme', code: 'calls', timestamp: '2026-01-10T00:00:00Z' }));
  const path = join(folder, 'events.jsonl');
  await writeFile(path, left.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const options = `{ maxDelayMs: 5, spool: fileSpool(${JSON.stringify(path)}) }`;
  const runs = ['a', 'b', 'c'].map((name) => run(`for (let i = 0; i < 20; i++) await add('${name}' + i); await farthing.events.close();`, options));
  for (const { ended } of runs) expect(await ended).toEqual({ code: 0, signal: null, said: '', complained: '' });
  expect(server.stored.size).toBe(30 + 3 * 20);
  for (const event of left) expect(sent().get(event.transaction_id)).toEqual([event]);
  expect(await readdir(folder)).toEqual([]);
});
