import type { Tx } from '../../kernel/envelope.ts';
import { findCustomer } from '../customers/index.ts';
import { findEntity } from '../entities/index.ts';
import type { InvoiceParties } from './postInvoice.ts';

interface Parties extends Omit<InvoiceParties, 'subscriptions' | 'type'> {
  /** Days for which a draft stays one. */
  readonly grace: number;
}

/** Whom an invoice is for and who issues it, as it stands now. */
export async function readParties(tx: Tx, customerId: string): Promise<Parties> {
  const customer = await findCustomer(tx.db, customerId, { includeDeleted: true });
  if (customer === undefined) throw new Error(`The customer ${customerId} is gone.`);
  const entity = await findEntity(tx.db, { id: customer.billing_entity_id });
  return {
    billingEntityId: customer.billing_entity_id,
    customerId: customer.id,
    zone: customer.effective_timezone,
    locale: customer.locale ?? entity?.document_locale ?? 'en',
    netPaymentTerm: customer.effective_payment_term,
    dueDate: null,
    purchaseOrderNumber: null,
    notes: null,
    replaces: null,
    grace: customer.effective_grace_period,
  };
}
