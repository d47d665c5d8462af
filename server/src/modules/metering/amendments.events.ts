import { event } from '../../kernel/event.ts';
import { AmendedEvent } from './amendments.schemas.ts';

export const eventAmended = event({
  name: 'event.amended',
  subject: 'event',
  action: 'updated',
  description: 'A usage event was canceled, or another one took its place.',
  data: AmendedEvent,
});
