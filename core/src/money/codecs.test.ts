import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type Amount,
  amountCodec,
  currencyCodec,
  nonNegativeQuantityCodec,
  nonNegativeRateCodec,
  preciseCodec,
  quantityCodec,
  Rate,
  RawNumber,
  rateCodec,
} from './index.ts';

const body = z.strictObject({
  amount_cents: amountCodec,
  rate: rateCodec,
  units: quantityCodec.optional(),
  limit: nonNegativeQuantityCodec.nullable(),
  price: nonNegativeRateCodec.optional(),
  precise: preciseCodec.optional(),
  currency: currencyCodec,
});

const valid = { amount_cents: 1, rate: '1', limit: null, currency: 'USD' };

/** The messages of a body with some fields replaced, by path. */
function refusals(fields: Record<string, unknown>): Record<string, string> {
  const issues = body.safeParse({ ...valid, ...fields }).error?.issues ?? [];
  return Object.fromEntries(issues.map((issue) => [issue.path.join('.'), issue.message]));
}

describe('wire codecs', () => {
  it('reads requests by their digits and writes decimals as strings', () => {
    const read = z.decode(body, {
      amount_cents: -1250,
      rate: 0.05,
      units: new RawNumber('0.1000000000000000055'),
      limit: '1e3',
      price: '0.10',
      precise: '3225.806451612903',
      currency: 'KWD',
    });
    expect(read.amount_cents).toBe(-1250n);
    expect(JSON.parse(JSON.stringify(z.encode(body, read)))).toEqual({
      amount_cents: -1250,
      rate: '0.05',
      units: '0.1000000000000000055',
      limit: '1000',
      price: '0.1',
      precise: '3225.806451612903',
      currency: 'KWD',
    });
  });

  it.each([
    ['amount_cents', '5', 'must be an integer of minor units inside ±2^53'],
    ['amount_cents', 5.5, 'must be an integer of minor units inside ±2^53'],
    ['amount_cents', 2 ** 53, 'must be an integer of minor units inside ±2^53'],
    ['amount_cents', new RawNumber('9007199254740993'), 'must be an integer of minor units inside ±2^53'],
    ['amount_cents', undefined, 'is required'],
    ['rate', 'abc', 'must be a decimal number'],
    ['rate', Number.NaN, 'must be a decimal number'],
    ['rate', '1e31', 'must have an exponent inside ±30'],
    ['rate', new RawNumber('1e400'), 'must have an exponent inside ±30'],
    ['rate', '1'.repeat(39), 'must have at most 38 digits'],
    ['rate', true, 'must be a decimal: a string or a number'],
    ['rate', null, 'must be a decimal: a string or a number'],
    ['limit', -1, 'must not be negative'],
    ['price', '-0.01', 'must not be negative'],
    ['units', {}, 'must be a decimal: a string or a number'],
    ['precise', '1e3', 'must be a decimal number in plain notation'],
    ['precise', 3, 'must be a decimal string'],
    ['currency', 'usd', 'must be the code of an active ISO 4217 currency'],
    ['currency', 5, 'must be an ISO 4217 currency code'],
  ])('refuses %s: %j', (field, input, message) => {
    expect(refusals({ [field]: input })).toEqual({ [field]: message });
  });

  it('refuses to write what is no amount or decimal', () => {
    expect(z.safeEncode(amountCodec, 5 as unknown as Amount).success).toBe(false);
    expect(z.safeEncode(rateCodec, '0.05' as unknown as Rate).success).toBe(false);
    expect(z.safeEncode(rateCodec, Rate.parse('0.05')).data).toBe('0.05');
  });

  const decimal = { type: ['string', 'number'] };

  it('describes requests: integers, and decimals as strings or numbers', () => {
    const schema = z.toJSONSchema(body, { io: 'input' });
    expect(schema.required).toEqual(['amount_cents', 'rate', 'limit', 'currency']);
    expect(schema.properties).toMatchObject({
      amount_cents: { type: 'integer', minimum: -9007199254740991, maximum: 9007199254740991 },
      rate: decimal,
      units: decimal,
      limit: { anyOf: [decimal, { type: 'null' }] },
      price: decimal,
      precise: { type: 'string' },
      currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    });
  });

  it('describes replies: integers, and decimals as strings only', () => {
    const schema = z.toJSONSchema(body, { io: 'output' });
    expect(schema.required).toEqual(['amount_cents', 'rate', 'limit', 'currency']);
    expect(schema.properties).toMatchObject({
      amount_cents: { type: 'integer' },
      rate: { type: 'string' },
      units: { type: 'string' },
      limit: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      price: { type: 'string', pattern: '^\\d+(\\.\\d+)?$' },
      precise: { type: 'string' },
      currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    });
  });
});
