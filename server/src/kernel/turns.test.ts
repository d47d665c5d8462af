import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('gives one turn in each round of the event loop, each tenant that waits one after the other', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const taken = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map((name) => turns.take(name.charAt(0)).then(() => seen.push(name)));
  const perRound: number[] = [];
  while (seen.length < taken.length) {
    const before = seen.length;
    await setImmediate();
    perRound.push(seen.length - before);
  }
  expect(seen).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  expect(Math.max(...perRound)).toBe(1);
});

it('begins again after nobody waited', async () => {
  const turns = new Turns();
  await turns.take('a');
  await setImmediate();
  await turns.take('a');
  await Promise.all([turns.take('a'), turns.take('b')]);
});
