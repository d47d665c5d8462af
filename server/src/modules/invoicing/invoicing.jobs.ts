import { timer } from '../../kernel/timer.ts';
import { finalizeDue } from './finalizeInvoice.ts';

/** Falls due when a draft's grace period ends. */
export const finalizeTimer = timer({
  kind: 'invoice.finalize',
  handle: (tx, { subjectId }) => finalizeDue(tx, subjectId),
});
