import { randomUUIDv7 } from 'node:crypto';
import { Amount } from '@farthing/core/money';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, invalid, notFound } from '../../kernel/problem.ts';
import { findEntity } from '../entities/index.ts';
import { findOrganization } from '../identity/index.ts';
import { withoutAliases } from './foldAliases.ts';
import { customerCreated, customerDeleted, customerUpdated } from './customers.events.ts';
import type { CustomerCreate, CustomerUpdate } from './customers.schemas.ts';
import { type CustomerRow, findCustomer, hasEvents, hasRunningSubscription, isBilled, lockCustomer } from './customers.sql.ts';
import { presentCustomer } from './presentCustomer.ts';

type Fields = ReturnType<typeof withoutAliases>;

const amounts = [
  'default_auto_topup_amount',
  'default_credit_limit',
  'default_low_balance_threshold',
  'default_max_balance',
  'default_max_single_credit',
] as const;

/** The columns of what was given, ready to write. */
function columnsOf(fields: Fields) {
  const minor = Object.fromEntries(
    amounts.flatMap((name) => {
      const amount = fields[name];
      if (amount === undefined) return [];
      if (amount !== null && Amount.isNegative(amount)) throw invalid(name, 'negative', 'Must not be negative.');
      return [[name, amount === null ? null : Amount.toBigInt(amount)]];
    }),
  );
  const vat = fields.vat_id === undefined ? {} : { vat_id_normalized: fields.vat_id?.replace(/[\s.-]/g, '').toUpperCase() ?? null };
  return { ...fields, ...minor, ...vat };
}

/** A reason is owed wherever VAT checks are switched off; an address for e-invoices wherever they are preferred has its own rules later. */
function checkTogether(fields: Fields, before: CustomerRow | null): void {
  const disabled = fields.vat_validation_disabled ?? before?.vat_validation_disabled ?? false;
  const reason = fields.vat_validation_disabled_reason ?? before?.vat_validation_disabled_reason ?? null;
  if (disabled && (reason === null || fields.vat_validation_disabled_reason === null))
    throw invalid('vat_validation_disabled_reason', 'reason_needed', 'Say why VAT validation is disabled.');
}

/** A customer that pays no tax has a reason, which its invoices say, and a category. */
function exemptionOf(fields: Fields, before: CustomerRow | null): Partial<Pick<Fields, 'tax_exemption_category'>> {
  if (!(fields.tax_exempt ?? before?.tax_exempt ?? false)) return {};
  const reason = fields.tax_exemption_reason === undefined ? before?.tax_exemption_reason : fields.tax_exemption_reason;
  if (reason == null) throw invalid('tax_exemption_reason', 'reason_needed', 'Say why the customer pays no tax.');
  const category = fields.tax_exemption_category === undefined ? before?.tax_exemption_category : fields.tax_exemption_category;
  return { tax_exemption_category: category ?? 'E' };
}

/** prepaid and postpaid fix the mode; hybrid allows either, PREPAID unless said otherwise. */
function modelAndMode({ billing_model: model, mode }: Fields): { billing_model: 'prepaid' | 'postpaid' | 'hybrid'; mode: 'PREPAID' | 'POSTPAID' } {
  if (model === undefined || model === 'hybrid') return { billing_model: 'hybrid', mode: mode ?? 'PREPAID' };
  const implied = model === 'prepaid' ? 'PREPAID' : 'POSTPAID';
  if (mode !== undefined && mode !== implied) throw invalid('mode', 'contradiction', `billing_model ${model} means mode ${implied}.`);
  return { billing_model: model, mode: implied };
}

async function entityFor(tx: Tx, id: string | undefined) {
  const entity = await findEntity(tx.db, id === undefined ? 'default' : { id });
  if (entity === undefined) throw invalid('billing_entity_id', 'not_found', 'There is no such billing entity.');
  return entity;
}

async function refuseTakenExternalId(tx: Tx, externalId: string): Promise<void> {
  await tx.lock(`customer external_id ${externalId}`);
  const { count } = await tx.db
    .selectFrom('customers')
    .select((select) => select.fn.countAll<bigint>().as('count'))
    .where('external_id', '=', externalId)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  if (count > 0n) throw conflict('external_id_taken', `There is already a customer with the external_id ${externalId}.`);
}

