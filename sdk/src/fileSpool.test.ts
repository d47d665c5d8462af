import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fileSpool } from './fileSpool.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farthing-spool-'));
  path = join(folder, 'events.jsonl');
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

const event = (id: string, more = '') => JSON.stringify({ transaction_id: id, code: 'calls', more });
/** The files there are, by what is behind the name of the spool. */
const files = async () => (await readdir(folder)).map((name) => name.slice('events.jsonl'.length)).sort();
/** The one file there is. */
async function only(): Promise<string> {
  const [name = '', ...others] = await files();
  expect(others).toEqual([]);
  return path + name;
}
const text = async () => readFile(await only(), 'utf8');
const lines = async () => (await text()).split('\n').slice(0, -1);

it('keeps what was appended, in order, for the next to open it', async () => {
  const first = fileSpool(path);
  expect(await first.open()).toEqual([]);
  await Promise.all([first.append(event('a')), first.append(event('b'))]);
  await first.append(event('c'));
  expect(await lines()).toEqual([event('a'), event('b'), event('c')]);
  await first.close();
  const second = fileSpool(path);
  expect(await second.open()).toEqual([event('a'), event('b'), event('c')]);
  await second.close();
});

it('is emptied as soon as everything in it is answered for', async () => {
  const spool = fileSpool(path);
  await spool.open();
  for (const id of ['a', 'b', 'a']) await spool.append(event(id));
  await spool.remove([event('b'), event('a')]);
  expect((await lines()).length).toBe(3);
  await spool.remove([event('a')]);
  expect(await text()).toBe('');
  await spool.append(event('d'));
  expect(await lines()).toEqual([event('d')]);
  await spool.close();
});

it('does not grow for ever while something is always open', async () => {
  const spool = fileSpool(path);
  await spool.open();
  await spool.append(event('old'));
  // Events of 100 kB, one answered for at a time: beyond 1 MiB the file is mostly of events that are.
  for (let round = 0; round < 30; round++) {
    const long = event(`t${round}`, 'x'.repeat(100_000));
    await spool.append(long);
    await spool.remove([long]);
  }
  expect((await stat(await only())).size).toBeLessThan(1_200_000);
  await spool.append(event('new'));
  await spool.close();
  const next = fileSpool(path);
  expect((await next.open()).filter((line) => line.length < 1000)).toEqual([event('old'), event('new')]);
  await next.close();
});

it('gives back what was open when it is opened after a crash, though the last line is half written', async () => {
  await writeFile(path, `${event('a')}\n${event('é')}\n${event('c').slice(0, 12)}`);
  const spool = fileSpool(path);
  expect(await spool.open()).toEqual([event('a'), event('é')]);
  await spool.append(event('d'));
  expect(await lines()).toEqual([event('a'), event('é'), event('d')]);
  await spool.close();
});

it('is not opened when a line in its midst is no event, and then left as it is', async () => {
  const damaged = `${event('a')}\n{"nonsense":\n${event('c')}\n`;
  await writeFile(path, damaged);
  await expect(fileSpool(path).open()).rejects.toThrow(`Line 2 of the spool ${path} is no event: the file is damaged. Mend it, or move it away.`);
  expect(await files()).toEqual(['']);
  expect(await text()).toBe(damaged);
});

it('may be open more than once: each has a file of its own, and what one leaves goes to whoever opens it next', async () => {
  const [first, second] = [fileSpool(path), fileSpool(path)];
  expect([await first.open(), await second.open()]).toEqual([[], []]);
  await first.append(event('a'));
  await second.append(event('b'));
  expect((await files()).length).toBe(2);
  await expect(first.open()).rejects.toThrow('is open already');
  await first.close();
  const third = fileSpool(path);
  expect(await third.open()).toEqual([event('a')]);
  await third.remove([event('a')]);
  await third.close();
  await second.remove([event('b')]);
  await second.close();
  expect(await files()).toEqual([]);
});

/** As a process names its file, in a place that is not here. */
const elsewhere = (rest: string) => `${path}.${'0'.repeat(12)}-${rest}`;
/** The same in ours, as our own file tells it. */
const here = async (rest: string) => `${(await only()).slice(0, path.length + 14)}${rest}`;

it('takes at once what a process of this place left that is gone, and drops what that had not finished', async () => {
  const spool = fileSpool(path);
  await spool.open();
  // Beyond the largest number that Linux and macOS give to a process.
  const gone = await here('4194305-0-0badcafe');
  await writeFile(gone, `${event('a')}\n`);
  await writeFile(`${gone}.1`, `${event('b')}\n`);
  await writeFile(`${gone}.new`, `${event('a')}\n{`);
  const next = fileSpool(path);
  expect((await next.open()).toSorted()).toEqual([event('a'), event('b')]);
  expect((await files()).length).toBe(2);
  await Promise.all([spool.close(), next.close()]);
});

it('leaves alone what may be in use: by a process that runs, or in another place', async () => {
  await writeFile(elsewhere('1-0-0badcafe'), `${event('a')}\n`);
  const spool = fileSpool(path);
  expect(await spool.open()).toEqual([]);
  await rm(elsewhere('1-0-0badcafe'));
  // The parent of a test runs, and is not this process.
  await writeFile(await here(`${process.ppid}-0-0badcafe`), `${event('b')}\n`);
  const next = fileSpool(path);
  expect(await next.open()).toEqual([]);
  await Promise.all([spool.close(), next.close()]);
});

it('looks now and then for what others left, and tells of it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const spool = fileSpool(path);
  const found: string[] = [];
  await spool.open((events) => found.push(...events));
  await spool.append(event('own'));
  await writeFile(await here('4194305-0-0badcafe'), `${event('a')}\n${event('b')}\n`);
  while (found.length === 0) {
    vi.advanceTimersByTime(5000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(found).toEqual([event('a'), event('b')]);
  expect(await lines()).toEqual([event('own'), event('a'), event('b')]);
  await spool.close();
});

it('writes everything anew where its file was taken by somebody who thought it was gone', async () => {
  const spool = fileSpool(path);
  await spool.open();
  await spool.append(event('a'));
  await rename(await only(), join(folder, 'taken'));
  await spool.append(event('b'));
  await rm(join(folder, 'taken'));
  expect(await lines()).toEqual([event('a'), event('b')]);
  // Also when nothing more is appended: with its next sign of life.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const other = fileSpool(path);
  await rm(await only());
  await other.open();
  await other.append(event('c'));
  await rm(await only());
  while ((await files()).length === 0) {
    vi.advanceTimersByTime(5000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await other.remove([event('c')]);
  await Promise.all([spool.close(), other.close()]);
});

it('accepts nothing once it is closed', async () => {
  const spool = fileSpool(path);
  await spool.open();
  await spool.close();
  await expect(spool.append(event('a'))).rejects.toThrow('is closed');
  await spool.remove([event('a')]);
  expect(await files()).toEqual([]);
});
