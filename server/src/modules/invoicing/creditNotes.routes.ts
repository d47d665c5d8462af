import { listQuery } from '../../kernel/http/page.ts';
import { type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { CreditNoteResponse, creditNoteFilters, creditNoteParams } from './creditNotes.schemas.ts';
import { findCreditNote, itemsOfNotes, listCreditNotes } from './creditNotes.sql.ts';
import { presentCreditNote } from './applyCreditNotes.ts';

const tag = 'Credit Notes';
const path = '/v1/credit_notes';

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
      const items = await itemsOfNotes(read.db, found.items.map(({ id }) => id));
      return { ...found, items: found.items.map((row) => presentCreditNote(row, items.get(row.id) ?? [])) };
    },
  }),
  query({
    id: 'getCreditNote',
    method: 'GET',
    path: `${path}/{credit_note_id}`,
    tag,
    summary: 'Get a credit note',
    permission: 'credit_notes:read',
    params: creditNoteParams,
    returns: CreditNoteResponse,
    handle: async ({ params, read }) => {
      const row = await findCreditNote(read.db, params.credit_note_id);
      if (row === undefined) throw notFound('credit note');
      return presentCreditNote(row, (await itemsOfNotes(read.db, [row.id])).get(row.id) ?? []);
    },
  }),
];