async function reread(tx: Tx, id: string): Promise<CustomerRow> {
  const row = await findCustomer(tx.db, id, { includeDeleted: true });
  if (row === undefined) throw notFound('customer');
  return row;
}

/** Creates a customer. A name or an e-mail address is needed; the rest has defaults. */
export async function createCustomer(tx: Tx, body: z.output<typeof CustomerCreate>) {
  const { tenant, now } = tx.scope;
  const fields = withoutAliases(body);
  const name = fields.name ?? fields.email?.split('@')[0];
  if (name === undefined) throw invalid('name', 'required', 'Give a name or an e-mail address.');
  checkTogether(fields, null);
  const settlement = modelAndMode(fields);
  const entity = await entityFor(tx, fields.billing_entity_id);
  if (fields.external_id != null) await refuseTakenExternalId(tx, fields.external_id);
  const organization = await findOrganization(tx.db, tenant.organizationId);
  const id = randomUUIDv7();
  await tx.db
    .insertInto('customers')
    .values({
      currency: organization?.default_currency ?? entity.currency,
      ...columnsOf(fields),
      ...exemptionOf(fields, null),
      ...settlement,
      name,
      billing_entity_id: entity.id,
      tenant_id: tenant.id,
      id,
      created_at: now,
      updated_at: now,
    })
    .execute();
  const made = presentCustomer(await reread(tx, id));
  await tx.emit(customerCreated, { id, data: made });
  return made;
}

/** Changes what is given; an explicit null clears. The external_id stays once usage refers to it. */
export async function updateCustomer(tx: Tx, reference: string, body: z.output<typeof CustomerUpdate>) {
  const found = await findCustomer(tx.db, reference);
  if (found === undefined) throw notFound('customer');
  await lockCustomer(tx.db, found.id);
  const before = await reread(tx, found.id);
  const fields = withoutAliases(body);
  checkTogether(fields, before);
  if (fields.billing_entity_id !== undefined) await entityFor(tx, fields.billing_entity_id);
  if (fields.currency !== undefined && fields.currency !== before.currency && (await isBilled(tx.db, before.id)))
    throw conflict('currency_in_use', `Subscriptions or invoices are in ${before.currency}; the currency can no longer change.`);
  if (fields.external_id !== undefined && fields.external_id !== before.external_id) {
    if (before.external_id !== null && (await hasEvents(tx.db, before.external_id)))
      throw invalid('external_id', 'in_use', 'Usage events refer to this external_id; it can no longer change.');
    if (fields.external_id !== null) await refuseTakenExternalId(tx, fields.external_id);
  }
  const settlement = fields.billing_model === undefined ? {} : modelAndMode({ ...fields, mode: fields.billing_model === 'hybrid' ? before.mode : undefined });
  // A status of VAT validation belongs to the number that was checked.
  const unchecked = fields.vat_id !== undefined && fields.vat_id !== before.vat_id ? { vat_validation_status: 'UNVALIDATED' as const } : {};
  await tx.db
    .updateTable('customers')
    .set({ ...columnsOf(fields), ...exemptionOf(fields, before), ...settlement, ...unchecked, updated_at: tx.scope.now })
    .where('id', '=', before.id)
    .execute();
  const after = presentCustomer(await reread(tx, before.id));
  await tx.emit(customerUpdated, { id: before.id, data: after, before: presentCustomer(before) });
  return after;
}

/** Hides a customer; its invoices, fees and usage are kept. Refused while a subscription still bills it. */
export async function deleteCustomer(tx: Tx, reference: string): Promise<void> {
  const found = await findCustomer(tx.db, reference);
  if (found === undefined) throw notFound('customer');
  await lockCustomer(tx.db, found.id);
  if (await hasRunningSubscription(tx.db, found.id))
    throw conflict('customer_has_subscriptions', 'Terminate the customer’s subscriptions first.');
  await tx.db.updateTable('customers').set({ deleted_at: tx.scope.now, updated_at: tx.scope.now }).where('id', '=', found.id).execute();
  await tx.emit(customerDeleted, { id: found.id, data: presentCustomer(await reread(tx, found.id)) });
}
