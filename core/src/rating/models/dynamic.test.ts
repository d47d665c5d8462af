import { describe, expect, it } from 'vitest';
import { Currency, Precise, RawNumber } from '../../money/index.ts';
import type { EventProperties } from '../../metering/index.ts';
import { MissingUsage } from '../chargeModel.ts';
import { price, properties, refusals, steps, stored, USD } from '../testing.ts';
import { dynamicAmount } from './dynamic.ts';

const fields = { priceField: 'unit_price', quantityField: 'quantity' };

/** The amount of one event in cents, or the refusal. */
function amountOf(event: EventProperties, currency = USD): string {
  const read = dynamicAmount(fields, event, currency);
  return read.ok ? Precise.toString(read.amount) : `${read.path} ${read.message}`;
}

describe('dynamic', () => {
  it('multiplies the price in major units by the quantity of each event', () => {
    expect(amountOf({ unit_price: '0.25', quantity: 3 })).toBe('75');
    expect(amountOf({ unit_price: new RawNumber('0.1000000000000000055'), quantity: '2' })).toBe('20.0000000000000011');
    expect(amountOf({ unit_price: '100', quantity: '1.5' }, Currency.parse('JPY'))).toBe('150');
    expect(amountOf({ unit_price: '0.25', quantity: '-3' })).toBe('-75');
  });

  it('adds nothing for an event without quantity or price (P2)', () => {
    expect(amountOf({ unit_price: '0.25' })).toBe('0');
    expect(amountOf({ quantity: 3, unit_price: null })).toBe('0');
  });

  it('refuses what is no number, with its path', () => {
    expect(amountOf({ unit_price: 'free', quantity: 3 })).toBe('properties.unit_price must be a decimal number');
    expect(amountOf({ unit_price: 1, quantity: [3] })).toBe('properties.quantity must be a decimal number');
  });

  it('prices the sum that the events made, never below zero', () => {
    const dynamic = (minor: string) => ({ amount: Precise.parse(minor) });
    expect(steps(price('dynamic', {}, { units: '3', dynamic: dynamic('75.5') }))).toEqual([
      'sum of price x quantity of the events = 75.5',
    ]);
    expect(steps(price('dynamic', {}, { units: '3', dynamic: dynamic('-20') }))).toEqual([
      'sum of price x quantity of the events = -20',
      'never below zero = 20',
    ]);
    expect(Precise.toString(price('dynamic', {}, { units: '-3', dynamic: dynamic('10') }).amount)).toBe('0'); // P7
  });

  it('does not price usage whose sum it was not given', () => {
    expect(() => price('dynamic', {}, { units: '3' })).toThrow(MissingUsage);
    expect(Precise.toString(price('dynamic', {}, { units: '0' }).amount)).toBe('0');
  });

  it('has names for the two fields unless told', () => {
    expect(stored('dynamic', {})).toEqual({ price_field: 'unit_price', quantity_field: 'quantity' });
    expect(properties('dynamic', { price_field: 'p' })).toMatchObject({ priceField: 'p', quantityField: 'quantity' });
    expect(refusals('dynamic', { price_field: '' })).toEqual(['price_field: must not be empty']);
  });
});
