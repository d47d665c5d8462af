import { paymentReceived } from '@farthing/core/ledger';
import { Amount } from '@farthing/core/money';
import { z } from 'zod';
import { json } from '../../kernel/db/parameters.ts';
import type { Tx } from '../../kernel/envelope.ts';
import { nextId } from '../../kernel/nextId.ts';
import { conflict, invalid, notFound } from '../../kernel/problem.ts';
import { publicId } from '../../kernel/wire.ts';
import { bookingDay, post } from '../ledger/index.ts';
import { readInvoice, settleInvoice, takeInvoice } from '../invoicing/index.ts';
import { paymentCreated, paymentSucceeded } from './payments.events.ts';
import type { ManualPaymentCreate, PaymentResponse } from './payments.schemas.ts';
import type { PaymentRow } from './payments.sql.ts';

const metadata = z.record(z.string(), z.unknown());

export function presentPayment(row: PaymentRow): z.output<typeof PaymentResponse> {
  return {
    ...row,
    public_id: publicId('pay', row.id),
    amount_cents: Amount.of(row.amount_cents),
    payment_metadata: metadata.parse(row.payment_metadata),
  };
}

interface Received {
  readonly invoiceId: string;
  readonly customerId: string;
  readonly currency: string;
  /** The invoice's, whose local day the payment is booked on. */
  readonly zone: string;
  readonly amount: bigint;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Writes the payment, settles the invoice by it and says so, all in the caller's transaction. */
async function receive(tx: Tx, received: Received) {
  const { tenant, now } = tx.scope;
  const row = await tx.db
    .insertInto('payments')
    .values({
      tenant_id: tenant.id,
      id: nextId(),
      invoice_id: received.invoiceId,
      customer_id: received.customerId,
      amount_cents: received.amount,
      currency: received.currency,
      status: 'succeeded',
      provider: 'manual',
      payment_metadata: json(received.metadata),
      created_at: now,
      updated_at: now,
      completed_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const payment = presentPayment(row);
  await tx.emit(paymentCreated, { id: row.id, data: payment });
  await tx.emit(paymentSucceeded, { id: row.id, data: payment });
  const { invoiceId, customerId, currency } = received;
  const entries = paymentReceived(Amount.of(received.amount), bookingDay(tx, received.zone));
  await post(tx, { kind: 'payment_received', type: 'payment', documentId: row.id, invoiceId, customerId, currency, entries });
  await settleInvoice(tx, received.invoiceId, { type: 'payment', sourceId: row.id, amount: received.amount });
  return payment;
}

/** Records money that arrived outside: in the invoice's currency (M7), at most what is due. */
export async function recordPayment(tx: Tx, body: z.output<typeof ManualPaymentCreate>) {
  if (Amount.compare(body.amount, Amount.zero) <= 0) throw invalid('amount', 'not_positive', 'A payment is more than nothing.');
  const invoice = await takeInvoice(tx, body.invoice_id);
  if (invoice === undefined) throw invalid('invoice_id', 'not_found', 'There is no such invoice.');
  if (body.currency !== undefined && body.currency !== invoice.currency)
    throw invalid('currency', 'currency_mismatch', `The invoice is in ${invoice.currency}; amounts are never converted.`);
  return receive(tx, {
    invoiceId: invoice.id,
    customerId: invoice.customer_id,
    currency: invoice.currency,
    zone: invoice.timezone,
    amount: Amount.toBigInt(body.amount),
    metadata: { manual: true, reference: body.reference ?? null, notes: body.notes ?? null },
  });
}

/** Marks a finalized invoice paid by hand: a manual payment of all that is due. */
export async function markInvoicePaid(tx: Tx, invoiceId: string) {
  const invoice = await takeInvoice(tx, invoiceId);
  if (invoice === undefined) throw notFound('invoice');
  if (invoice.status !== 'finalized') throw conflict('not_payable', `A ${invoice.status} invoice takes no payment.`);
  if (invoice.written_off_at !== null) throw conflict('written_off', 'What was due on this invoice was written off; take that back first.');
  await receive(tx, {
    invoiceId: invoice.id,
    customerId: invoice.customer_id,
    currency: invoice.currency,
    zone: invoice.timezone,
    amount: invoice.amount_due_cents,
    metadata: { manual: true, marked_paid: true },
  });
  return readInvoice(tx, invoiceId);
}
