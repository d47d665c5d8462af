import { z } from 'zod';
import { nonNegativeQuantityCodec, nonNegativeRateCodec, type Quantity, type Rate } from '../money/index.ts';

/** Records a refusal at a path below the properties; the message is a clause to show after that path. Gives null to return. */
export type Refuse = (path: readonly (string | number)[], message: string) => null;

/** A price in major units or a percentage; null counts as absent. */
export const optionalRate = nonNegativeRateCodec.nullish();
/** A number of units; null counts as absent. */
export const optionalQuantity = nonNegativeQuantityCodec.nullish();

const MAX_GROUP_KEYS = 10;

/** What every model accepts beside its own properties: one fee per combination of values of these event properties (P4). */
export const groupKeysShape = {
  pricing_group_keys: z.array(z.string().min(1).max(255)).max(MAX_GROUP_KEYS).nullish(),
} as const;

/** The parsed form of `groupKeysShape`. */
export interface GroupKeys {
  readonly pricingGroupKeys: readonly string[];
}

export function readGroupKeys(fields: { pricing_group_keys?: string[] | null | undefined }, refuse: Refuse): GroupKeys {
  const keys = fields.pricing_group_keys ?? [];
  keys.forEach((key, index) => {
    if (keys.indexOf(key) !== index) refuse(['pricing_group_keys', index], 'is named twice');
  });
  return { pricingGroupKeys: keys };
}

export function writeGroupKeys({ pricingGroupKeys }: GroupKeys): { pricing_group_keys?: string[] } {
  return pricingGroupKeys.length === 0 ? {} : { pricing_group_keys: [...pricingGroupKeys] };
}

/**
 * The schema of a model's properties: the fields a client sends (unknown keys refused) and the parsed form the model computes with.
 * `read` gets fields of the right kinds and refuses what does not fit together; after a refusal its result is not used.
 */
export function propertySchema<A extends z.ZodObject, P extends { readonly model: string }>(
  fields: A,
  read: (fields: z.output<A>, refuse: Refuse) => P | null,
  write: (properties: P) => z.output<A>,
): z.ZodType<P> {
  const isParsed = (value: unknown): boolean => typeof value === 'object' && value !== null && 'model' in value;
  const schema = { type: 'object', additionalProperties: true } as const;
  const parsed = z.unknown().refine(isParsed).meta(schema) as unknown as z.ZodType<P, P>;
  return z.codec(fields, parsed, {
    decode(given, context) {
      let refused = false;
      const properties = read(given, (path, message) => {
        refused = true;
        context.issues.push({ code: 'custom', path: [...path], message, input: given });
        return null;
      });
      return refused || properties === null ? z.NEVER : properties;
    },
    encode: write,
  });
}

/** The value of a property that has two names, null when neither is given; giving both is refused. */
export function oneOf<N extends string>(
  [name, alias]: readonly [N, N],
  fields: { readonly [key in N]?: Rate | null | undefined },
  refuse: Refuse,
): Rate | null {
  const [first, second] = [fields[name] ?? null, fields[alias] ?? null];
  if (first !== null && second !== null) refuse([alias], `is another name of ${name}: give one of them`);
  return first ?? second;
}

/** Zero, null and absent all say "none" where a bound or an allowance of zero would make no sense. */
export function unlessZero<T extends Quantity | Rate>(value: T | null | undefined, isZero: (v: T) => boolean): T | null {
  return value == null || isZero(value) ? null : value;
}
