import { setImmediate } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
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

it('rests after a turn for as long as it took while another tenant comes by, and not for the tenant itself', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  try {
    const turns = new Turns();
    const seen: string[] = [];
    const rounds = async () => {
      for (let round = 0; round < 5; round++) await setImmediate();
      return seen.join(' ');
    };
    const twentyMilliseconds = (name: string) => turns.take('a').then(() => {
      seen.push(name);
      vi.advanceTimersByTime(20);
    });
    turns.pass('a');
    void twentyMilliseconds('1');
    void twentyMilliseconds('2');
    expect(await rounds()).toBe('1 2');
    turns.pass('b');
    void twentyMilliseconds('3');
    void twentyMilliseconds('4');
    expect(await rounds()).toBe('1 2 3');
    vi.advanceTimersByTime(19);
    expect(await rounds()).toBe('1 2 3');
    vi.advanceTimersByTime(1);
    expect(await rounds()).toBe('1 2 3 4');
    // Whoever did not come by for a second is gone.
    vi.advanceTimersByTime(1000);
    await rounds();
    void twentyMilliseconds('5');
    void twentyMilliseconds('6');
    expect(await rounds()).toBe('1 2 3 4 5 6');
  } finally {
    vi.useRealTimers();
  }
});
