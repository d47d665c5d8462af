import { randomUUIDv7 } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Amount } from '@farthing/core/money';
import type { Tx } from '../../kernel/envelope.ts';
import { invalidFields } from '../../kernel/problem.ts';
import {
  type ChargeRow,
  freeCodes,
  metricsToCharge,
  removeCharges,
  removeFilters,
  type StoredFilter,
  writeCharges,
  writeFilters,
} from './catalog.sql.ts';
import { checkCharges, conditionsKey, type NewCharge } from './checkCharges.ts';
import { type PlacedCharge, placeCharges } from './placeCharges.ts';

/**
 * Makes these charges the plan's only live ones. Throws a 422 that names every field at fault, before anything is written.
 * `existing` are the live charges of the locked plan.
 */
export async function replaceCharges(tx: Tx, planId: string, inputs: readonly NewCharge[], existing: readonly ChargeRow[]): Promise<void> {
  const metrics = await metricsToCharge(tx.db, inputs.map(({ billable_metric_id: id }) => id));
  const checked = checkCharges(inputs, metrics);
  if (checked.errors.length > 0) throw invalidFields(checked.errors);
  const { placed, errors } = placeCharges(checked.charges, existing);
  if (errors.length > 0) throw invalidFields(errors);

  const keptIds = new Set(placed.map(({ id }) => id));
  const removed = existing.filter(({ id }) => !keptIds.has(id));
  const filters = placed.map((charge) => ({ charge, filters: placeFilters(charge) }));
  const keptFilters = new Set(filters.flatMap((of) => of.filters.map(({ id }) => id)));
  const removedFilters = existing.flatMap((row) => row.filters.filter(({ id }) => !keptFilters.has(id)).map(({ id }) => id));
  const { tenant, now } = tx.scope;

  await removeCharges(tx.db, removed.map(({ id }) => id), now);
  await removeFilters(tx.db, removedFilters, now);
  // Codes may be handed from one charge to another: they are all freed before any is taken.
  await freeCodes(tx.db, placed.flatMap(({ kept, code }) => (kept !== null && kept.code !== code ? [kept.id] : [])));
  await writeCharges(tx.db, placed.map((charge, position) => columnsOf(charge, { tenantId: tenant.id, planId, position, now })));
  await writeFilters(
    tx.db,
    { tenantId: tenant.id, now },
    filters.flatMap((of) => of.filters.map((filter, position) => ({ ...filter, charge_id: of.charge.id, position }))),
  );
}

/** A filter with the same conditions keeps its id. */
function placeFilters({ kept, filters }: PlacedCharge): StoredFilter[] {
  const ids = new Map(kept?.filters.map(({ id, conditions }) => [conditionsKey(conditions), id]));
  return filters.map((filter) => ({ ...filter, id: ids.get(conditionsKey(filter.conditions)) ?? randomUUIDv7() }));
}

interface Place {
  readonly tenantId: string;
  readonly planId: string;
  readonly position: number;
  readonly now: Temporal.Instant;
}

function columnsOf(charge: PlacedCharge, { tenantId, planId, position, now }: Place) {
  const { input, kept, filters } = charge;
  const content = {
    code: charge.code,
    charge_model: input.charge_model,
    properties: charge.properties,
    pay_in_advance: input.pay_in_advance ?? false,
    invoiceable: input.invoiceable ?? true,
    prorated: input.prorated ?? false,
    min_amount_cents: input.min_amount_cents === undefined ? 0n : Amount.toBigInt(input.min_amount_cents),
    invoice_display_name: input.invoice_display_name ?? null,
  };
  return {
    ...content,
    tenant_id: tenantId,
    id: charge.id,
    plan_id: planId,
    billable_metric_id: charge.metric.id,
    position,
    created_at: now,
    updated_at: kept !== null && isSame(kept, content, filters) ? kept.updated_at : now,
  };
}

/** Whether a charge stays as it was: then it does not count as updated. */
function isSame(kept: ChargeRow, content: Readonly<Record<string, unknown>>, filters: PlacedCharge['filters']): boolean {
  const before = Object.fromEntries(Object.entries(kept).filter(([name]) => name in content));
  const filtersBefore = kept.filters.map(({ id: _id, ...filter }) => filter);
  return isDeepStrictEqual(before, { ...content }) && isDeepStrictEqual(filtersBefore, filters);
}
