import { Amount } from '@farthing/core/money';
import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { readInvoice } from './announceInvoice.ts';
import { EventResponse } from '../metering/index.ts';
import { createOneOff } from './createOneOff.ts';
import { doWithEach } from './doWithEach.ts';
import { deleteInvoice, updateFee, updateInvoice, voidInvoice } from './changeInvoice.ts';
import { couponLinesOf } from './couponLines.sql.ts';
import { explainInvoice } from './explainInvoice.ts';
import { finalizeInvoice } from './finalizeInvoice.ts';
import { invoiceNow } from './invoiceNow.ts';
import { shownSubscriptions } from './invoiceSubscriptions.sql.ts';
import { invoicePdf } from './invoiceDocument.ts';
import {
  FeeResponse,
  FeeUpdate,
  feeFilters,
  feeParams,
  InvoiceExplanation,
  InvoicePreviewRequest,
  InvoicePreviewResponse,
  InvoiceResponse,
  InvoiceSettlementResponse,
  InvoiceUpdate,
  invoiceFilters,
  invoiceParams,
} from './invoicing.schemas.ts';
import { feesByInvoice, findFee, findInvoice, listFees, listInvoices, settlementsOf } from './invoicing.sql.ts';
import { SubscriptionFixedChargeUpdate, subscriptionParams, unitsParams } from '../subscriptions/index.ts';
import { finalizeTimer } from './invoicing.jobs.ts';
import { listFeeEvents } from './listFeeEvents.ts';
import { BulkFinalizeRequest, BulkFinalizeResponse, BulkVoidRequest, BulkVoidResponse, OneOffInvoiceCreate } from './oneOff.schemas.ts';
import { presentFee, presentInvoice } from './presentInvoice.ts';
import { SubscriptionLifecycleResponse } from './lifecycle.schemas.ts';
import { readLifecycle } from './readLifecycle.ts';
import { ChangePlanPreviewRequest, ChangePlanPreviewResponse } from './planChange.schemas.ts';
import { previewInvoice } from './previewInvoice.ts';
import { previewPlanChange } from './previewPlanChange.ts';
import { previewUnits } from './previewUnits.ts';
import { UnitsPreviewResponse } from './unitsPreview.schemas.ts';

const tag = 'Invoices';
const path = '/v1/invoices';
const one = { path: `${path}/{invoice_id}`, tag, params: invoiceParams } as const;
const notDraft = { not_a_draft: 'the invoice is no draft any more' };

