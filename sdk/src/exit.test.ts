import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
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
  expect([server.stored.size, (await readFile(path, 'utf8')).split('\n').length - 1]).toEqual([0, 50]);

  const second = run(`await add('new'); console.log((await farthing.events.close()).unsent.length);`, options);
  expect(await second.ended).toEqual({ code: 0, signal: null, said: '0\n', complained: '' });
  expect([...server.stored.keys()]).toEqual([...Array.from({ length: 50 }, (_, i) => `t${i}`), 'new']);
  expect(await readFile(path, 'utf8')).toBe('');
});
