import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { amendEvent, rootOf } from './amendEvent.ts';
import { AmendmentCreate, AmendmentResponse, AmendmentResult } from './amendments.schemas.ts';
import { listChain } from './amendments.sql.ts';
import { eventParams } from './metering.schemas.ts';
import { explainUnmatched } from './explainUnmatched.ts';
import { presentAmendment } from './presentAmendment.ts';
import { reprocessEvent } from './reprocessEvent.ts';
import { EventReprocessResponse, UnmatchedEventResponse, unmatchedQuery } from './unmatched.schemas.ts';
import { listUnmatched } from './unmatched.sql.ts';

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
  command({
    id: 'reprocessEvent', method: 'POST', path: '/v1/events/{event_id}/reprocess', tag, summary: 'Reprocess an event',
    description: 'Says what counts the event now, has its hour rolled up anew and alerts and thresholds looked at again. Nothing needs it to be counted.',
    permission: 'events:write', params: eventParams, returns: EventReprocessResponse,
    problems: { already_amended: 'the event was canceled or replaced: it counts nowhere' },
    handle: ({ params, tx }) => reprocessEvent(tx, params.event_id),
  }),
  query({
    id: 'listUnmatchedEvents', method: 'GET', path: '/v1/events/unmatched', tag, summary: 'List events that nothing counted',
    description: 'Those that nothing counted when they came in and that were not amended, each with what keeps it from being counted now and the known name most like the one it gave.',
    permission: 'events:read', query: unmatchedQuery, returns: { list: UnmatchedEventResponse },
    handle: async ({ query: page, read }) => {
      const found = await listUnmatched(read.db, page);
      return { ...found, items: await explainUnmatched(read.db, found.items) };
    },
  }),
];
