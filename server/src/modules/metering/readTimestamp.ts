import { NotADecimal, Quantity, RawNumber } from '@farthing/core/money';
import { z } from 'zod';
import { instant } from '../../kernel/wire.ts';
import { EventTime } from './eventTime.ts';

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
  if (numeric.test(value)) return fromEpoch(value);
  const parsed = z.safeDecode(instant, value);
  return parsed.success ? fromMicros(parsed.data.epochNanoseconds / 1000n) : null;
}

/** The same, at once where the text is written as nearly everybody writes it. */
export function readEventTime(value: unknown): EventTime | null {
  const ordinary = typeof value === 'string' ? EventTime.read(value) : null;
  if (ordinary !== null) return ordinary;
  const instant = readTimestamp(value);
  return instant === null ? null : EventTime.of(instant);
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
