import { type RawBuilder, sql } from 'kysely';
import type { EventSelection, PricedKey } from './eventStore.ts';

/** Events without a subscription reference count for every subscription of the customer (E4). */
export const isSelected = ({ externalCustomerId, externalSubscriptionId, code }: EventSelection): RawBuilder<unknown> => sql`
  not e.amended and e.external_customer_id = ${externalCustomerId} and e.code = ${code}
  and (e.external_subscription_id is null or e.external_subscription_id = ${externalSubscriptionId})`;

/** The text of a property of the event `e`. */
export const textOfEvent = ({ key }: PricedKey): RawBuilder<unknown> => sql`app.property_text(e.properties -> ${key}::text)`;

/** The texts by which events are priced apart, as one array. Values that no price asks for are told as one. */
export function textsOf(keys: readonly PricedKey[], textOf: (key: PricedKey, place: number) => RawBuilder<unknown>): RawBuilder<unknown> {
  const texts = keys.map((key, place) => {
    const text = textOf(key, place);
    return key.values === null ? text : toldApart(text, sql`${key.values}::text[]`, sql`${unlike(key.values)}::text`);
  });
  return sql`array[${sql.join(texts)}]::text[]`;
}

/** A text that is one of the values, or `other` in its place. */
export const toldApart = (text: RawBuilder<unknown>, values: RawBuilder<unknown>, other: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`case when ${text} = any(${values}) then ${text} when ${text} is not null then ${other} end`;

/** A text that is none of the values. */
export function unlike(values: readonly string[]): string {
  let other = 'other';
  while (values.includes(other)) other += '_';
  return other;
}

/** The texts of a row by the names of their properties. */
export function named(keys: readonly PricedKey[], texts: readonly (string | null)[]): Record<string, string | null> {
  return Object.fromEntries(keys.map(({ key }, index) => [key, texts[index] ?? null]));
}
