import { expect, it } from 'vitest';
import { divideTime } from './divideTime.ts';

const at = (text: string) => Temporal.Instant.from(`${text}Z`);
const short = (instant: Temporal.Instant | null) => (instant === null ? 'ever' : instant.toString().slice(5, -1));
const divided = (start: string, end: string, carries = false) =>
  divideTime({ start: at(start), end: at(end), carries }).map(({ kind, from, to }) => `${kind} ${short(from)} to ${short(to)}`);

it('takes days, the hours beside them, and what is left of the first and the last hour', () => {
  // January in Kolkata (UTC+5:30).
  expect(divided('2025-12-31T18:30:00', '2026-01-31T18:30:00')).toEqual([
    'events 12-31T18:30:00 to 12-31T19:00:00',
    'hours 12-31T19:00:00 to 01-01T00:00:00',
    'days 01-01T00:00:00 to 01-31T00:00:00',
    'hours 01-31T00:00:00 to 01-31T18:00:00',
    'events 01-31T18:00:00 to 01-31T18:30:00',
  ]);
  expect(divided('2026-01-01T00:00:00', '2026-02-01T00:00:00')).toEqual(['days 01-01T00:00:00 to 02-01T00:00:00']);
});

it('takes hours where no day is whole, and events where no hour is', () => {
  expect(divided('2026-01-01T23:00:00', '2026-01-02T23:00:00')).toEqual(['hours 01-01T23:00:00 to 01-02T23:00:00']);
  expect(divided('2026-01-01T22:59:59.999999', '2026-01-01T23:00:00')).toEqual(['events 01-01T22:59:59.999999 to 01-01T23:00:00']);
  expect(divided('2026-01-01T22:10:00', '2026-01-01T22:20:00')).toEqual(['events 01-01T22:10:00 to 01-01T22:20:00']);
  expect(divided('2026-01-01T22:10:00', '2026-01-01T22:10:00')).toEqual([]);
});

it('lets no day and no hour lie on both sides of the start where all before it is carried in', () => {
  expect(divided('2026-01-05T07:30:00', '2026-01-07T01:00:00', true)).toEqual([
    'days ever to 01-05T00:00:00',
    'hours 01-05T00:00:00 to 01-05T07:00:00',
    'events 01-05T07:00:00 to 01-05T08:00:00',
    'hours 01-05T08:00:00 to 01-06T00:00:00',
    'days 01-06T00:00:00 to 01-07T00:00:00',
    'hours 01-07T00:00:00 to 01-07T01:00:00',
  ]);
  expect(divided('2026-01-05T00:00:00', '2026-01-06T00:00:00', true)).toEqual(['days ever to 01-05T00:00:00', 'days 01-05T00:00:00 to 01-06T00:00:00']);
  // Nothing but what came before: the last hour is read from the events, each on its side.
  expect(divided('2026-01-05T07:30:00', '2026-01-05T07:30:00', true)).toEqual([
    'days ever to 01-05T00:00:00', 'hours 01-05T00:00:00 to 01-05T07:00:00', 'events 01-05T07:00:00 to 01-05T07:30:00',
  ]);
});
