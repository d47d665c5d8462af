/** For the tests of this folder: prices written as they are sent, amounts read as decimal minor units. */
import { Currency, Precise, Quantity } from '../money/index.ts';
import {
  type ChargeModelName,
  encodeProperties,
  type Priced,
  type PropertiesOf,
  type PropertyIssue,
  parseProperties,
  priceUsage,
  type Usage,
} from './index.ts';

export const USD = Currency.parse('USD');

/** Parses properties that are known to be good. */
export function properties<M extends ChargeModelName>(model: M, raw: unknown): PropertiesOf[M] {
  const parsed = parseProperties(model, raw);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

/** The refusals of properties that are known to be bad, as "path: message". */
export function refusals(model: ChargeModelName, raw: unknown): string[] {
  const parsed = parseProperties(model, raw);
  if (parsed.ok) throw new Error(`accepted: ${JSON.stringify(raw)}`);
  return parsed.issues.map(({ path, message }: PropertyIssue) => `${path}: ${message}`);
}

/** The stored form of properties. */
export function stored(model: ChargeModelName, raw: unknown): unknown {
  return encodeProperties(model, properties(model, raw));
}

export interface TestUsage extends Partial<Omit<Usage, 'units' | 'events' | 'fullUnits'>> {
  readonly units: string;
  readonly fullUnits?: string;
  /** The amounts of the events, in order of time. */
  readonly amounts?: readonly string[];
}

export function usageOf({ units, fullUnits, amounts, ...rest }: TestUsage): Usage {
  return {
    eventsCount: BigInt(amounts?.length ?? (Number(units) === 0 ? 0 : 1)),
    ...rest,
    units: Quantity.parse(units),
    ...(fullUnits === undefined ? {} : { fullUnits: Quantity.parse(fullUnits) }),
    ...(amounts === undefined ? {} : { events: amounts.map((amount) => ({ amount: Quantity.parse(amount) })) }),
  };
}

export function price(model: ChargeModelName, raw: unknown, usage: TestUsage, currency = USD): Priced {
  return priceUsage(model, properties(model, raw), usageOf(usage), currency);
}

/** The cost of so many units, in minor units. */
export function cost(model: ChargeModelName, raw: unknown, units: string, currency = USD): string {
  return Precise.toString(price(model, raw, { units }, currency).amount);
}

/** Each step as "label = amount". */
export function steps(priced: Priced): string[] {
  return priced.steps.map(({ label, amount }) => `${label} = ${Precise.toString(amount)}`);
}

/** What the steps of an explanation sum to. */
export function sumOfSteps(priced: Priced): string {
  return Precise.toString(Precise.sum(priced.steps.map(({ amount }) => amount)));
}
