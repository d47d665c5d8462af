import { expect, it } from 'vitest';
import { gridPlaces, liveGrid, tileGrid } from './timeGrid.ts';

// 9 and 365 have no factor in common: in nine zones one after the other every day of the year is met. Nor have 99 and 365.
it.each([
  ['months from every day of the year tile ten years in thirty zones, and never drift', tileGrid, 9, 1217],
  ['subscriptions bill each of them whole, where it ends', liveGrid, 99, 111],
])('%s', { timeout: 120_000 }, (_, live, oneIn, expected) => {
  const places = [...gridPlaces()].filter((_place, index) => index % oneIn === 0);
  expect(places.length).toBe(expected);
  expect(places.map(live).filter((fault) => fault !== null)).toEqual([]);
});
