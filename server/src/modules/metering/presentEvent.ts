import { z } from 'zod';
import { publicId } from '../../kernel/wire.ts';
import type { StoredEvent } from './eventStore.ts';
import type { EventResponse } from './metering.schemas.ts';

const properties = z.record(z.string(), z.unknown());

/** An event as replies show it. */
export function presentEvent(event: StoredEvent): z.output<typeof EventResponse> {
  return { ...event, public_id: publicId('evt', event.id), properties: properties.parse(event.properties), created_at: event.received_at };
}
