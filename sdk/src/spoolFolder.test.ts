import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SpoolFolder } from './spoolFolder.ts';

let folder: string;
let path: string;
const inside: SpoolFolder[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farthing-folder-'));
  path = join(folder, 'events.jsonl');
});
afterEach(async () => {
  for (const each of inside.splice(0)) each.leave();
  await rm(folder, { recursive: true, force: true });
});

/** Somebody who has the spool open, and takes for gone who has not changed a file for so long. */
async function enter(lease: number): Promise<SpoolFolder> {
  const entered = await SpoolFolder.enter(path, lease);
  inside.push(entered);
  await writeFile(entered.own, '');
  return entered;
}

const anHour = 3_600_000;
/** Time that has always passed. */
const noTime = -anHour;
const left = async (by: SpoolFolder) => (await by.takeLeft()).map(({ from, to }) => [basename(from), to.slice(by.own.length)]);
const inAContainer = `events.jsonl.${'0'.repeat(12)}-1-0-0badcafe`;

it('believes signs of life of another place, as nothing else can be known of it', async () => {
  await writeFile(join(folder, inAContainer), '');
  await writeFile(join(folder, `${inAContainer}.1`), '');
  expect(await left(await enter(anHour))).toEqual([]);
  const impatient = await enter(noTime);
  expect((await left(impatient)).toSorted()).toEqual([[inAContainer, '.1'], [`${inAContainer}.1`, '.2']]);
  expect((await readdir(folder)).includes(inAContainer)).toBe(false);
});

it('knows who is inside here, and that whoever left is gone', async () => {
  const [one, two] = [await enter(noTime), await enter(noTime)];
  expect(await left(one)).toEqual([]);
  two.leave();
  expect(await left(one)).toEqual([[basename(two.own), '.1']]);
});

it('gives a file to one of those who want it', async () => {
  const wanting = await Promise.all(Array.from({ length: 5 }, () => enter(noTime)));
  const names = Array.from({ length: 20 }, (_, n) => `events.jsonl.${'0'.repeat(12)}-1-0-${String(n).padStart(8, '0')}`);
  for (const name of ['events.jsonl', ...names]) await writeFile(join(folder, name), '');
  const taken = await Promise.all(wanting.map(left));
  expect(taken.flat().map(([from]) => from).toSorted()).toEqual(['events.jsonl', ...names]);
});

it('touches nothing that is not of the spool', async () => {
  const others = ['events.jsonl.bak', 'events.jsonl.lock', 'events.json', `other.jsonl.${'0'.repeat(12)}-1-0-0badcafe`];
  for (const name of others) await writeFile(join(folder, name), '');
  expect(await left(await enter(noTime))).toEqual([]);
});
