import { encodeExplain, type FeeDraft, type InvoiceDraft } from '@farthing/core/billing';
import { Amount, Precise, Quantity } from '@farthing/core/money';
import type { Insertable } from 'kysely';
import { json } from '../../kernel/db/parameters.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { inserting } from '../../kernel/db/writes.ts';
import { nextId } from '../../kernel/nextId.ts';
import type { Tables } from '../../tables.ts';
import { encodeTaxes, insertFeeTaxes } from './feeTaxes.sql.ts';
import { type InvoicedSubscription, insertInvoicedSubscriptions } from './invoiceSubscriptions.sql.ts';
import { deleteInvoiceRow, type InvoiceRow, insertInvoice } from './invoicing.sql.ts';

/** Whom an invoice is for and who issues it, as it stood when it was made. */
export interface InvoiceParties {
  readonly billingEntityId: string;
  readonly customerId: string;
  /** None for lines that somebody asked for. */
  readonly subscriptions: readonly InvoicedSubscription[];
  readonly type: 'subscription' | 'one_off' | 'add_on' | 'progressive_billing' | 'credit';
  readonly zone: string;
  readonly locale: string;
  readonly netPaymentTerm: number;
  /** Null: the term after the issue. */
  readonly dueDate: Temporal.Instant | null;
  readonly purchaseOrderNumber: string | null;
  readonly notes: string | null;
  /** The voided invoice that it is issued for again; null for a new one. */
  readonly replaces: Pick<InvoiceRow, 'id' | 'version'> | null;
}

/** The sums of a draft as columns. */
export function sumsOf(draft: InvoiceDraft) {
  return {
    subtotal_cents: Amount.toBigInt(draft.subtotal),
    coupons_amount_cents: Amount.toBigInt(draft.coupons),
    progressive_billing_credit_amount_cents: Amount.toBigInt(draft.progressiveCredit),
    tax_amount_cents: Amount.toBigInt(draft.tax),
    taxes: encodeTaxes(draft.taxes),
    total_cents: Amount.toBigInt(draft.total),
    amount_due_cents: Amount.toBigInt(draft.total),
  };
}

/** The invoice that fees are written for. What is nobody's is that of the one subscription of an invoice of one. */
interface FeesOf extends Pick<InvoiceRow, 'customer_id' | 'subscription_id' | 'currency'> {
  /** Null for fees that no invoice carries. */
  readonly id: string | null;
  /** By subscription, the period whose usage it bills for the first time. */
  readonly billedPeriods?: ReadonlyMap<string, string>;
}

/** A fee, and the event it is for where it is for one (P6). */
interface FeeLine {
  readonly fee: FeeDraft;
  readonly event?: FeeEvent | undefined;
}

export interface FeeEvent {
  readonly id: string;
  readonly at: Temporal.Instant;
}

/** The parts of a fee in what lowers its invoice and in the tax on it, as columns. */
export function deductedColumns(fee: FeeDraft) {
  const { amount, progressive, coupons, taxes } = fee;
  const net = Amount.subtract(Amount.subtract(amount, progressive), coupons);
  return {
    unit_amount_cents: Precise.toString(fee.unitAmount),
    precise_amount_cents: Precise.toString(fee.precise),
    amount_cents: Amount.toBigInt(amount),
    progressive_billing_credit_amount_cents: Amount.toBigInt(progressive),
    coupons_amount_cents: Amount.toBigInt(coupons),
    taxes_amount_cents: Amount.toBigInt(taxes),
    included_tax_cents: Amount.toBigInt(fee.included),
    tax_category: fee.taxCategory,
    total_amount_cents: Amount.toBigInt(Amount.add(net, taxes)),
    explain: json(encodeExplain(fee.explain)),
  };
}

function feeRow(tx: Tx, { fee, event }: FeeLine, position: number, invoice: FeesOf): Insertable<Tables['fees']> {
  const subscriptionId = fee.subscriptionId ?? invoice.subscription_id;
  const periodId = subscriptionId === null ? undefined : invoice.billedPeriods?.get(subscriptionId);
  return {
    tenant_id: tx.scope.tenant.id,
    id: nextId(),
    invoice_id: invoice.id,
    customer_id: invoice.customer_id,
    subscription_id: subscriptionId,
    charge_id: fee.chargeId,
    plan_code: fee.planCode,
    charge_filter_id: fee.filterId,
    commitment_id: fee.commitmentId,
    add_on_id: fee.addOnId,
    fixed_charge_id: fee.fixedChargeId,
    event_id: event?.id ?? null,
    event_at: event?.at ?? null,
    billed_period_id: fee.chargeId === null ? null : (fee.billedPeriodId ?? periodId ?? null),
    position,
    fee_type: fee.type,
    kind: fee.kind,
    description: fee.description,
    metric_code: fee.metricCode,
    grouped_by: json(fee.groupedBy ?? {}),
    properties: json(fee.properties),
    units: Quantity.toString(fee.units),
    events_count: fee.eventsCount,
    ...deductedColumns(fee),
    currency: invoice.currency,
    from_datetime: fee.from,
    to_datetime: fee.to,
    created_at: tx.scope.now,
    updated_at: tx.scope.now,
  };
}

const insertFeeRows = inserting('fees', { json: ['grouped_by', 'properties', 'explain'] });

export async function insertFees(tx: Tx, lines: readonly FeeLine[], target: FeesOf): Promise<void> {
  const rows = lines.map((line, position) => feeRow(tx, line, position, target));
  await insertFeeRows(tx.db, rows);
  await insertFeeTaxes(tx, lines.map(({ fee }, index) => ({ feeId: rows[index]?.id ?? '', parts: fee.taxParts })));
}

/**
 * Writes a draft without its fees. A repeat is harmless: null means that this invoice exists already. Without `finalizeAt` it stays a draft
 * until somebody finalizes it. Throws where some of its subscriptions are billed for this boundary and others are not.
 */
export async function postInvoice(tx: Tx, draft: InvoiceDraft, parties: InvoiceParties, finalizeAt: Temporal.Instant | null): Promise<InvoiceRow | null> {
  const { tenant, now } = tx.scope;
  const row = await insertInvoice(tx.db, {
    tenant_id: tenant.id,
    id: nextId(),
    billing_entity_id: parties.billingEntityId,
    customer_id: parties.customerId,
    subscription_id: parties.subscriptions.length === 1 ? (parties.subscriptions[0]?.subscriptionId ?? null) : null,
    status: 'draft',
    locale: parties.locale,
    invoice_type: parties.type,
    due_date: parties.dueDate,
    purchase_order_number: parties.purchaseOrderNumber,
    notes: parties.notes,
    replaces_invoice_id: parties.replaces?.id ?? null,
    version: parties.replaces === null ? 1 : parties.replaces.version + 1,
    billing_period_start: draft.billingPeriod.start,
    billing_period_end: draft.billingPeriod.end,
    currency: draft.currency,
    timezone: parties.zone,
    ...sumsOf(draft),
    net_payment_term: parties.netPaymentTerm,
    finalize_at: finalizeAt,
    created_at: now,
    updated_at: now,
  });
  const first = await insertInvoicedSubscriptions(tx.db, { tenantId: tenant.id, invoiceId: row.id, subscriptions: parties.subscriptions });
  if (first === parties.subscriptions.length) return row;
  if (first > 0) throw new Error(`${parties.subscriptions.length - first} of ${parties.subscriptions.length} subscriptions are invoiced for ${draft.at} already.`);
  await deleteInvoiceRow(tx.db, row.id);
  return null;
}
