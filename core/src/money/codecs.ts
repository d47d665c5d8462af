/**
 * How money and numbers cross the wire: zod codecs for the schemas of operations and of charge properties.
 *
 * `z.decode` reads what a client sent, `z.encode` writes the reply. JSON Schema with `io: 'input'` is the request's side,
 * `io: 'output'` the reply's, which for decimals is always a string (M2). A refusal is one issue that says what the value must be.
 */
import { z } from 'zod';
import { Amount } from './amount.ts';
import { Currency } from './currency.ts';
import type { DecimalInput } from './decimal.ts';
import { AmountOutOfRange, NotADecimal, UnknownCurrency } from './errors.ts';
import { Exact } from './exact.ts';
import { Precise } from './precise.ts';
import { Quantity } from './quantity.ts';
import { Rate } from './rate.ts';
import { RawNumber } from './rawNumber.ts';

const DECIMAL_PATTERN = '^[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?$';
const PLAIN_PATTERN = '^-?\\d+(\\.\\d+)?$';
const MAX = Number.MAX_SAFE_INTEGER;

interface JsonSchema {
  [key: string]: unknown;
}

/** JSON integer of minor units ↔ Amount; refuses beyond ±2^53 (M1). */
export const amountCodec = z.codec(
  wire<number>((v) => typeof v === 'number', 'must be an integer of minor units inside ±2^53', {
    type: 'integer',
    minimum: -MAX,
    maximum: MAX,
    description: "Integer of the currency's minor unit",
  }),
  value<Amount>((v) => typeof v === 'bigint', {
    type: 'integer',
    description: "Integer of the currency's minor unit",
  }),
  { decode: (input, ctx) => attempt(ctx, () => Amount.of(input)), encode: Amount.toNumber },
);

/** A decimal (string or JSON number in, string out) ↔ Rate: a unit price in major units, a percentage, a factor (M2, M8). */
export const rateCodec = decimalCodec(Rate, 'Decimal; as a string it keeps every digit');

/** Like `rateCodec`, for what cannot be negative. */
export const nonNegativeRateCodec = nonNegativeCodec(Rate, 'Decimal, not negative; as a string it keeps every digit');

/** A decimal (string or JSON number in, string out) ↔ Quantity (M2, M8). */
export const quantityCodec = decimalCodec(Quantity, 'Decimal number of units; as a string it keeps every digit');

/** Like `quantityCodec`, for what cannot be negative. */
export const nonNegativeQuantityCodec = nonNegativeCodec(
  Quantity,
  'Decimal number of units, not negative; as a string it keeps every digit',
);

/** Decimal string of minor units before rounding ↔ Precise (`precise_amount_cents`, M3). */
export const preciseCodec = z.codec(
  wire<string>((v) => typeof v === 'string' && v.length <= 1000, 'must be a decimal string', {
    type: 'string',
    pattern: PLAIN_PATTERN,
    description: 'Minor units before rounding, as a decimal',
  }),
  value<Precise>(isExact, {
    type: 'string',
    pattern: PLAIN_PATTERN,
    description: 'Minor units before rounding, as a decimal',
  }),
  { decode: (input, ctx) => attempt(ctx, () => Precise.parse(input)), encode: Precise.toString },
);

/** ISO 4217 code in capitals ↔ Currency. */
export const currencyCodec = z.codec(
  wire<string>((v) => typeof v === 'string', 'must be an ISO 4217 currency code', currencySchema()),
  value<Currency>((v) => typeof v === 'string', currencySchema()),
  { decode: (input, ctx) => attempt(ctx, () => Currency.parse(input)), encode: (currency): string => currency },
);

interface DecimalKind<T> {
  parse(input: DecimalInput): T;
  toString(decimal: T): string;
  isNegative(decimal: T): boolean;
}

function decimalCodec<T>(kind: DecimalKind<T>, description: string) {
  return codecOf(kind, kind.parse, description, PLAIN_PATTERN);
}

function nonNegativeCodec<T>(kind: DecimalKind<T>, description: string) {
  const parse = (input: DecimalInput): T => {
    const decimal = kind.parse(input);
    if (kind.isNegative(decimal)) throw new NotADecimal('must not be negative');
    return decimal;
  };
  return codecOf(kind, parse, description, PLAIN_PATTERN.replace('-?', ''));
}

function codecOf<T>(kind: DecimalKind<T>, parse: (input: DecimalInput) => T, description: string, plain: string) {
  return z.codec(
    wire<DecimalInput>(isDecimalInput, 'must be a decimal: a string or a number', {
      type: ['string', 'number'],
      pattern: DECIMAL_PATTERN,
      maxLength: 200,
      description,
    }),
    value<T>(isExact, { type: 'string', pattern: plain, description }),
    { decode: (input, ctx) => attempt(ctx, () => parse(input)), encode: kind.toString },
  );
}

/** The wire side of a codec: a check by hand, because JSON Schema cannot be derived from it, and the JSON Schema beside it. */
function wire<T>(accepts: (v: unknown) => boolean, message: string, schema: JsonSchema): z.ZodType<T, T> {
  const error = (issue: { input?: unknown }): string => (issue.input === undefined ? 'is required' : message);
  return z.unknown().refine(accepts, { error }).meta(schema) as unknown as z.ZodType<T, T>;
}

/** The inner side of a codec. Its JSON Schema is that of the encoded reply. */
function value<T>(accepts: (v: unknown) => boolean, schema: JsonSchema): z.ZodType<T, T> {
  return wire<T>(accepts, 'not a value of this kind', schema);
}

function isDecimalInput(v: unknown): boolean {
  return typeof v === 'string' || typeof v === 'number' || v instanceof RawNumber;
}

function isExact(v: unknown): boolean {
  return v instanceof Exact;
}

function currencySchema(): JsonSchema {
  return { type: 'string', pattern: '^[A-Z]{3}$', description: 'ISO 4217 currency code' };
}

interface DecodeContext {
  value: unknown;
  issues: z.core.$ZodRawIssue[];
}

/** Runs a parser and turns its refusal into an issue; anything else is a fault and is thrown on. */
function attempt<T>(ctx: DecodeContext, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    ctx.issues.push({ code: 'custom', input: ctx.value, message: reasonOf(error) });
    return z.NEVER;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof NotADecimal) return error.reason;
  if (error instanceof AmountOutOfRange) return 'must be an integer of minor units inside ±2^53';
  if (error instanceof UnknownCurrency) return 'must be the code of an active ISO 4217 currency';
  throw error;
}
