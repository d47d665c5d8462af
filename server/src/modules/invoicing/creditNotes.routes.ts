import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { finalizeCreditNote, updateCreditNote, voidCreditNote } from './changeCreditNote.ts';
import { createCreditNote, estimateCreditNote } from './createCreditNote.ts';
import { creditNotePdf } from './creditNoteDocument.ts';
import {
  CreditNoteCreate,
  CreditNoteEstimate,
  CreditNoteEstimateRequest,
  CreditNoteResponse,
  CreditNoteUpdate,
  creditNoteFilters,
  creditNoteParams,
} from './creditNotes.schemas.ts';
import { findCreditNote, listCreditNotes } from './creditNotes.sql.ts';
import { presentNote, presentNotes } from './presentCreditNote.ts';

const tag = 'Credit Notes';
const path = '/v1/credit_notes';
const one = { path: `${path}/{credit_note_id}`, tag, params: creditNoteParams } as const;
const refused = { not_finalized: 'the invoice is a draft or voided', sells_credits: 'the invoice sells credits of a wallet' };

export const creditNotesOperations: Operation[] = [
  query({
    id: 'listCreditNotes',
    method: 'GET',
    path,
    tag,
    summary: 'List credit notes',
    permission: 'credit_notes:read',
    query: listQuery(creditNoteFilters),
    returns: { list: CreditNoteResponse },
    handle: async ({ query: page, read }) => {
      const found = await listCreditNotes(read.db, page);
      return { ...found, items: await presentNotes(read.db, found.items) };
    },
  }),
  command({
    id: 'createCreditNote',
    method: 'POST',
    path,
    tag,
    summary: 'Create a credit note',
    description: 'A draft over parts of fees of one invoice: coupons keep their share, tax is given back with it. It gives nothing back before it is finalized.',
    permission: 'credit_notes:write',
    status: 201,
    body: CreditNoteCreate,
    returns: CreditNoteResponse,
    problems: { ...refused, number_taken: 'another note of the billing entity has this number' },
    handle: ({ body, tx }) => createCreditNote(tx, body),
  }),
  query({
    id: 'estimateCreditNote',
    method: 'POST',
    path: `${path}/estimate`,
    tag,
    summary: 'Estimate a credit note',
    description: 'What it would come to and where it would go, by the computation of the note itself; nothing is written.',
    permission: 'credit_notes:read',
    body: CreditNoteEstimateRequest,
    returns: CreditNoteEstimate,
    problems: refused,
    handle: ({ body, read }) => estimateCreditNote(read, body),
  }),
  query({
    id: 'getCreditNote',
    method: 'GET',
    ...one,
    summary: 'Get a credit note',
    permission: 'credit_notes:read',
    returns: CreditNoteResponse,
    handle: async ({ params, read }) => {
      const row = await findCreditNote(read.db, params.credit_note_id);
      if (row === undefined) throw notFound('credit note');
      return presentNote(read.db, row);
    },
  }),
  command({
    id: 'updateCreditNote',
    method: 'PUT',
    ...one,
    summary: 'Update a credit note',
    description: 'A draft; of a finalized note what became of the money that it pays back.',
    permission: 'credit_notes:write',
    body: CreditNoteUpdate,
    returns: CreditNoteResponse,
    problems: {
      ...refused,
      not_a_draft: 'it is finalized',
      already_voided: 'it is voided',
      no_refund: 'it pays nothing back',
      already_refunded: 'the money was paid back',
      nothing_to_change: 'nothing that may change is given',
    },
    handle: ({ params, body, tx }) => updateCreditNote(tx, params.credit_note_id, body),
  }),
  command({
    id: 'finalizeCreditNote',
    method: 'POST',
    ...one,
    path: `${one.path}/finalize`,
    summary: 'Finalize a credit note',
    description: 'Computed as its invoice stands now. What is owed there is lowered first; the rest is credit, or is to be paid back.',
    permission: 'credit_notes:write',
    returns: CreditNoteResponse,
    problems: { ...refused, not_a_draft: 'it is finalized already', already_voided: 'it is voided' },
    handle: ({ params, tx }) => finalizeCreditNote(tx, params.credit_note_id),
  }),
  command({
    id: 'voidCreditNote',
    method: 'POST',
    ...one,
    path: `${one.path}/void`,
    summary: 'Void a credit note',
    description: 'What is left of its credit, and money that could not be paid back. So much of its fees may be credited again. A draft is given up.',
    permission: 'credit_notes:write',
    returns: CreditNoteResponse,
    problems: { already_voided: 'it is voided', refund_pending: 'its money is being paid back', nothing_left: 'nothing of it is left' },
    handle: ({ params, tx }) => voidCreditNote(tx, params.credit_note_id),
  }),
  query({
    id: 'downloadCreditNotePdf',
    method: 'POST',
    ...one,
    path: `${one.path}/download_pdf`,
    summary: 'Download a credit note’s PDF',
    permission: 'credit_notes:read',
    returns: { file: 'application/pdf' },
    handle: ({ params, read }) => creditNotePdf(read, params.credit_note_id),
  }),
];
