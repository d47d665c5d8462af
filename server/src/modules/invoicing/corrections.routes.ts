import { command, type Operation, query } from '../../kernel/operation.ts';
import { refreshInvoice } from './changeInvoice.ts';
import { diffInvoice } from './compareInvoices.ts';
import { diffQuery, InvoiceDiff } from './diff.schemas.ts';
import { InvoiceResponse, invoiceParams } from './invoicing.schemas.ts';
import { regenerateInvoice } from './regenerateInvoice.ts';
import { reverseWriteOff, writeOffInvoice } from './writeOffInvoice.ts';

const one = { tag: 'Invoices', params: invoiceParams } as const;

/** What is done to an invoice that is not as it should be, and what it was before. */
export const correctionsOperations: Operation[] = [
  command({
    id: 'refreshInvoice',
    method: 'POST',
    ...one,
    path: '/v1/invoices/{invoice_id}/refresh',
    summary: 'Refresh a draft invoice',
    description: 'Computes it again, with the usage and the prices of this moment. What it was before is kept as a version.',
    permission: 'invoices:write',
    returns: InvoiceResponse,
    problems: { not_a_draft: 'the invoice is no draft any more' },
    handle: ({ params, tx }) => refreshInvoice(tx, params.invoice_id),
  }),
  command({
    id: 'regenerateInvoice',
    method: 'POST',
    ...one,
    path: '/v1/invoices/{invoice_id}/regenerate',
    summary: 'Issue a voided invoice again',
    description: 'Once, with the facts of this moment; finalized at once under a number of its own. The two invoices name each other.',
    permission: 'invoices:write',
    returns: InvoiceResponse,
    problems: { not_voided: 'it is not voided', already_regenerated: 'it was issued again before', nothing_to_invoice: 'nothing of it is left to be invoiced' },
    handle: ({ params, tx }) => regenerateInvoice(tx, params.invoice_id),
  }),
  command({
    id: 'writeOffInvoice',
    method: 'POST',
    ...one,
    path: '/v1/invoices/{invoice_id}/write_off',
    summary: 'Write an invoice off',
    description: 'Gives up what is due on it. It stays finalized, is neither due nor overdue, and takes no payment until the write-off is taken back.',
    permission: 'invoices:write',
    returns: InvoiceResponse,
    problems: { nothing_due: 'it is not finalized, or nothing is due on it' },
    handle: ({ params, tx }) => writeOffInvoice(tx, params.invoice_id),
  }),
  command({
    id: 'reverseInvoiceWriteOff',
    method: 'POST',
    ...one,
    path: '/v1/invoices/{invoice_id}/reverse_write_off',
    summary: 'Take a write-off back',
    description: 'What was given up is due again, by the date it was due.',
    permission: 'invoices:write',
    returns: InvoiceResponse,
    problems: { not_written_off: 'nothing of it is written off', purchase_closed: 'it sold credits, which never come any more' },
    handle: ({ params, tx }) => reverseWriteOff(tx, params.invoice_id),
  }),
  query({
    id: 'diffInvoice',
    method: 'GET',
    ...one,
    path: '/v1/invoices/{invoice_id}/diff',
    summary: 'Compare an invoice with what it was',
    description: 'Line by line, in words and numbers: with one of the latest twenty versions of a draft, or with another invoice of the customer, such as the one that it replaces.',
    permission: 'invoices:read',
    query: diffQuery,
    returns: InvoiceDiff,
    handle: ({ params, query: { against }, read }) => diffInvoice(read, params.invoice_id, against),
  }),
];
