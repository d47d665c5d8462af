import type { Answer } from '../testing/app.ts';

/** A metric of each aggregation. */
export const metricKinds = [
  { aggregation_type: 'count' },
  { aggregation_type: 'sum', field_name: 'bytes' },
  { aggregation_type: 'max', field_name: 'level' },
  { aggregation_type: 'unique_count', field_name: 'user' },
  { aggregation_type: 'weighted_sum', field_name: 'seats' },
  { aggregation_type: 'latest', field_name: 'level' },
  { aggregation_type: 'custom', expression: 'bytes * 2' },
] as const;

const prices = [
  { from_value: 0, to_value: 10, per_unit_amount: '0.333', flat_amount: '0' },
  { from_value: 10, to_value: null, per_unit_amount: '0.1', flat_amount: '0.50' },
];

/** A charge of each model; the one that sums prices a region apart. */
export function chargesOfEveryModel(metrics: ReadonlyMap<string, Answer['body']>, filterId: string): object[] {
  const charge = (aggregation: string, charge_model: string, properties: object, more: object = {}) => ({
    code: charge_model,
    billable_metric_id: metrics.get(aggregation).id,
    charge_model,
    properties,
    ...more,
  });
  const filters = [{ conditions: [{ billable_metric_filter_id: filterId, values: ['eu'] }], properties: { graduated_ranges: prices } }];
  return [
    charge('count', 'standard', { amount: '0.05', pricing_group_keys: ['region'] }),
    charge('sum', 'graduated', { graduated_ranges: prices }, { filters }),
    charge('max', 'volume', { volume_ranges: prices }),
    charge('unique_count', 'package', { amount: '5', package_size: 100, free_units: 10 }),
    charge('weighted_sum', 'percentage', { rate: '1.5' }),
    charge('latest', 'graduated_percentage', { graduated_percentage_ranges: [{ from_value: 0, to_value: null, rate: '2', flat_amount: '0' }] }),
    charge('custom', 'custom', { custom_amount: '99.99' }),
    charge('sum', 'dynamic', {}),
  ];
}

/** The nth event of a customer for a metric, with every property that some aggregation or model reads. */
export function eventFor(code: string, customer: string, id: string, nth: number, from: string): object {
  return {
    transaction_id: id,
    external_customer_id: customer,
    code,
    timestamp: Temporal.Instant.from(from).add({ seconds: nth }).toString(),
    properties: { bytes: 10 * nth, level: nth, user: `u${nth}`, seats: nth, region: nth === 1 ? 'eu' : 'us', unit_price: '0.1', quantity: 2 },
  };
}
