import { expect, it } from 'vitest';
import { newId } from './newId.ts';

it('is a UUID of version 7 of that moment', () => {
  // 1 of its milliseconds after 1970 is 000000000001; the version is 7, the variant 8, 9, a or b.
  expect(newId(1)).toMatch(/^00000000-0001-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newId(2 ** 48 - 1)).toMatch(/^ffffffff-ffff-7/);
});

it('is another one each time, in every place that chance decides', () => {
  const ids = Array.from({ length: 20_000 }, () => newId(1));
  expect(new Set(ids).size).toBe(ids.length);
  // The 12 digits of time, the version and the dashes are the same in all; of 20,000, no other digit is likely to miss a value.
  const values = Array.from({ length: 36 }, (_, place) => new Set(ids.map((id) => id.charAt(place))).size);
  expect(values).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 16, 16, 16, 1, 4, 16, 16, 16, 1, ...Array.from({ length: 12 }, () => 16)]);
});
