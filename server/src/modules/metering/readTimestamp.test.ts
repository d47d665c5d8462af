import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventTime } from './eventTime.ts';
import { readEventTime, readTimestamp } from './readTimestamp.ts';

const micros = fc.bigInt({ min: 0n, max: 253_370_764_799_999_999n });
const instantOf = (value: bigint) => Temporal.Instant.fromEpochNanoseconds(value * 1000n);

it('reads what an instant is written as, and writes it so again', () => {
  fc.assert(
    fc.property(micros, (value) => {
      const text = instantOf(value).toString();
      const read = readTimestamp(text) ?? expect.fail(text);
      const time = readEventTime(text) ?? expect.fail(text);
      expect([read.epochNanoseconds / 1000n, read.toString(), time.text, time.instant.toString()]).toEqual([value, text, text, text]);
    }),
  );
});

it.each([
  // Another spelling of the same instant is written in the one form.
  ['2026-01-01T00:00:00.50Z', '2026-01-01T00:00:00.5Z'],
  ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00Z'],
  ['2026-01-01T23:59:59.999999999Z', '2026-01-01T23:59:59.999999Z'],
  ['2026-01-01T00:00:00.0000009Z', '2026-01-01T00:00:00Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ['2026-12-31T23:59:60Z', '2026-12-31T23:59:59Z'],
  ['2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00Z'],
  ['2026-01-01T00:00:00.1234567Z', '2026-01-01T00:00:00.123456Z'],
  ['9990-01-01T00:00:00Z', '9990-01-01T00:00:00Z'],
  [1_767_225_600, '2026-01-01T00:00:00Z'],
])('reads %s as %s', (sent, text) => {
  const time = readEventTime(sent) ?? expect.fail('not read');
  expect([time.text, time.instant.toString()]).toEqual([text, text]);
});

it.each(['2026-02-30T00:00:00Z', '1969-12-31T23:59:59Z', '9999-01-01T00:00:01Z', '2026-01-01T24:00:01Z', '2026-13-01T00:00:00Z', '2026-04-31T00:00:00Z', '2025-02-29T00:00:00Z', '2026-01-01T00:60:00Z'])('refuses %s', (sent) => {
  expect([readTimestamp(sent), readEventTime(sent)]).toEqual([null, null]);
});

it('reads whatever is written in UTC as Temporal reads it, cut to the microsecond', () => {
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 9 }).map((list) => `.${list.join('')}`);
  fc.assert(
    fc.property(micros, fc.oneof(fc.constant(''), digits), (value, fraction) => {
      const text = `${instantOf(value).toString().slice(0, 19)}${fraction}Z`;
      const expected = Temporal.Instant.from(text).round({ smallestUnit: 'microsecond', roundingMode: 'floor' });
      expect(readEventTime(text)?.text).toBe(expected.toString());
    }),
  );
});

it('compares as Temporal does, to the microsecond', () => {
  fc.assert(
    fc.property(micros, fc.oneof(fc.bigInt({ min: -2000n, max: 2000n }), fc.constantFrom(-1_000_000n, 100_000n, 1_000_000n)), (value, apart) => {
      const [a, b] = [instantOf(value), instantOf(value + (value + apart < 0n ? 0n : apart))];
      const [one, other] = [EventTime.of(a), EventTime.of(b)];
      expect([one.isBefore(other), one.equals(other)]).toEqual([Temporal.Instant.compare(a, b) < 0, a.equals(b)]);
    }),
  );
});

it('reads what PostgreSQL writes in a session in UTC', () => {
  expect(['2026-01-15 05:00:00+00', '2026-01-15 05:00:00.5+00'].map((text) => EventTime.stored(text).text)).toEqual(['2026-01-15T05:00:00Z', '2026-01-15T05:00:00.5Z']);
});
