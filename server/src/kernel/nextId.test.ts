import { expect, it } from 'vitest';
import { nextId } from './nextId.ts';

it('makes UUIDv7s that sort in the order they were made, also within a millisecond', () => {
  // Thousands come out of one millisecond.
  const ids = Array.from({ length: 20_000 }, nextId);
  expect(ids).toEqual([...new Set(ids)].sort());
  expect(ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toEqual([]);
});
