import { expect, it } from 'vitest';
import { z } from 'zod';
import { instant } from './wire.ts';

it('cuts an instant to the microseconds that are stored, never beyond what was sent', () => {
  // Ten nanoseconds before February; rounded to microseconds it would be in February.
  expect(z.decode(instant, '2026-01-31T23:59:59.99999999Z').toString()).toBe('2026-01-31T23:59:59.999999Z');
  expect(z.decode(instant, '1970-01-01T00:00:00.000000999Z').toString()).toBe('1970-01-01T00:00:00Z');
});
