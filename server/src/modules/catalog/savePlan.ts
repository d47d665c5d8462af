import { randomUUIDv7 } from 'node:crypto';
import { Amount } from '@farthing/core/money';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, invalid, notFound } from '../../kernel/problem.ts';
import { findOrganization } from '../identity/index.ts';
import { stillFits } from './checkOverrides.ts';
import { planCreated, planDeleted, planUpdated } from './catalog.events.ts';
import type { PlanCreate, PlanUpdate } from './catalog.schemas.ts';
import { chargesOf, findPlan, isSubscribed, lockPlan, overridesOn, type PlanRow } from './catalog.sql.ts';
import { presentPlan } from './presentPlan.ts';
import { readContents } from './readContents.ts';
import { replaceCharges } from './replaceCharges.ts';
import { replaceFixedCharges } from './replaceFixedCharges.ts';

/** Cutting usage at months makes sense only where a period can be longer than one. */
function checkCuts({ interval, bill_charges_monthly: monthly }: Pick<PlanRow, 'interval' | 'bill_charges_monthly'>): void {
  if (monthly && (interval === 'daily' || interval === 'weekly'))
    throw invalid('bill_charges_monthly', 'invalid', `The usage of a ${interval} plan cannot be billed monthly.`);
}

async function presented(tx: Tx, row: PlanRow) {
  return presentPlan(row, await readContents(tx.db, [row.id]));
}

/** Creates a plan with its charges. Without a currency it has the organization's. */
export async function createPlan(tx: Tx, body: z.output<typeof PlanCreate>) {
  const { tenant, now } = tx.scope;
  const { charges = [], fixed_charges: fixedCharges = [], amount_cents: amount = Amount.zero, ...fields } = body;
  const organization = await findOrganization(tx.db, tenant.organizationId);
  const row: PlanRow = {
    description: null,
    interval_count: 1,
    currency: organization?.default_currency ?? 'USD',
    trial_period_days: 0,
    pay_in_advance: false,
    bill_charges_monthly: false,
    has_fixed_advance: false,
    has_fixed_arrears: false,
    ...fields,
    amount_cents: Amount.toBigInt(amount),
    tenant_id: tenant.id,
    id: randomUUIDv7(),
    created_at: now,
    updated_at: now,
    deleted_at: null,
  };
  checkCuts(row);
  await tx.lock(`plan code ${body.code}`);
  if (await isTaken(tx, body.code)) throw conflict('code_taken', `There is already a plan with the code ${body.code}.`);
  await tx.db.insertInto('plans').values(row).execute();
  await replaceCharges(tx, row.id, charges, []);
  await replaceFixedCharges(tx, row, fixedCharges);
  const made = await presented(tx, row);
  await tx.emit(planCreated, { id: row.id, data: made });
  return made;
}

async function isTaken(tx: Tx, code: string): Promise<boolean> {
  const other = await tx.db.selectFrom('plans').select('id').where('code', '=', code).where('deleted_at', 'is', null).executeTakeFirst();
  return other !== undefined;
}

async function lockedPlan(tx: Tx, reference: string): Promise<PlanRow> {
  const found = await findPlan(tx.db, reference);
  const row = found === undefined ? undefined : await lockPlan(tx.db, found.id);
  if (row === undefined) throw notFound('plan');
  return row;
}

/** What subscriptions have been billed by so far would no longer fit their invoices to come. */
async function refuseWhileSubscribed(tx: Tx, before: PlanRow, after: PlanRow): Promise<void> {
  const changed = (['currency', 'bill_charges_monthly'] as const).find((field) => before[field] !== after[field]);
  if (changed !== undefined && (await isSubscribed(tx.db, before.id)))
    throw conflict('plan_in_use', `${changed} cannot change while subscriptions have this plan; make another plan.`);
}

/** A subscription's own price of a charge is kept: what it would no longer fit is refused. */
async function refuseUnfitOverrides(tx: Tx, planId: string): Promise<void> {
  const kept = await overridesOn(tx.db, planId);
  const rows = kept.length === 0 ? [] : await chargesOf(tx.db, [planId]);
  if (kept.some((overrides) => !stillFits(overrides, rows)))
    throw conflict('charge_overridden', 'Subscriptions have a price of their own for a charge that would be gone, or priced another way: make another plan.');
}

/** Changes what is given; `charges` is the new set. Invoices to come follow the plan as it is then. */
export async function updatePlan(tx: Tx, reference: string, body: z.output<typeof PlanUpdate>) {
  const row = await lockedPlan(tx, reference);
  const { charges, fixed_charges: fixedCharges, amount_cents: amount, ...fields } = body;
  const changes = { ...fields, ...(amount === undefined ? {} : { amount_cents: Amount.toBigInt(amount) }), updated_at: tx.scope.now };
  const after: PlanRow = { ...row, ...changes };
  checkCuts(after);
  await refuseWhileSubscribed(tx, row, after);
  const existing = await readContents(tx.db, [row.id]);
  if (after.currency !== row.currency && fixedCharges === undefined && existing.fixedCharges.length > 0)
    throw invalid('currency', 'currency_mismatch', `The plan has fixed charges in ${row.currency}: give it others, or none, with the currency.`);
  if (charges !== undefined) {
    await replaceCharges(tx, row.id, charges, existing.charges);
    await refuseUnfitOverrides(tx, row.id);
  }
  if (fixedCharges !== undefined) await replaceFixedCharges(tx, after, fixedCharges);
  await tx.db.updateTable('plans').set(changes).where('id', '=', row.id).execute();
  const shown = await presented(tx, after);
  await tx.emit(planUpdated, { id: row.id, data: shown, before: presentPlan(row, existing) });
  return shown;
}

/** Hides a plan and frees its code; what was billed by it is kept. Refused while a subscription that has not ended has it, or is to change to it. */
export async function deletePlan(tx: Tx, reference: string): Promise<void> {
  const row = await lockedPlan(tx, reference);
  if (await isSubscribed(tx.db, row.id)) throw conflict('plan_in_use', 'Subscriptions have this plan, or will change to it; terminate them or move them to another first.');
  const deleted = { deleted_at: tx.scope.now, updated_at: tx.scope.now };
  await tx.db.updateTable('plans').set(deleted).where('id', '=', row.id).execute();
  await tx.emit(planDeleted, { id: row.id, data: await presented(tx, { ...row, ...deleted }) });
}
