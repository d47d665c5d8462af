import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { StatementQueue } from './statementQueue.ts';

/** Two statements, and work that waits its time, all asked for at once; what of them has begun before the first statement is over. */
async function begunAtOnce(rushes: boolean): Promise<readonly string[]> {
  const queue = new StatementQueue({ rushes });
  const begun: string[] = [];
  const first = Promise.withResolvers<void>();
  const begin = (name: string, until: Promise<void>) => () => {
    begun.push(name);
    return until;
  };
  const sent = [queue.send(begin('first', first.promise)), queue.send(begin('second', Promise.resolve()))];
  queue.whenIdle(begin('waiting', Promise.resolve()));
  queue.whenIdle(begin('waiting too', Promise.resolve()));
  await setImmediate();
  const atOnce = [...begun];
  first.resolve();
  await Promise.all(sent);
  await setImmediate();
  expect(begun).toEqual(['first', 'second', 'waiting', 'waiting too']);
  return atOnce;
}

it('sends one statement after the other, and then lets begin who waits', async () => {
  expect(await begunAtOnce(false)).toEqual(['first']);
});

it('waits for none of them where it rushes', async () => {
  expect(await begunAtOnce(true)).toEqual(['first', 'second', 'waiting', 'waiting too']);
});
