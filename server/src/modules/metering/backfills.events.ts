import { event } from '../../kernel/event.ts';
import { BackfillResponse } from './backfills.schemas.ts';

const declare = (name: string, action: 'created' | 'status_changed', description: string) =>
  event({ name: `backfill.${name}`, subject: 'backfill', action, description, data: BackfillResponse });

export const backfillCreated = declare('created', 'created', 'A backfill was opened.');
export const backfillClosed = declare('closed', 'status_changed', 'A backfill was closed: its events count.');
export const backfillReverted = declare('reverted', 'status_changed', 'A backfill was given up: its events are gone.');
