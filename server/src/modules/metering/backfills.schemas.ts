import { z } from 'zod';
import { listQuery } from '../../kernel/http/page.ts';
import { idInput, instant, text, uuid } from '../../kernel/wire.ts';
import { EventResult } from './metering.schemas.ts';

const status = z.enum(['open', 'closed', 'reverted']);

export const BackfillCreate = z
  .strictObject({
    from_timestamp: instant.meta({ description: 'The first instant events may be dated at.' }),
    to_timestamp: instant.meta({ description: 'Not included; at most 31 days after from_timestamp.' }),
    note: text(1, 1000).nullable().optional(),
  })
  .meta({ id: 'BackfillCreate' });

const count = z.int();

export const BackfillResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    status,
    from_timestamp: instant,
    to_timestamp: instant,
    note: z.string().nullable(),
    events_count: count.meta({ description: 'Events brought in.' }),
    stored_count: count.nullable().meta({ description: 'Of these, those that count since it was closed.' }),
    duplicates_count: count.nullable().meta({ description: 'Those that were stored before with the same content.' }),
    conflicts_count: count.nullable().meta({ description: 'Those whose transaction id was used for other content; they stay listed.' }),
    created_at: instant,
    updated_at: instant,
    closed_at: instant.nullable(),
    reverted_at: instant.nullable(),
  })
  .meta({ id: 'BackfillResponse' });

export const BackfillBatchResponse = z
  .object({
    staged: count.meta({ description: 'Brought in by this call.' }),
    duplicates: count,
    results: z.array(EventResult).meta({ description: 'One for each event, in the order sent.' }),
  })
  .meta({ id: 'BackfillBatchResponse' });

export const BackfillEventResponse = z
  .object({
    id: uuid,
    transaction_id: z.string(),
    external_customer_id: z.string(),
    external_subscription_id: z.string().nullable(),
    code: z.string(),
    timestamp: instant,
    properties: z.record(z.string(), z.unknown()),
    reason: z.string().nullable(),
  })
  .meta({ id: 'BackfillEventResponse' });

export const backfillParams = z.object({ backfill_id: idInput('bkf') });
export const backfillsQuery = listQuery({ status: status.optional() });
