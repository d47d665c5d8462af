/** What the company of the demo sells: an API platform with storage, seats, messages and payments. */

interface Metric {
  readonly code: string;
  readonly name: string;
  readonly aggregation_type: 'count' | 'sum' | 'max' | 'unique_count' | 'weighted_sum' | 'latest' | 'custom';
  readonly field_name?: string;
  readonly expression?: string;
  readonly recurring?: boolean;
  readonly rounding_function?: 'ceil' | 'round';
  readonly rounding_precision?: number;
}

export const metrics: readonly Metric[] = [
  { code: 'api_calls', name: 'API calls', aggregation_type: 'sum', field_name: 'calls' },
  { code: 'checks', name: 'Identity checks', aggregation_type: 'count' },
  { code: 'messages', name: 'Messages', aggregation_type: 'sum', field_name: 'segments' },
  { code: 'storage', name: 'Storage, peak GB', aggregation_type: 'max', field_name: 'gb' },
  { code: 'seats', name: 'Active users', aggregation_type: 'unique_count', field_name: 'user_id' },
  { code: 'gpu', name: 'GPUs held', aggregation_type: 'weighted_sum', field_name: 'change', recurring: true, rounding_function: 'round', rounding_precision: 4 },
  { code: 'projects', name: 'Projects', aggregation_type: 'latest', field_name: 'projects', recurring: true },
  { code: 'compute', name: 'Compute hours', aggregation_type: 'custom', expression: 'cpus * seconds / 3600', rounding_function: 'ceil', rounding_precision: 2 },
  { code: 'card_volume', name: 'Card volume', aggregation_type: 'sum', field_name: 'amount' },
  { code: 'listings', name: 'Marketplace listings', aggregation_type: 'sum', field_name: 'quantity' },
];

/** By which property the calls are told apart. */
export const regionFilter = { metric: 'api_calls', key: 'region', values: ['us', 'eu', 'ap'] };

interface Charge {
  readonly metric: string;
  readonly charge_model: string;
  readonly properties: Record<string, unknown>;
  /** A cheaper or dearer price in one region. */
  readonly region?: { readonly value: string; readonly properties: Record<string, unknown> };
  readonly invoice_display_name?: string;
}

interface Plan {
  readonly code: string;
  readonly name: string;
  readonly interval: 'weekly' | 'monthly' | 'quarterly' | 'semiannual' | 'yearly';
  readonly amount_cents: number;
  readonly currency: string;
  readonly pay_in_advance?: boolean;
  readonly trial_period_days?: number;
  readonly bill_charges_monthly?: boolean;
  readonly charges: readonly Charge[];
}

/** `[up to, unit price, flat amount]`; the last has no upper bound. */
const tiers = (...rows: readonly (readonly [string | null, string, string])[]) =>
  rows.map(([up_to, unit_price, flat_amount]) => ({ up_to, unit_price, flat_amount }));

const percentTiers = (...rows: readonly (readonly [string | null, string, string])[]) =>
  rows.map(([up_to, rate, flat_amount]) => ({ up_to, rate, flat_amount }));

