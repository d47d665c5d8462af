import type { z } from 'zod';
import type { Currency } from '../money/index.ts';
import type { Priced, Usage } from './usage.ts';

/** One way of pricing usage. `models/` has one file for each and `models/index.ts` lists them. */
export interface ChargeModel<P> {
  readonly name: string;
  /** Reads the properties a client sent or a table holds; `z.encode` writes them in the one stored form, decimals as strings (M2). */
  readonly properties: z.ZodType<P>;
  /** Keys that say the same in different words: of each list a charge has one key, and a filter's key replaces the charge's. */
  readonly synonyms: readonly (readonly string[])[];
  /** The amount of one fee before rounding. Exact, pure; throws MissingUsage when `usage` lacks what the model prices. */
  price(properties: P, usage: Usage, currency: Currency): Priced;
  /** Whether `price` needs the amount of every single event, in order of time. */
  needsEvents(properties: P): boolean;
  /** The price in words, for documents; amounts carry the currency's sign when it is given. */
  describe(properties: P, locale: string, currency?: Currency): string;
}

/** Usage without the part that a model prices: a fault of the caller, never priced as zero. */
export class MissingUsage extends Error {
  constructor(model: string, part: string) {
    super(`the charge model ${model} cannot price usage without its ${part}`);
    this.name = 'MissingUsage';
  }
}
