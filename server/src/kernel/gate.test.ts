import { expect, it } from 'vitest';
import { Gate } from './gate.ts';

/** Who is inside, in the order in which they came in, by their names. */
function watched(most: number) {
  const gate = new Gate(most);
  const inside: string[] = [];
  const come = (name: string, size: number) => {
    const pass = gate.come(name.charAt(0), size);
    void pass.entered.then(() => inside.push(name));
    return pass;
  };
  const settled = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return inside.join(' ');
  };
  return { come, settled };
}

it('lets in what fits, and then one of each tenant in turn as others leave', async () => {
  const { come, settled } = watched(10);
  const [first, second] = [come('a1', 6), come('a2', 4)];
  for (const name of ['a3', 'a4', 'b1']) come(name, 4);
  expect(await settled()).toBe('a1 a2');
  second.leave();
  // Once is enough: 6 and 4 are inside again.
  second.leave();
  expect(await settled()).toBe('a1 a2 a3');
  first.leave();
  // 4 of 10 are inside: one of 4 fits, and b is next.
  expect(await settled()).toBe('a1 a2 a3 b1');
});

it('lets in by itself what is larger than everything', async () => {
  const { come, settled } = watched(10);
  const little = come('a1', 1);
  const large = come('b1', 11);
  come('c1', 1);
  expect(await settled()).toBe('a1');
  little.leave();
  expect(await settled()).toBe('a1 b1');
  large.leave();
  expect(await settled()).toBe('a1 b1 c1');
});

it('keeps no room for those who left while they waited, and lets them know', async () => {
  const { come, settled } = watched(10);
  const first = come('a1', 10);
  const gone = come('b1', 10);
  come('c1', 10);
  gone.leave();
  await gone.entered;
  first.leave();
  expect(await settled()).toBe('a1 b1 c1');
});
