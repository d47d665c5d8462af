import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fileSpool } from './fileSpool.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farthing-spool-'));
  path = join(folder, 'events.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const event = (id: string, more = '') => JSON.stringify({ transaction_id: id, code: 'calls', more });
const lines = async () => (await readFile(path, 'utf8')).split('\n').slice(0, -1);

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
  expect(await readFile(path, 'utf8')).toBe('');
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
    const text = event(`t${round}`, 'x'.repeat(100_000));
    await spool.append(text);
    await spool.remove([text]);
  }
  expect((await stat(path)).size).toBeLessThan(1_200_000);
  await spool.append(event('new'));
  await spool.close();
  const next = fileSpool(path);
  expect((await next.open()).filter((text) => text.length < 1000)).toEqual([event('old'), event('new')]);
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
  const text = `${event('a')}\n{"nonsense":\n${event('c')}\n`;
  await writeFile(path, text);
  await expect(fileSpool(path).open()).rejects.toThrow(`Line 2 of the spool ${path} is no event: the file is damaged. Mend it, or move it away.`);
  expect(await readFile(path, 'utf8')).toBe(text);
  expect(await readdir(folder)).toEqual(['events.jsonl']);
});

it('belongs to one process at a time', async () => {
  const spool = fileSpool(path);
  await spool.open();
  await expect(fileSpool(path).open()).rejects.toThrow('is in use in this process');
  await spool.close();
  expect(await readdir(folder)).toEqual(['events.jsonl']);
  // The parent of a test is alive and is not this process.
  await writeFile(`${path}.lock`, String(process.ppid));
  await expect(fileSpool(path).open()).rejects.toThrow(`is in use by process ${process.ppid}. If that is another program, remove ${path}.lock.`);
  // Beyond the largest pid that Linux and macOS give: such a process is gone.
  await writeFile(`${path}.lock`, '4194305');
  const after = fileSpool(path);
  await after.open();
  expect(await readFile(`${path}.lock`, 'utf8')).toBe(String(process.pid));
  await after.close();
});

it('accepts nothing once it is closed', async () => {
  const spool = fileSpool(path);
  await spool.open();
  await spool.close();
  await expect(spool.append(event('a'))).rejects.toThrow('is closed');
  await spool.remove([event('a')]);
  await appendFile(path, '');
  expect(await readFile(path, 'utf8')).toBe('');
});