/** Every charge model and every interval but the daily one. */
export const plans: readonly Plan[] = [
  {
    code: 'starter', name: 'Starter', interval: 'monthly', amount_cents: 2900, currency: 'USD', trial_period_days: 14,
    charges: [
      { metric: 'api_calls', charge_model: 'standard', properties: { amount: '0.0008' }, region: { value: 'ap', properties: { amount: '0.0012' } } },
      { metric: 'checks', charge_model: 'standard', properties: { amount: '0.40', min_price: '2' } },
      { metric: 'seats', charge_model: 'package', properties: { amount: '15', package_size: '5', free_units: '3' } },
    ],
  },
  {
    code: 'growth', name: 'Growth', interval: 'monthly', amount_cents: 19_900, currency: 'USD', pay_in_advance: true,
    charges: [
      { metric: 'api_calls', charge_model: 'graduated', properties: { tiers: tiers(['10000', '0', '0'], ['100000', '0.0009', '0'], [null, '0.0006', '5']) } },
      { metric: 'messages', charge_model: 'volume', properties: { tiers: tiers(['500', '0.045', '0'], ['2000', '0.038', '0'], [null, '0.031', '0']) } },
      { metric: 'storage', charge_model: 'standard', properties: { amount: '0.23', min_price: '5' } },
      { metric: 'seats', charge_model: 'package', properties: { amount: '45', package_size: '10', free_units: '10' } },
    ],
  },
  {
    code: 'scale', name: 'Scale', interval: 'yearly', amount_cents: 1_200_000, currency: 'USD', pay_in_advance: true, bill_charges_monthly: true,
    charges: [
      { metric: 'api_calls', charge_model: 'graduated', properties: { tiers: tiers(['100000', '0.0007', '0'], [null, '0.0005', '0']), pricing_group_keys: ['region'] } },
      { metric: 'compute', charge_model: 'volume', properties: { tiers: tiers(['100', '0.42', '0'], [null, '0.36', '10']) } },
      { metric: 'gpu', charge_model: 'standard', properties: { amount: '620' } },
    ],
  },
  {
    code: 'pay-as-you-go', name: 'Pay as you go', interval: 'weekly', amount_cents: 0, currency: 'EUR',
    charges: [
      { metric: 'messages', charge_model: 'package', properties: { amount: '4.50', package_size: '100', free_units: '50' } },
      { metric: 'api_calls', charge_model: 'standard', properties: { amount: '0.0009' } },
      { metric: 'checks', charge_model: 'standard', properties: { amount: '0.45' } },
    ],
  },
  {
    code: 'commerce', name: 'Commerce', interval: 'monthly', amount_cents: 9900, currency: 'EUR', trial_period_days: 7,
    charges: [
      { metric: 'card_volume', charge_model: 'percentage', properties: { rate: '1.4', fixed_amount: '0.25', per_transaction_max_amount: '12' } },
      { metric: 'listings', charge_model: 'dynamic', properties: { price_field: 'unit_price', quantity_field: 'quantity' } },
    ],
  },
  {
    code: 'platform', name: 'Platform', interval: 'quarterly', amount_cents: 150_000, currency: 'GBP', pay_in_advance: true,
    charges: [
      { metric: 'card_volume', charge_model: 'graduated_percentage', properties: { tiers: percentTiers(['25000', '1.1', '0'], ['100000', '0.9', '20'], [null, '0.7', '0']) } },
      { metric: 'projects', charge_model: 'custom', properties: { custom_amount: '250' }, invoice_display_name: 'Support retainer' },
      { metric: 'seats', charge_model: 'volume', properties: { tiers: tiers(['20', '12', '0'], [null, '9.50', '0']) } },
    ],
  },
  {
    code: 'enterprise', name: 'Enterprise', interval: 'semiannual', amount_cents: 1_800_000, currency: 'JPY', pay_in_advance: true, bill_charges_monthly: true,
    charges: [
      { metric: 'compute', charge_model: 'graduated', properties: { tiers: tiers(['50', '60', '0'], [null, '48', '500']) } },
      { metric: 'projects', charge_model: 'standard', properties: { amount: '1200' } },
    ],
  },
];

/** The two companies that issue the invoices. */
export const entities = {
  default: {
    name: 'Quillstack Inc.', legal_name: 'Quillstack, Inc.', address_line1: '48 Beaver Street', city: 'New York', state: 'NY', zip_code: '10004',
    country: 'US', currency: 'USD', timezone: 'America/New_York', invoice_prefix: 'QS-US', email: 'billing@quillstack.example', net_payment_term: 30,
  },
  europe: {
    code: 'europe', name: 'Quillstack Europe GmbH', legal_name: 'Quillstack Europe GmbH', address_line1: 'Torstraße 112', city: 'Berlin', zip_code: '10119',
    country: 'DE', currency: 'EUR', timezone: 'Europe/Berlin', document_locale: 'de', invoice_prefix: 'QS-EU', tax_id: 'DE345678901',
    email: 'rechnung@quillstack.example', net_payment_term: 14,
  },
};
