import { decodeExplain, type ExplainNode, type FeeDraft, leavesSum } from '@farthing/core/billing';
import { Amount, Precise, Quantity } from '@farthing/core/money';
import { z } from 'zod';
import type { FeeRow } from './invoicing.sql.ts';

const group = z.record(z.string(), z.string().nullable());
const properties = z.record(z.string(), z.json());
const types = z.enum(['subscription', 'fixed_charge', 'charge', 'commitment', 'add_on']);

/** A fee as it was drafted, before coupons and tax: what it came to and why stays as it was. Throws ZodError for a fee of no draft. */
export function restoreFee(row: FeeRow): FeeDraft {
  const by = group.parse(row.grouped_by);
  const at = row.created_at;
  // What was in its price as tax is in it again.
  const included = Precise.ofMinor(Amount.of(row.included_tax_cents));
  const precise = Precise.add(Precise.parse(row.precise_amount_cents), included);
  const units = Quantity.restore(row.units);
  return {
    subscriptionId: row.subscription_id,
    type: types.parse(row.fee_type),
    kind: row.kind,
    description: row.description,
    chargeId: row.charge_id,
    planCode: row.plan_code,
    commitmentId: row.commitment_id,
    addOnId: row.add_on_id,
    fixedChargeId: row.fixed_charge_id,
    planId: null,
    filterId: row.charge_filter_id,
    groupedBy: Object.keys(by).length === 0 ? null : by,
    metricCode: row.metric_code,
    units,
    eventsCount: row.events_count,
    unitAmount: row.included_tax_cents === 0n ? Precise.parse(row.unit_amount_cents) : Precise.perUnit(precise, units),
    precise,
    amount: Amount.of(row.amount_cents + row.included_tax_cents),
    progressive: Amount.zero,
    coupons: Amount.zero,
    taxes: Amount.zero,
    taxParts: [],
    included: Amount.zero,
    taxCategory: 'O',
    billedPeriodId: row.billed_period_id,
    from: row.from_datetime ?? at,
    to: row.to_datetime ?? at,
    properties: properties.parse(row.properties),
    explain: withTax(decodeExplain(row.explain)),
  };
}

/** How a fee came about before the tax in its price was taken out of it. */
function withTax(explain: ExplainNode): ExplainNode {
  const children = explain.children.filter(({ kind }) => kind !== 'tax_included');
  return children.length === explain.children.length ? explain : { ...explain, children, amount: Precise.sum(children.map(leavesSum)) };
}
