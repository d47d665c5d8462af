import { type FieldError, invalidFields } from '../../kernel/problem.ts';
import type { z } from 'zod';
import type { CustomerCreate, CustomerUpdate } from './customers.schemas.ts';

type Input = z.output<typeof CustomerCreate> & z.output<typeof CustomerUpdate>;

const aliases = {
  metadata: 'billing_metadata',
  preferred_currency: 'currency',
  payment_terms_days: 'net_payment_term',
  vat_number: 'vat_id',
} as const;

const addressFields = {
  street: 'address_street',
  line2: 'address_line2',
  city: 'address_city',
  state: 'address_state',
  zip: 'address_zip',
  country: 'address_country',
} as const;

type Canonical = Omit<Input, keyof typeof aliases | 'billing_address'>;

/**
 * Folds the other names of a field into its own. Both names with different values is a contradiction, not a choice.
 */
export function withoutAliases(input: Input): Canonical {
  const { metadata, preferred_currency, payment_terms_days, vat_number, billing_address = {}, ...canonical } = input;
  const given: Record<string, unknown> = { metadata, preferred_currency, payment_terms_days, vat_number };
  const pairs: [alias: string, field: string, value: unknown][] = [
    ...Object.entries(aliases).map(([alias, field]): [string, string, unknown] => [alias, field, given[alias]]),
    ...Object.entries(addressFields).map(([part, field]): [string, string, unknown] => [
      `billing_address.${part}`,
      field,
      Reflect.get(billing_address, part),
    ]),
  ];
  const own: Record<string, unknown> = { ...canonical };
  const errors: FieldError[] = [];
  for (const [alias, field, value] of pairs) {
    if (value === undefined) continue;
    if (own[field] !== undefined && JSON.stringify(own[field]) !== JSON.stringify(value))
      errors.push({ path: alias, code: 'contradiction', message: `${alias} and ${field} name the same thing but differ.` });
    own[field] = value;
  }
  if (errors.length > 0) throw invalidFields(errors);
  return own as Canonical;
}
