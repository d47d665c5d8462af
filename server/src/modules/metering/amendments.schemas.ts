import { z } from 'zod';
import { instant, text, uuid } from '../../kernel/wire.ts';
import { EventCreate, EventResponse } from './metering.schemas.ts';

const kind = z.enum(['replace', 'cancel']);

const EventPatch = EventCreate.partial().meta({
  id: 'EventPatch',
  description: 'What is absent is as in the event that is amended; properties are replaced as a whole. Without a transaction_id the new event takes the old one’s with "~" and a number behind it.',
});

export const AmendmentCreate = z
  .strictObject({
    kind: kind.meta({ description: 'replace: another event counts in its place. cancel: it counts no more.' }),
    event: EventPatch.optional().meta({ description: 'Of replace, and needed there.' }),
    reason: text(1, 1000).nullable().optional().meta({ description: 'Kept in the trail.' }),
  })
  .superRefine((value, context) => {
    const isMissing = value.kind === 'replace' && value.event === undefined;
    if (isMissing) context.addIssue({ code: 'custom', path: ['event'], message: 'Say what is to be counted instead.' });
    if (value.kind === 'cancel' && value.event !== undefined)
      context.addIssue({ code: 'custom', path: ['event'], message: 'Nothing takes the place of a canceled event.' });
  })
  .meta({ id: 'AmendmentCreate' });

const amendment = {
  id: uuid,
  public_id: z.string(),
  event_id: uuid.meta({ description: 'The event that counts no more.' }),
  kind,
  replacement_id: uuid.nullable().meta({ description: 'The event that counts in its place.' }),
  root_id: uuid.meta({ description: 'The first event of the chain.' }),
  number: z.int().meta({ description: 'The place in the chain, from 1.' }),
  reason: z.string().nullable(),
  created_at: instant,
};

export const AmendmentResponse = z.object(amendment).meta({ id: 'AmendmentResponse' });

export const AmendmentResult = z
  .object({ ...amendment, event: EventResponse, replacement: EventResponse.nullable() })
  .meta({ id: 'AmendmentResult' });

export const EventDetails = z
  .object({
    ...EventResponse.shape,
    amended_by: AmendmentResponse.nullable().meta({ description: 'What took its place.' }),
    amends: AmendmentResponse.nullable().meta({ description: 'What it came to take the place of.' }),
  })
  .meta({ id: 'EventDetails' });

/** An event that was amended, as webhooks carry it. */
export const AmendedEvent = z
  .object({ ...EventDetails.shape, replacement: EventResponse.nullable().meta({ description: 'The event that counts in its place.' }) })
  .meta({ id: 'AmendedEvent' });
