import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { amendEvent, rootOf } from './amendEvent.ts';
import { AmendmentCreate, AmendmentResponse, AmendmentResult } from './amendments.schemas.ts';
import { listChain } from './amendments.sql.ts';
import { eventParams } from './metering.schemas.ts';
import { presentAmendment } from './presentAmendment.ts';

const tag = 'Events';

export const amendmentsOperations: Operation[] = [
  command({
    id: 'amendEvent', method: 'POST', path: '/v1/events/{event_id}/amend', tag, summary: 'Cancel an event, or replace it',
    description: 'The stored event stays as it is and counts no more; the replacement is an event of its own. Possible until a finalized invoice bills the period of the event.',
    permission: 'events:write', status: 201, params: eventParams, body: AmendmentCreate, returns: AmendmentResult,
    problems: {
      already_amended: 'the event was canceled or replaced before',
      period_finalized: 'a finalized invoice bills the period of the event: a credit note corrects it',
      transaction_id_conflict: 'the transaction id of the replacement was used',
    },
    handle: ({ params, body, tx }) => amendEvent(tx, params.event_id, body),
  }),
  query({
    id: 'listEventAmendments', method: 'GET', path: '/v1/events/{event_id}/amendments', tag, summary: 'List the amendments of an event',
    description: 'The whole chain the event belongs to, first to last, whichever of its events is named.',
    permission: 'events:read', params: eventParams, query: listQuery({}), returns: { list: AmendmentResponse },
    handle: async ({ params, query: page, read }) => {
      const found = await listChain(read.db, await rootOf(read, params.event_id), page);
      return { ...found, items: found.items.map(presentAmendment) };
    },
  }),
];
