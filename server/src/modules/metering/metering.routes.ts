import { listQuery } from '../../kernel/http/page.ts';
import { type Admission, direct, type Operation, query } from '../../kernel/operation.ts';
import { EventDetails } from './amendments.schemas.ts';
import { amendmentsAround } from './amendments.sql.ts';
import { missingEvent } from './expired.sql.ts';
import { eventId } from './hashEvent.ts';
import type { Intake } from './intake/ingestEvents.ts';
import { littleBytes } from './intake/admitBodies.ts';
import { type TakeBody, takeParsed } from './intake/takeBody.ts';
import { takeLines } from './intake/takeLines.ts';
import {
  batchQuery,
  DataRecordBatch,
  EventBatchCreate,
  EventBatchResponse,
  EventInput,
  EventResponse,
  EventVolumeResponse,
  eventFilters,
  eventParams,
  volumeQuery,
} from './metering.schemas.ts';
import { postgresEventReader } from './postgresEventStore.ts';
import { presentDetails } from './presentAmendment.ts';
import { presentEvent } from './presentEvent.ts';
import { readVolume } from './readVolume.ts';

const tag = 'Events';
const silent = 'usage events are the customers’ doing, not changes of the tenant’s records; they are kept as what they are';
const maxBodyBytes = 10 * 1_048_576;

/** How events get in: little bodies here, and what takes the others. */
export interface WaysIn {
  readonly intake: Intake;
  readonly admit: Admission;
  readonly take: TakeBody;
}

/** The ways in; they keep no transaction of their own: what writes the events commits them together with those of other requests. */
function intakeOperations({ intake, admit, take }: WaysIn): Operation[] {
  return [
    direct({
      id: 'createEvent', method: 'POST', path: '/v1/events', tag, summary: 'Ingest an event',
      description: 'An event of ours, or a CloudEvent 1.0 in structured mode. A repeat with the same content answers the stored event.',
      permission: 'events:write', status: 201, body: EventInput, returns: EventResponse, silent, admit,
      problems: { transaction_id_conflict: 'the transaction id was used for an event with other content' },
      handle: ({ body, scope }) => takeParsed(intake, scope, 'event', body, false),
      unparsed: { above: littleBytes, handle: ({ bytes, scope }) => take(scope, { form: 'event', bytes }) },
    }),
    direct({
      id: 'createEventBatch', method: 'POST', path: '/v1/events/batch', tag, summary: 'Ingest up to 1,000 events, or lines without end',
      description:
        'Each event is judged by itself: `results` says in the order sent what became of it, and a bad one fails no other. As ' +
        '`application/x-ndjson`, an event in each line and as many lines as you like, it answers a line for each as they are stored: its ' +
        'number as `line`, and what `results` would say; `atomic` does not apply. Bodies may be packed with gzip.',
      permission: 'events:write', status: 201, query: batchQuery, body: EventBatchCreate, returns: EventBatchResponse, silent, maxBodyBytes, admit,
      handle: ({ body, query: { atomic = false }, scope }) => takeParsed(intake, scope, 'events', body, atomic),
      unparsed: { above: littleBytes, handle: ({ bytes, query: { atomic = false }, scope }) => take(scope, { form: 'events', atomic, bytes }) },
      handleLines: ({ body, scope }) => takeLines(take, scope, body),
    }),
    direct({
      id: 'createDataRecords', method: 'POST', path: '/v1/dr', tag, summary: 'Ingest up to 1,000 data records',
      description: 'Another form of events: `quantity`, `time_to` and `service_id` become properties. Answers like a batch.',
      permission: 'events:write', status: 201, query: batchQuery, body: DataRecordBatch, returns: EventBatchResponse, silent, maxBodyBytes, admit,
      handle: ({ body, query: { atomic = false }, scope }) => takeParsed(intake, scope, 'records', body, atomic),
      unparsed: { above: littleBytes, handle: ({ bytes, query: { atomic = false }, scope }) => take(scope, { form: 'records', atomic, bytes }) },
    }),
  ];
}

const reads: Operation[] = [
  query({
    id: 'listEvents', method: 'GET', path: '/v1/events', tag, summary: 'List events',
    description:
      'By timestamp, newest first unless order_by says otherwise. Of many events X-Total-Count says at most 10,000, and no more can be skipped: ' +
      'read on by `cursor`, which neither counts nor skips.',
    permission: 'events:read', query: listQuery(eventFilters), returns: { list: EventResponse },
    handle: async ({ query: { transaction_id: transactionId, ...page }, read }) => {
      const id = transactionId === undefined ? undefined : eventId(read.scope.tenant.id, transactionId);
      const found = await postgresEventReader(read.db).list({ ...page, id });
      return { ...found, items: found.items.map(presentEvent) };
    },
  }),
  query({
    id: 'getEventVolume', method: 'GET', path: '/v1/events/volume', tag, summary: 'Events per hour',
    permission: 'events:read', query: volumeQuery, returns: EventVolumeResponse,
    handle: ({ query: range, read }) => readVolume(read, range),
  }),
  query({
    id: 'getEvent', method: 'GET', path: '/v1/events/{event_id}', tag, summary: 'Get an event',
    permission: 'events:read', params: eventParams, returns: EventDetails,
    handle: async ({ params, read }) => {
      const found = await postgresEventReader(read.db).find(params.event_id);
      if (found === undefined) throw await missingEvent(read.db, params.event_id);
      return presentDetails(found, await amendmentsAround(read.db, found.id));
    },
  }),
];

export function meteringOperations(ways: WaysIn): Operation[] {
  return [...intakeOperations(ways), ...reads];
}
