import { expect, it } from 'vitest';
import { IntakeRoom } from './intakeRoom.ts';

const refusal = (work: () => unknown) => {
  try {
    work();
    return null;
  } catch (error) {
    return error;
  }
};

it('refuses an environment beyond its share, which is smaller the more have something under way', () => {
  const room = new IntakeRoom({ mostBytes: 120, reserveBytes: 0, littleBytes: 0 });
  // Alone a half of 120; with another environment a third.
  const first = room.admit('a', 60);
  expect(refusal(() => room.admit('a', 1))).toMatchObject({ status: 429, code: 'too_many_events', retryAfterSeconds: 1 });
  room.admit('b', 10);
  expect(refusal(() => room.admit('b', 31))).toMatchObject({ status: 429 });
  expect(refusal(() => room.admit('b', 30))).toBeNull();
  // Of any size where nothing is under way, if there is room: 20 are left.
  expect(refusal(() => room.admit('c', 21))).toMatchObject({ status: 503, code: 'busy', retryAfterSeconds: 1 });
  first.release();
  first.release();
  expect(refusal(() => room.admit('c', 80))).toBeNull();
});

it('refuses a body that grows beyond what is left, and counts what it had until it is released', () => {
  const room = new IntakeRoom({ mostBytes: 120, reserveBytes: 0, littleBytes: 0 });
  const packed = room.admit('a', 10);
  // With nothing else under way it may have all there is.
  packed.grow(90);
  expect(refusal(() => packed.grow(21))).toBeNull();
  expect(refusal(() => room.admit('b', 1))).toMatchObject({ status: 503 });
  packed.release();
  const [first, second] = [room.admit('a', 40), room.admit('a', 10)];
  // Alone a half of 120 for all that is under way: 40 and 20.
  second.grow(10);
  expect(refusal(() => second.grow(1))).toMatchObject({ status: 429, code: 'too_many_events' });
  first.release();
  expect(refusal(() => second.grow(70))).toBeNull();
});

it('has room for those with little under way when the others have taken everything, and no more than it holds in reserve', () => {
  const room = new IntakeRoom({ mostBytes: 100, reserveBytes: 20, littleBytes: 10 });
  room.admit('a', 50);
  room.admit('b', 50);
  expect(refusal(() => room.admit('c', 11))).toMatchObject({ status: 503 });
  expect([refusal(() => room.admit('c', 5)), refusal(() => room.admit('c', 5)), refusal(() => room.admit('d', 10))]).toEqual([null, null, null]);
  expect(refusal(() => room.admit('c', 1))).toMatchObject({ status: 503 });
  expect(refusal(() => room.admit('e', 1))).toMatchObject({ status: 503 });
});
