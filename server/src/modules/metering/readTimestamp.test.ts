import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readTimestamp } from './readTimestamp.ts';
import { instantText, isBefore } from './writeInstant.ts';

const micros = fc.bigInt({ min: 0n, max: 253_370_764_799_999_999n });
const instantOf = (value: bigint) => Temporal.Instant.fromEpochNanoseconds(value * 1000n);

it('reads what an instant is written as, and writes it so again', () => {
  fc.assert(
    fc.property(micros, (value) => {
      const text = instantOf(value).toString();
      const read = readTimestamp(text) ?? expect.fail(text);
      expect([read.epochNanoseconds / 1000n, instantText(read), read.toString()]).toEqual([value, text, text]);
    }),
  );
});

it.each([
  // Another spelling of the same instant is written in the one form.
  ['2026-01-01T00:00:00.50Z', '2026-01-01T00:00:00.5Z'],
  ['2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00Z'],
  ['2026-01-01T00:00:00.1234567Z', '2026-01-01T00:00:00.123456Z'],
  ['9990-01-01T00:00:00Z', '9990-01-01T00:00:00Z'],
  [1_767_225_600, '2026-01-01T00:00:00Z'],
])('reads %s as %s', (sent, text) => {
  expect(instantText(readTimestamp(sent) ?? expect.fail('not read'))).toBe(text);
});

it.each(['2026-02-30T00:00:00Z', '1969-12-31T23:59:59Z', '9999-01-01T00:00:01Z', '2026-01-01T24:00:01Z', '2026-13-01T00:00:00Z'])('refuses %s', (sent) => {
  expect(readTimestamp(sent)).toBeNull();
});

it('compares as Temporal does, to the microsecond', () => {
  fc.assert(
    fc.property(micros, fc.bigInt({ min: -2000n, max: 2000n }), (value, apart) => {
      const [a, b] = [instantOf(value), instantOf(value + (value + apart < 0n ? 0n : apart))];
      expect(isBefore(a, b)).toBe(Temporal.Instant.compare(a, b) < 0);
    }),
  );
});
