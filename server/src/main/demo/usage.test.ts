import { expect, it } from 'vitest';
import { customers } from './customers.ts';
import { randomOf } from './random.ts';
import { trialDaysOf } from './setUpCompany.ts';
import { endOf, firstDay, haltsOf, startOf } from './timeline.ts';
import { usageBetween } from './usage.ts';

const lives = customers.map((customer) => ({ customer, from: startOf(customer), until: null }));

it('draws the same numbers for the same name, and spreads them', () => {
  const draw = (name: string) => Array.from({ length: 1000 }, ((random) => () => random.between(1, 6))(randomOf(name)));
  expect(draw('a')).toEqual(draw('a'));
  expect(draw('a')).not.toEqual(draw('b'));
  const counts = [1, 2, 3, 4, 5, 6].map((face) => draw('a').filter((drawn) => drawn === face).length);
  // A fair die falls on each face 167 times of 1,000, give or take 12; five times that is never met.
  for (const count of counts) expect(Math.abs(count - 167)).toBeLessThan(60);
});

it('makes the same usage for the same seed, however the days are cut into halts', () => {
  const [from, middle, to] = [firstDay, firstDay.add({ days: 9 }), firstDay.add({ days: 40 })];
  const whole = usageBetween(lives, from, to, 'seed');
  const parts = [...usageBetween(lives, from, middle, 'seed'), ...usageBetween(lives, middle, to, 'seed')];
  const byId = (events: typeof whole) => events.toSorted((a, b) => (a.transaction_id < b.transaction_id ? -1 : 1));
  expect(whole.length).toBeGreaterThan(1000);
  expect(byId(parts)).toEqual(byId(whole));
  expect(usageBetween(lives, from, to, 'another')).not.toEqual(whole);
  expect(new Set(whole.map(({ transaction_id: id }) => id)).size).toBe(whole.length);
});

it('halts before every boundary, so early that nothing of the day is due and so late that its usage is not ahead of time', () => {
  const halts = haltsOf(customers, trialDaysOf, 12);
  const days = new Set(halts.map(({ day }) => day.toString()));
  for (const customer of customers) {
    for (const boundary of [startOf(customer), endOf(customer)]) {
      if (boundary === null) continue;
      expect(days).toContain(boundary.toString());
      const hours = boundary.toZonedDateTime(customer.timezone).toInstant().since(boundary.toZonedDateTime('UTC').toInstant().subtract({ hours: 12 })).total('hours');
      expect(hours).toBeGreaterThan(0);
      expect(hours).toBeLessThan(24);
    }
  }
  const times = halts.map(({ at }) => at.epochMilliseconds);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(new Set(times).size).toBe(times.length);
});
