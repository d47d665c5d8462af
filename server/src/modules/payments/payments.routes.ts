import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { customerParams } from '../customers/index.ts';
import { InvoiceResponse } from '../invoicing/index.ts';
import { customerHealth } from './customerHealth.ts';
import {
  CustomerHealthResponse,
  ManualPaymentCreate,
  PaymentResponse,
  paidInvoiceParams,
  paymentFilters,
  paymentParams,
} from './payments.schemas.ts';
import { findPayment, listPayments } from './payments.sql.ts';
import { markInvoicePaid, presentPayment, recordPayment } from './recordPayment.ts';

const tag = 'Payments';
const path = '/v1/payments';

const payments: Operation[] = [
  query({
    id: 'listPayments',
    method: 'GET',
    path,
    tag,
    summary: 'List payments',
    permission: 'payments:read',
    query: listQuery(paymentFilters),
    returns: { list: PaymentResponse },
    handle: async ({ query: page, read }) => {
      const found = await listPayments(read.db, page);
      return { ...found, items: found.items.map(presentPayment) };
    },
  }),
  query({
    id: 'getPayment',
    method: 'GET',
    path: `${path}/{payment_id}`,
    tag,
    summary: 'Get a payment',
    permission: 'payments:read',
    params: paymentParams,
    returns: PaymentResponse,
    handle: async ({ params, read }) => {
      const row = await findPayment(read.db, params.payment_id);
      if (row === undefined) throw notFound('payment');
      return presentPayment(row);
    },
  }),
  command({
    id: 'recordPayment',
    method: 'POST',
    path: `${path}/record`,
    tag,
    summary: 'Record a manual payment',
    description: 'Money that arrived outside Farthing. When nothing is due any more, the invoice is paid.',
    permission: 'payments:write',
    body: ManualPaymentCreate,
    returns: PaymentResponse,
    problems: { not_payable: 'the invoice is not finalized, or paid already' },
    handle: ({ body, tx }) => recordPayment(tx, body),
  }),
];

const ofInvoices: Operation[] = [
  command({
    id: 'markInvoicePaid',
    method: 'POST',
    path: '/v1/invoices/{invoice_id}/pay',
    tag: 'Invoices',
    summary: 'Mark an invoice paid',
    description: 'Records a manual payment of all that is due.',
    permission: 'payments:write',
    params: paidInvoiceParams,
    returns: InvoiceResponse,
    problems: { not_payable: 'the invoice is not finalized, or paid already' },
    handle: ({ params, tx }) => markInvoicePaid(tx, params.invoice_id),
  }),
];

const health = query({
  id: 'getCustomerHealth',
  method: 'GET',
  path: '/v1/customers/{customer_id}/health',
  tag: 'Customers',
  summary: 'Get a customer’s health',
  permission: 'customers:read',
  params: customerParams,
  returns: CustomerHealthResponse,
  handle: ({ params, read }) => customerHealth(read, params.customer_id),
});

export const paymentsOperations: Operation[] = [...payments, ...ofInvoices, health];
