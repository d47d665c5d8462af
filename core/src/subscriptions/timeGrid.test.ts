import { expect, it } from 'vitest';
import { gridPlaces, liveGrid, tileGrid } from './timeGrid.ts';

// 7 and 372 have no factor in common: in seven zones one after the other every anchor of every month is met. Nor have 95 and 372.
it.each([
  ['months from every anchor tile ten years in thirty zones, and never drift', tileGrid, 7, 1595],
  ['subscriptions bill each of them whole, where it ends', liveGrid, 95, 118],
])('%s', (_, live, oneIn, expected) => {
  const places = [...gridPlaces()].filter((_place, index) => index % oneIn === 0);
  expect(places.length).toBe(expected);
  expect(places.map(live).filter((fault) => fault !== null)).toEqual([]);
});

it('has every anchor in every month of thirty zones, those too that the month has not', () => {
  const places = [...gridPlaces()];
  // 31 days × 12 months × 30 zones.
  expect([places.length, new Set(places.map((place) => JSON.stringify(place))).size]).toEqual([11_160, 11_160]);
});
