import { NotADecimal, Quantity, RawNumber } from '@farthing/core/money';
import { z } from 'zod';
import { instant } from '../../kernel/wire.ts';
import { writtenAs } from './writeInstant.ts';

const numeric = /^[+-]?(\d+\.?\d*|\.\d+)$/;
const secondsBelow = Quantity.parse('100000000000');
const microsPerSecond = Quantity.fromInteger(1_000_000);
const microsPerMillisecond = Quantity.fromInteger(1000);
// 9999-01-01, as for every other instant.
const latest = 253_370_764_800_000_000n;

/**
 * The timestamp of an event (E3): RFC 3339, or a number (also as a text), below 10¹¹ epoch seconds with exact decimals, else
 * milliseconds. It is cut to the microseconds that are stored, so that an instant just before the edge of a period stays before it.
 * Null for what is neither, or lies outside 1970 to 9998.
 */
export function readTimestamp(value: unknown): Temporal.Instant | null {
  if (value instanceof RawNumber) return fromEpoch(value);
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string') return null;
  if (canonical.test(value)) return fromCanonical(value);
  if (numeric.test(value)) return fromEpoch(value);
  const parsed = z.safeDecode(instant, value);
  return parsed.success ? fromMicros(parsed.data.epochNanoseconds / 1000n) : null;
}

/** As Temporal itself writes an instant of a year from 1970 to 9998. */
const canonical = /^(?:19[789]|[2-8]\d\d|9(?:\d[0-8]|[0-8]\d))\d-\d\d-\d\dT\d\d:\d\d:[0-5]\d(?:\.\d{0,5}[1-9])?Z$/;

function fromCanonical(text: string): Temporal.Instant | null {
  try {
    return writtenAs(Temporal.Instant.from(text), text);
  } catch {
    return null;
  }
}

function fromEpoch(value: string | number | RawNumber): Temporal.Instant | null {
  let epoch: Quantity;
  try {
    epoch = Quantity.parse(value);
  } catch (error) {
    if (error instanceof NotADecimal) return null;
    throw error;
  }
  const unit = Quantity.compare(epoch, secondsBelow) < 0 ? microsPerSecond : microsPerMillisecond;
  const micros = Quantity.round(Quantity.multiply(epoch, unit), 'floor', 0);
  return fromMicros(BigInt(Quantity.toString(micros)));
}

function fromMicros(micros: bigint): Temporal.Instant | null {
  return micros < 0n || micros > latest ? null : Temporal.Instant.fromEpochNanoseconds(micros * 1000n);
}
