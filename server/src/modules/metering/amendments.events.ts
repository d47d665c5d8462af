import { event } from '../../kernel/event.ts';
import { AmendedEvent } from './amendments.schemas.ts';
import { EventResponse } from './metering.schemas.ts';

export const eventAmended = event({
  name: 'event.amended',
  subject: 'event',
  action: 'updated',
  description: 'A usage event was canceled, or another one took its place.',
  data: AmendedEvent,
});

export const eventReprocessed = event({
  name: 'event.reprocessed',
  subject: 'event',
  action: 'updated',
  description: 'A stored usage event is to be looked at again by whatever watches usage.',
  data: EventResponse,
  webhook: false,
});
