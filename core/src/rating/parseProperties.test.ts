import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RawNumber } from '../money/index.ts';
import { chargeModelNames, chargeModels, overlayProperties, parseProperties } from './index.ts';
import { refusals, stored } from './testing.ts';

describe('parseProperties', () => {
  it('reads a number from its digits, not through a float (M2)', () => {
    expect(stored('standard', { amount: new RawNumber('0.12345678901234567890123') })).toEqual({
      amount: '0.12345678901234567890123',
    });
    expect(stored('standard', { amount: '1e-30' })).toEqual({ amount: `0.${'0'.repeat(29)}1` });
  });

  it('refuses what is beyond the limits of decimals (M8)', () => {
    expect(refusals('standard', { amount: '1e31' })).toEqual(['amount: must have an exponent inside ±30']);
    expect(refusals('standard', { amount: '1'.repeat(39) })).toEqual(['amount: must have at most 38 digits']);
    expect(refusals('standard', { amount: Number.POSITIVE_INFINITY })).toEqual(['amount: must be a decimal number']);
    expect(refusals('package', { amount: 1, package_size: '' })).toEqual(['package_size: must be a decimal number']);
  });

  it('refuses what is no object', () => {
    expect(refusals('standard', 'cheap')).toEqual([': must be an object']);
    expect(refusals('standard', [])).toEqual([': must be an object']);
    expect(parseProperties('dynamic', undefined).ok).toBe(true); // a charge may come without properties
  });

  it('takes group keys with every model, each once', () => {
    for (const model of chargeModelNames) {
      expect(refusals(model, { pricing_group_keys: [''] })).toContain('pricing_group_keys.0: must not be empty');
    }
    expect(stored('standard', { amount: 1, pricing_group_keys: ['region', 'tier'] })).toEqual({
      amount: '1',
      pricing_group_keys: ['region', 'tier'],
    });
    expect(stored('standard', { amount: 1, pricing_group_keys: [] })).toEqual({ amount: '1' });
    expect(refusals('standard', { amount: 1, pricing_group_keys: ['region', 'region'] })).toEqual([
      'pricing_group_keys.1: is named twice',
    ]);
    expect(refusals('standard', { amount: 1, pricing_group_keys: 'abcdefghijk'.split('') })).toEqual([
      'pricing_group_keys: must not be longer than 10',
    ]);
  });

  it('stores a form that reads back as itself', () => {
    const samples = {
      standard: { unit_price: '1.50', min_price: 2, max_price: '30' },
      graduated: { tiers: [{ up_to: 1.5, unit_price: 1 }, { up_to: null, flat_amount: 2 }] },
      volume: { tiers: [{ up_to: 1, unit_price: 1 }, { up_to: null, unit_price: 2 }] },
      package: { amount: 1, package_size: 10, free_units: '0.5' },
      percentage: { percentage: 1, free_units_per_events: 2, per_transaction_max_amount: 3 },
      graduated_percentage: { tiers: [{ up_to: null, rate: 1 }] },
      custom: { custom_amount: 5, pricing_group_keys: ['a'] },
      dynamic: { price_field: 'cost' },
    } as const;
    for (const model of chargeModelNames) {
      const once = stored(model, samples[model]);
      expect(stored(model, once)).toEqual(once);
    }
  });

  it('has a JSON Schema of what a client sends: decimals as strings or numbers', () => {
    const schema = z.toJSONSchema(chargeModels.standard.properties, { io: 'input' });
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
    const amount = z.toJSONSchema(chargeModels.graduated.properties, { io: 'input' });
    expect(JSON.stringify(amount)).toContain('"type":["string","number"]');
  });

  it('knows each model under its own name', () => {
    for (const model of chargeModelNames) expect(chargeModels[model].name).toBe(model);
  });
});

describe('overlayProperties', () => {
  it('replaces key by key', () => {
    expect(overlayProperties('package', { amount: '1', package_size: '10' }, { amount: '2' })).toEqual({
      package_size: '10',
      amount: '2',
    });
  });

  it('replaces a key said in other words', () => {
    expect(overlayProperties('standard', { amount: '1', min_price: '5' }, { unit_price: '2' })).toEqual({
      min_price: '5',
      unit_price: '2',
    });
    const tiers = [{ up_to: null, unit_price: '2' }];
    expect(overlayProperties('graduated', { graduated_ranges: [] }, { tiers })).toEqual({ tiers });
    expect(overlayProperties('custom', { custom_amount: '1' }, { unit_price: '2' })).toEqual({ unit_price: '2' });
  });

  it('leaves the base as it is without a filter property', () => {
    expect(overlayProperties('percentage', { rate: '1' }, {})).toEqual({ rate: '1' });
  });
});