const invoices: Operation[] = [
  query({
    id: 'listInvoices',
    method: 'GET',
    path,
    tag,
    summary: 'List invoices',
    permission: 'invoices:read',
    query: listQuery(invoiceFilters),
    returns: { list: InvoiceResponse },
    handle: async ({ query: page, read }) => {
      const found = await listInvoices(read.db, page, read.scope.now);
      const fees = await feesByInvoice(read.db, found.items.map(({ id }) => id));
      const coupons = await couponLinesOf(read.db, found.items.filter((row) => row.coupons_amount_cents !== 0n).map(({ id }) => id));
      const subscriptions = await shownSubscriptions(read.db, found.items);
      const linesOf = (id: string) => ({ fees: fees.get(id) ?? [], coupons: coupons.get(id) ?? [], subscriptions: subscriptions.get(id) ?? [] });
      return { ...found, items: found.items.map((row) => presentInvoice(row, linesOf(row.id), read.scope.now)) };
    },
  }),
  command({
    id: 'createOneOffInvoice',
    method: 'POST',
    path: `${path}/one_off`,
    tag,
    summary: 'Create a one-off invoice',
    description: 'Of lines of your own: quantity × unit price each, rounded once. Finalized at once unless `draft` is true.',
    permission: 'invoices:write',
    body: OneOffInvoiceCreate,
    returns: InvoiceResponse,
    handle: ({ body, tx }) => createOneOff(tx, body),
  }),
  command({
    id: 'bulkFinalizeInvoices',
    method: 'POST',
    path: `${path}/bulk_finalize`,
    tag,
    summary: 'Finalize several drafts',
    description: 'Each as by itself, with all that follows from it; what is refused for one changes nothing for the others.',
    permission: 'invoices:write',
    body: BulkFinalizeRequest,
    returns: BulkFinalizeResponse,
    handle: async ({ body, tx }) => {
      const { results, done, failed } = await doWithEach(tx, body.invoice_ids, async (id) => {
        await finalizeInvoice(tx, id);
        await tx.unschedule(finalizeTimer, id);
      });
      return { results, finalized_count: done, failed_count: failed };
    },
  }),
  command({
    id: 'bulkVoidInvoices',
    method: 'POST',
    path: `${path}/bulk_void`,
    tag,
    summary: 'Void several invoices',
    description: 'Each as by itself, with all that follows from it; what is refused for one changes nothing for the others.',
    permission: 'invoices:write',
    body: BulkVoidRequest,
    returns: BulkVoidResponse,
    handle: async ({ body, tx }) => {
      const { results, done, failed } = await doWithEach(tx, body.invoice_ids, (id) => voidInvoice(tx, id));
      return { results, voided_count: done, failed_count: failed };
    },
  }),
  query({
    id: 'previewInvoice',
    method: 'POST',
    path: `${path}/preview`,
    tag,
    summary: 'Preview an invoice',
    description: 'The next invoice of a subscription with the usage so far, or the first one of a subscription that might be (`customer_id`, `plan_id` and its terms), computed like the invoice itself and not stored.',
    permission: 'invoices:read',
    body: InvoicePreviewRequest,
    returns: InvoicePreviewResponse,
    handle: ({ body, read }) => previewInvoice(read, body),
  }),
  query({
    id: 'getSubscriptionLifecycle',
    method: 'GET',
    path: '/v1/subscriptions/{subscription_id}/lifecycle',
    tag: 'Subscriptions',
    summary: 'Get what happened to a subscription',
    description: 'Its changes, its invoices and their payments, from the log.',
    permission: 'subscriptions:read',
    params: subscriptionParams,
    returns: SubscriptionLifecycleResponse,
    handle: ({ params, read }) => readLifecycle(read, params.subscription_id),
  }),
  query({
    id: 'previewPlanChange',
    method: 'POST',
    path: '/v1/subscriptions/{subscription_id}/change_plan_preview',
    tag: 'Subscriptions',
    summary: 'Preview a change of plan',
    description: 'What it would credit, charge and invoice: computed like the change itself, and nothing of it done.',
    permission: 'subscriptions:read',
    params: subscriptionParams,
    body: ChangePlanPreviewRequest,
    returns: ChangePlanPreviewResponse,
    problems: { subscription_not_active: 'it is not active', subscription_canceled: 'it is canceled', subscription_terminated: 'it has ended' },
    handle: ({ params, body, read }) => previewPlanChange(read, params.subscription_id, body),
  }),
  query({
    id: 'previewSubscriptionFixedCharge',
    method: 'POST',
    path: '/v1/subscriptions/{subscription_id}/fixed_charges/{add_on_code}/preview',
    tag: 'Subscriptions',
    summary: 'Preview a change of the units of a fixed charge',
    description: 'The fixed charge as it would be, pending where it counts from the next period on, and what would be credited, charged and invoiced at once: computed like the change itself, and nothing of it done.',
    permission: 'subscriptions:read',
    params: unitsParams,
    body: SubscriptionFixedChargeUpdate,
    returns: UnitsPreviewResponse,
    problems: { subscription_terminated: 'the subscription has ended', subscription_not_active: 'it is paused, and the number was to change now' },
    handle: ({ params, body, read }) => previewUnits(read, params.subscription_id, params.add_on_code, body),
  }),
  command({
    id: 'invoiceSubscriptionNow',
    method: 'POST',
    path: '/v1/subscriptions/{subscription_id}/invoice_now',
    tag: 'Subscriptions',
    summary: 'Invoice a subscription now',
    description: 'Usage so far, and in arrears the days that are over, on an invoice that is finalized at once. The period stays open: its end bills the whole of it, less this.',
    permission: 'invoices:write',
    params: subscriptionParams,
    returns: InvoiceResponse,
    problems: { subscription_not_started: 'it has not started', nothing_to_invoice: 'nothing is owed that is not invoiced' },
    handle: ({ params, tx }) => invoiceNow(tx, params.subscription_id),
  }),
  query({ id: 'getInvoice', method: 'GET', ...one, summary: 'Get an invoice', permission: 'invoices:read', returns: InvoiceResponse, handle: ({ params, read }) => readInvoice(read, params.invoice_id) }),
  command({
    id: 'updateInvoice',
    method: 'PUT',
    ...one,
    summary: 'Update a draft invoice',
    permission: 'invoices:write',
    body: InvoiceUpdate,
    returns: InvoiceResponse,
    problems: notDraft,
    handle: ({ params, body, tx }) => updateInvoice(tx, params.invoice_id, body),
  }),
  command({
    id: 'deleteInvoice',
    method: 'DELETE',
    ...one,
    summary: 'Delete a draft invoice',
    permission: 'invoices:write',
    returns: null,
    problems: notDraft,
    handle: ({ params, tx }) => deleteInvoice(tx, params.invoice_id),
  }),
  command({
    id: 'finalizeInvoice',
    method: 'POST',
    ...one,
    path: `${one.path}/finalize`,
    summary: 'Finalize an invoice',
    description: 'Gives the draft its number and its dates. Usage that came meanwhile is on it.',
    permission: 'invoices:write',
    returns: InvoiceResponse,
    problems: notDraft,
    handle: async ({ params, tx }) => {
      const done = await finalizeInvoice(tx, params.invoice_id);
      await tx.unschedule(finalizeTimer, params.invoice_id);
      return done;
    },
  }),
  command({
    id: 'voidInvoice',
    method: 'POST',
    ...one,
    path: `${one.path}/void`,
    summary: 'Void an invoice',
    permission: 'invoices:write',
    returns: InvoiceResponse,
    problems: { cannot_void: 'it is paid or voided already', has_payments: 'money is on it', has_credit_note: 'a credit note refers to it', has_late_usage: 'another invoice bills late usage of its period', has_later_invoice: 'it billed a period so far, and a later invoice the rest', is_credited: 'a later invoice credits what it billed within its period' },
    handle: ({ params, tx }) => voidInvoice(tx, params.invoice_id),
  }),
  query({
    id: 'explainInvoice',
    method: 'GET',
    ...one,
    path: `${one.path}/explain`,
    summary: 'Explain an invoice',
    description: 'Every amount as a tree down to metric, filter, aggregate, tier steps and rounding; the leaves sum to the total, and each fee selects the events behind it.',
    permission: 'invoices:read',
    returns: InvoiceExplanation,
    handle: ({ params, read }) => explainInvoice(read, params.invoice_id),
  }),
  query({
    id: 'previewInvoicePdf',
    method: 'GET',
    ...one,
    path: `${one.path}/pdf_preview`,
    summary: 'Get an invoice’s PDF for inline preview',
    permission: 'invoices:read',
    returns: { file: 'application/pdf' },
    handle: ({ params, read }) => invoicePdf(read, params.invoice_id, 'inline'),
  }),
  query({
    id: 'downloadInvoicePdf',
    method: 'POST',
    ...one,
    path: `${one.path}/download_pdf`,
    summary: 'Download an invoice’s PDF',
    permission: 'invoices:read',
    returns: { file: 'application/pdf' },
    handle: ({ params, read }) => invoicePdf(read, params.invoice_id, 'attachment'),
  }),
  query({
    id: 'listInvoiceSettlements',
    method: 'GET',
    path: '/v1/invoices/{invoice_id}/settlements',
    tag: 'Invoices',
    summary: 'List what settled an invoice',
    permission: 'invoices:read',
    params: invoiceParams,
    returns: { list: InvoiceSettlementResponse },
    handle: async ({ params, read }) => {
      if ((await findInvoice(read.db, params.invoice_id)) === undefined) throw notFound('invoice');
      const rows = await settlementsOf(read.db, params.invoice_id);
      return { items: rows.map((row) => ({ ...row, amount_cents: Amount.of(row.amount_cents) })), total: rows.length };
    },
  }),
];

