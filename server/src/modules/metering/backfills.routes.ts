import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { BackfillBatchResponse, BackfillCreate, BackfillEventResponse, BackfillResponse, backfillParams, backfillsQuery } from './backfills.schemas.ts';
import { findBackfill, listBackfills, listStaged } from './backfills.sql.ts';
import { closeBackfill, openBackfill, presentBackfill, presentStaged, revertBackfill } from './changeBackfill.ts';
import { fillBackfill } from './fillBackfill.ts';
import { EventBatchCreate } from './metering.schemas.ts';

const tag = 'Events';
const notOpen = { not_open: 'the backfill is closed or reverted' };
const maxBodyBytes = 10 * 1_048_576;

const changes: Operation[] = [
  command({
    id: 'createBackfill', method: 'POST', path: '/v1/backfills', tag, summary: 'Open a backfill',
    description: 'For usage of the past that is to count all at once: bring the events in, then close it, or revert it. At most 31 days and 1,000,000 events.',
    permission: 'events:write', status: 201, body: BackfillCreate, returns: BackfillResponse,
    handle: ({ body, tx }) => openBackfill(tx, body),
  }),
  command({
    id: 'fillBackfill', method: 'POST', path: '/v1/backfills/{backfill_id}/events', tag, summary: 'Bring up to 1,000 events into a backfill',
    description: 'Judged one by one as at intake, and dated within the backfill. Nothing counts them yet. What was stored by other doors is found out when the backfill is closed.',
    permission: 'events:write', status: 201, params: backfillParams, body: EventBatchCreate, returns: BackfillBatchResponse, maxBodyBytes,
    silent: 'events on their way in are the customers’ doing; what becomes of them is told when the backfill is closed or reverted',
    problems: { ...notOpen, backfill_full: 'it would hold more than 1,000,000 events' },
    handle: ({ params, body, tx }) => {
      const [sent, list] = Array.isArray(body) ? [body, ''] : [body.events, 'events'];
      return fillBackfill(tx, params.backfill_id, sent, list);
    },
  }),
  command({
    id: 'closeBackfill', method: 'POST', path: '/v1/backfills/{backfill_id}/close', tag, summary: 'Close a backfill',
    description: 'Everything it brought counts from this moment on, late events as any other. What was stored before counts once; where the content differs, what was there stays.',
    permission: 'events:write', params: backfillParams, returns: BackfillResponse, problems: notOpen,
    handle: ({ params, tx }) => closeBackfill(tx, params.backfill_id),
  }),
  command({
    id: 'revertBackfill', method: 'POST', path: '/v1/backfills/{backfill_id}/revert', tag, summary: 'Give up a backfill',
    description: 'Possible until it is closed; what it brought is removed.',
    permission: 'events:write', params: backfillParams, returns: BackfillResponse, problems: notOpen,
    handle: ({ params, tx }) => revertBackfill(tx, params.backfill_id),
  }),
];

const reads: Operation[] = [
  query({
    id: 'listBackfills', method: 'GET', path: '/v1/backfills', tag, summary: 'List backfills',
    permission: 'events:read', query: backfillsQuery, returns: { list: BackfillResponse },
    handle: async ({ query: page, read }) => {
      const found = await listBackfills(read.db, page);
      return { ...found, items: found.items.map(presentBackfill) };
    },
  }),
  query({
    id: 'getBackfill', method: 'GET', path: '/v1/backfills/{backfill_id}', tag, summary: 'Get a backfill',
    permission: 'events:read', params: backfillParams, returns: BackfillResponse,
    handle: async ({ params, read }) => {
      const found = await findBackfill(read.db, params.backfill_id);
      if (found === undefined) throw notFound('backfill');
      return presentBackfill(found);
    },
  }),
  query({
    id: 'listBackfillEvents', method: 'GET', path: '/v1/backfills/{backfill_id}/events', tag, summary: 'List the events of a backfill',
    description: 'Those that wait; of a closed one, those that differ from what was stored under their transaction id.',
    permission: 'events:read', params: backfillParams, query: listQuery({}), returns: { list: BackfillEventResponse },
    handle: async ({ params, query: page, read }) => {
      if ((await findBackfill(read.db, params.backfill_id)) === undefined) throw notFound('backfill');
      const found = await listStaged(read.db, params.backfill_id, page);
      return { ...found, items: found.items.map(presentStaged) };
    },
  }),
];

export const backfillsOperations: Operation[] = [...changes, ...reads];
