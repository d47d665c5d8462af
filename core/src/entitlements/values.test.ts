import { describe, expect, it } from 'vitest';
import { type FeatureType, readValue } from './index.ts';

describe('the value of a feature', () => {
  it.each<[FeatureType, string, string]>([
    ['boolean', 'true', 'true'],
    ['boolean', '1', 'true'],
    ['boolean', 'FALSE', 'false'],
    ['boolean', '0', 'false'],
    ['quantity', '100', '100'],
    ['quantity', '100.50', '100.5'],
    ['quantity', '1e3', '1000'],
    ['quantity', '0', '0'],
    ['quantity', '0.000000000000000001', '0.000000000000000001'],
    ['quantity', 'Unlimited', 'unlimited'],
    ['custom', 'Gold ', 'Gold '],
    ['custom', '007', '007'],
    ['custom', 'true', 'true'],
  ])('of type %s given as %j is kept as %j', (type, given, kept) => {
    expect(readValue(type, given)).toEqual({ ok: true, value: kept });
  });

  it.each<[FeatureType, string]>([
    ['boolean', 'yes'],
    ['boolean', ''],
    ['boolean', '2'],
    ['boolean', 'unlimited'],
    ['quantity', '-1'],
    ['quantity', 'many'],
    ['quantity', 'true'],
    ['quantity', ''],
    ['quantity', 'NaN'],
    ['quantity', '1e31'],
  ])('of type %s is not %j', (type, given) => {
    expect(readValue(type, given).ok).toBe(false);
  });
});