const fees: Operation[] = [
  query({
    id: 'listFees',
    method: 'GET',
    path: '/v1/fees',
    tag: 'Fees',
    summary: 'List fees',
    permission: 'invoices:read',
    query: listQuery(feeFilters),
    returns: { list: FeeResponse },
    handle: async ({ query: page, read }) => {
      const found = await listFees(read.db, page);
      return { ...found, items: found.items.map(presentFee) };
    },
  }),
  query({
    id: 'getFee',
    method: 'GET',
    path: '/v1/fees/{fee_id}',
    tag: 'Fees',
    summary: 'Get a fee',
    permission: 'invoices:read',
    params: feeParams,
    returns: FeeResponse,
    handle: async ({ params, read }) => {
      const row = await findFee(read.db, params.fee_id);
      if (row === undefined) throw notFound('fee');
      return presentFee(row);
    },
  }),
  query({
    id: 'listFeeEvents',
    method: 'GET',
    path: '/v1/fees/{fee_id}/events',
    tag: 'Fees',
    summary: 'List the events behind a fee',
    description: 'The very events that were counted, as the fee’s explanation selects them; none for a plan’s own fee. The explanation stays when they are not kept any more.',
    problems: { events_expired: 'events behind the fee are older than the organization keeps them' },
    permission: 'invoices:read',
    params: feeParams,
    query: listQuery({}),
    returns: { list: EventResponse },
    handle: ({ params, query: page, read }) => listFeeEvents(read, params.fee_id, page),
  }),
  command({
    id: 'updateFee',
    method: 'PUT',
    path: '/v1/fees/{fee_id}',
    tag: 'Fees',
    summary: 'Update a fee on a draft',
    permission: 'invoices:write',
    params: feeParams,
    body: FeeUpdate,
    returns: FeeResponse,
    problems: notDraft,
    handle: ({ params, body, tx }) => updateFee(tx, params.fee_id, body),
  }),
];

export const invoicingOperations: Operation[] = [...invoices, ...fees];
